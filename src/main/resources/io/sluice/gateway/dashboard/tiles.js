// The figures that are read from afar.

import { count, digits, plural, splitBytes, bytes, span } from './format.js';

const FRESH_FAILURES_MS = 60_000;

const TILES = {
  completed: 'Completed', bytes: 'Bytes admitted', latency: 'Latency, 95 %', heap: 'Heap in use', flight: 'In flight', failed: 'Failed',
};

const parts = {};

function build() {
  const root = document.getElementById('tiles');
  for (const [id, name] of Object.entries(TILES)) {
    const tile = element('div', 'tile');
    tile.id = `tile-${id}`;
    const value = element('div', 'value');
    const number = element('span', '');
    const unit = element('span', 'unit');
    value.append(number, unit);
    const more = element('div', 'more');
    tile.append(Object.assign(element('div', 'label'), { textContent: name }), value);
    if (id === 'heap') {
      const meter = element('span', 'meter');
      parts.fill = element('i', '');
      meter.append(parts.fill);
      tile.append(meter);
    }
    tile.append(more);
    root.append(tile);
    parts[id] = { tile, number, unit, more };
  }
}

const element = (tag, name) => Object.assign(document.createElement(tag), { className: name });

function set(id, number, unit, more) {
  const part = parts[id];
  part.number.textContent = number;
  part.unit.textContent = unit;
  part.more.textContent = more;
}

export function showTiles(s) {
  if (!parts.heap) build();
  const t = s.throughput;
  set('completed', digits(t.completedPerSecond), '/ s', `${digits(t.admittedPerSecond)} admitted / s`);
  const [value, unit] = splitBytes(t.bytesPerSecond);
  set('bytes', value, `${unit} / s`, `${plural(s.runs.length, 'open run')}`);
  if (t.latencyMs) set('latency', ...span(t.latencyMs.p95).split(' '), `median ${span(t.latencyMs.p50)}`);
  else set('latency', '–', '', 'nothing has ended');
  const share = 100 * s.heap.usedBytes / s.heap.capacityBytes;
  set('heap', digits(share), '%', `${bytes(s.heap.usedBytes)} of ${bytes(s.heap.capacityBytes)}`);
  parts.fill.style.width = `${share}%`;
  set('flight', count(s.demand.undecidedCount), 'tasks', `${count(s.demand.waitingCount)} waiting for bytes`);
  const fresh = s.failures.filter((f) => s.atMs - f.atMs < FRESH_FAILURES_MS).length;
  set('failed', s.failures.length >= 50 ? '50+' : count(s.failures.length), '', fresh ? `${count(fresh)} in the last minute` : 'none in the last minute');
  parts.failed.tile.classList.toggle('alarm', fresh > 0);
}

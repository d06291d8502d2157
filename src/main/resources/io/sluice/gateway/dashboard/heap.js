// The heap by address: a strip, or a ring under that policy; below it the amounts, and what was.

import { surface, tips } from './canvas.js';
import { bytes, count, plural } from './format.js';
import { colors, inkOnColor } from './theme.js';
import { paintPast, rememberHeap } from './heappast.js';

const STATES = [
  ['pending', 'waits for earlier tasks'],
  ['ready', 'waits for a worker'],
  ['running', 'runs'],
  ['done', 'done, still held'],
  ['free', 'free'],
];
const GAP_PX = 1;
const LABEL_PX = 64;
const TOP = -Math.PI / 2;

let heap = null;
let chosen = -1;

const map = document.getElementById('heap-map');
const redrawMap = surface(map, (context, width, height) => {
  if (!heap) return;
  if (isRing()) drawRing(context, width, height);
  else drawStrip(context, width, height);
});
const redrawAmount = surface(document.getElementById('heap-amount'), drawAmount);
const redrawPast = surface(document.getElementById('heap-past'), paintPast);

const isRing = () => heap.policy === 'RING';

/** Slabs, or pieces where there are too many, as parts of one form. */
function parts() {
  if (heap.cells.length === 0) {
    return heap.slabs.map((slab) => ({ ...slab, state: slab.state.toLowerCase(), share: 1 }));
  }
  let offset = 0;
  return heap.cells.map((cell) => {
    const taken = cell.pending + cell.ready + cell.running + cell.done;
    const part = { offset, bytes: taken + cell.free, cell, share: taken / (taken + cell.free || 1), state: largest(cell) };
    offset += part.bytes;
    return part;
  }).filter((part) => part.share > 0);
}

function largest(cell) {
  return ['pending', 'ready', 'running', 'done'].reduce((a, b) => (cell[b] > cell[a] ? b : a));
}

function drawStrip(context, width, height) {
  const bar = height - 18;
  context.fillStyle = colors.free;
  context.beginPath();
  context.roundRect(0, 0, width, bar, 8);
  context.fill();
  context.save();
  context.clip();
  const scale = width / heap.capacityBytes;
  parts().forEach((part, i) => drawPart(context, part, i, part.offset * scale, part.bytes * scale, bar));
  context.restore();
  drawAddresses(context, width, bar);
}

function drawPart(context, part, i, x, length, bar) {
  const wide = length > 5;
  context.globalAlpha = 0.3 + 0.7 * part.share;
  context.fillStyle = colors[part.state];
  context.fillRect(x, 0, Math.max(1, length - (wide ? GAP_PX : 0)), bar);
  context.globalAlpha = 1;
  if (i === chosen) {
    context.strokeStyle = colors.text;
    context.lineWidth = 2;
    context.strokeRect(x + 1, 1, Math.max(2, length - 2), bar - 2);
  }
  if (part.name && length > LABEL_PX) label(context, part, x, length, bar);
}

function label(context, part, x, length, bar) {
  context.save();
  context.beginPath();
  context.rect(x, 0, length - 6, bar);
  context.clip();
  context.fillStyle = inkOnColor();
  context.font = `600 12px ${colors.sans}`;
  context.fillText(part.name, x + 8, bar / 2 - 1);
  context.font = `11px ${colors.sans}`;
  context.globalAlpha = 0.85;
  context.fillText(bytes(part.bytes), x + 8, bar / 2 + 14);
  context.restore();
}

function drawAddresses(context, width, bar) {
  context.fillStyle = colors.muted;
  context.font = `11px ${colors.sans}`;
  const steps = width > 560 ? 8 : 4;
  for (let i = 0; i <= steps; i++) {
    context.textAlign = i === 0 ? 'left' : i === steps ? 'right' : 'center';
    context.fillText(i === 0 ? '0' : bytes(heap.capacityBytes * i / steps), width * i / steps, bar + 14);
  }
  context.textAlign = 'left';
}

function drawRing(context, width, height) {
  const outer = Math.min(width, height) / 2 - 4;
  const inner = outer * 0.66;
  const [x, y] = [width / 2, height / 2];
  arc(context, x, y, inner, outer, 0, 1, colors.free);
  parts().forEach((part, i) => {
    context.globalAlpha = 0.3 + 0.7 * part.share;
    const from = part.offset / heap.capacityBytes;
    const to = (part.offset + part.bytes) / heap.capacityBytes;
    arc(context, x, y, inner, outer, from, to, colors[part.state], i === chosen);
  });
  context.globalAlpha = 1;
  context.textAlign = 'center';
  context.fillStyle = colors.text;
  context.font = `700 ${Math.round(outer / 3.2)}px ${colors.sans}`;
  context.fillText(`${Math.round(100 * heap.usedBytes / heap.capacityBytes)} %`, x, y + 4);
  context.fillStyle = colors.muted;
  context.font = `11.5px ${colors.sans}`;
  context.fillText(plural(heap.slabCount, 'slab'), x, y + 24);
  context.fillText('0 on top, clockwise', x, y + 42);
  context.textAlign = 'left';
}

function arc(context, x, y, inner, outer, from, to, color, isChosen) {
  const gap = to - from > 0.004 && to - from < 1 ? 0.0012 : 0;
  context.beginPath();
  context.arc(x, y, outer, TOP + 2 * Math.PI * from, TOP + 2 * Math.PI * (to - gap));
  context.arc(x, y, inner, TOP + 2 * Math.PI * (to - gap), TOP + 2 * Math.PI * from, true);
  context.closePath();
  context.fillStyle = color;
  context.fill();
  if (isChosen) {
    context.strokeStyle = colors.text;
    context.lineWidth = 2;
    context.stroke();
  }
}

/** What is in use by state, and the most that was. */
function drawAmount(context, width, height) {
  if (!heap) return;
  const top = height - 10;
  context.fillStyle = colors.free;
  context.beginPath();
  context.roundRect(0, top, width, 8, 4);
  context.fill();
  context.save();
  context.clip();
  let x = 0;
  for (const [state, sum] of Object.entries(amounts())) {
    if (state === 'free') continue;
    context.fillStyle = colors[state];
    context.fillRect(x, top, width * sum / heap.capacityBytes, 8);
    x += width * sum / heap.capacityBytes;
  }
  context.restore();
  const peak = Math.min(width - 1, width * heap.peakBytes / heap.capacityBytes);
  context.fillStyle = colors.text;
  context.fillRect(Math.max(0, peak - 1), top - 5, 2, 15);
  context.font = `11px ${colors.sans}`;
  const words = `high-water ${bytes(heap.peakBytes)}`;
  const left = peak + 5 + context.measureText(words).width > width;
  context.textAlign = left ? 'right' : 'left';
  context.fillStyle = colors.muted;
  context.fillText(words, left ? peak - 6 : peak + 5, 10);
  context.textAlign = 'left';
}

function amounts() {
  const sums = { pending: 0, ready: 0, running: 0, done: 0, free: heap.freeBytes };
  heap.slabs.forEach((slab) => { sums[slab.state.toLowerCase()] += slab.bytes; });
  heap.cells.forEach((cell) => {
    for (const state of ['pending', 'ready', 'running', 'done']) sums[state] += cell[state];
  });
  return sums;
}

function words(part) {
  const end = `${bytes(part.bytes)} at ${bytes(part.offset)}`;
  if (part.cell) return `${end}: ${STATES.filter(([s]) => part.cell[s]).map(([s]) => `${bytes(part.cell[s])} ${s}`).join(', ')}`;
  return `${part.name} (${part.task}, run ${part.run}): ${end}, ${STATES.find(([s]) => s === part.state)[1]}`;
}

function partAt(x, y) {
  if (!heap) return -1;
  const box = map.getBoundingClientRect();
  let address = x / box.width;
  if (isRing()) {
    const angle = Math.atan2(y - box.height / 2, x - box.width / 2) - TOP;
    address = ((angle / (2 * Math.PI)) + 1) % 1;
  }
  const at = address * heap.capacityBytes;
  return parts().findIndex((part) => at >= part.offset && at < part.offset + part.bytes);
}

function choose(i) {
  const all = parts();
  chosen = Math.max(-1, Math.min(i, all.length - 1));
  readout(all[chosen] ? words(all[chosen]) : '');
  redrawMap();
}

function readout(text) {
  const line = document.getElementById('heap-readout');
  const shown = text || `${plural(heap.slabCount, 'live slab')}; the longest free piece has ${bytes(heap.largestFreeRunBytes)}.`;
  if (line.textContent !== shown) line.textContent = shown;
}

function showLegend() {
  const sums = amounts();
  document.getElementById('heap-legend').replaceChildren(...STATES.map(([state, meaning]) => {
    const item = document.createElement('li');
    const swatch = Object.assign(document.createElement('i'), { className: 'swatch' });
    swatch.style.background = `var(--${state})`;
    const name = document.createElement('span');
    name.append(`${state} `, Object.assign(document.createElement('b'), { textContent: bytes(sums[state]) }));
    item.title = meaning;
    item.append(swatch, name);
    return item;
  }));
}

export function showHeap(snapshot) {
  heap = snapshot.heap;
  rememberHeap(heap);
  document.getElementById('heap-body').classList.toggle('ring', isRing());
  const policy = isRing() ? 'a ring' : 'lowest address that fits';
  document.getElementById('heap-note').textContent = `by address; ${bytes(heap.capacityBytes)}, ${policy}, epoch ${count(snapshot.epoch)}`;
  map.setAttribute('aria-label', `The heap by address: ${bytes(heap.usedBytes)} of ${bytes(heap.capacityBytes)} in ${plural(heap.slabCount, 'slab')}. Arrow keys go from slab to slab.`);
  const all = parts();
  if (chosen >= all.length) chosen = -1;
  if (document.activeElement !== map || chosen < 0) readout(all[chosen] ? words(all[chosen]) : '');
  showLegend();
  redrawMap();
  redrawAmount();
  redrawPast();
}

tips(map, (x, y) => {
  const part = parts()[partAt(x, y)];
  return part ? words(part) : null;
});

map.addEventListener('click', (event) => choose(partAt(event.offsetX, event.offsetY)));
map.addEventListener('blur', () => heap && choose(-1));
map.addEventListener('keydown', (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!heap || !step) return;
  event.preventDefault();
  choose(Math.max(0, chosen + step));
});

// Workers as lanes that move: what each has run, and runs.

import { surface, tips } from './canvas.js';
import { span } from './format.js';
import { calm, colors, hue, inkOnColor } from './theme.js';

const WINDOW_MS = 20_000;
const KEPT_PER_LANE = 4_000;
const ROW_PX = 30;
const BAR_PX = 20;
const AXIS_PX = 20;
const FRAME_MS = 50;
const NAMED = 7;

let lanes = new Map();
const names = new Map();
let clockMs = 0;
let seenAt = 0;
let frozen = false;
let slow = false;

const canvas = document.getElementById('lanes');
const redraw = surface(canvas, draw);

/** Names of the form of the ones before, apart from their digits, share a colour. */
function colorOf(name) {
  const kind = kindOf(name);
  if (!names.has(kind)) names.set(kind, names.size);
  return hue(names.get(kind));
}

const kindOf = (name) => name.replace(/\d+/g, '#');

const now = () => (frozen ? clockMs : clockMs + Math.min(1_000, performance.now() - seenAt));

export function showLanes(snapshot) {
  clockMs = snapshot.atMs;
  seenAt = performance.now();
  for (const worker of snapshot.workers) {
    const key = `${worker.pool}-${worker.worker}`;
    if (!lanes.has(key)) addLane(key);
    const lane = lanes.get(key);
    lane.current = worker.current;
    lane.slices.push(...worker.slices);
    const from = clockMs - WINDOW_MS - 1_000;
    lane.slices = lane.slices.filter((slice) => slice.endMs > from).slice(-KEPT_PER_LANE);
    worker.slices.forEach((slice) => colorOf(slice.name));
  }
  document.getElementById('lanes-empty').hidden = lanes.size > 0;
  canvas.hidden = lanes.size === 0;
  const height = `${lanes.size * ROW_PX + AXIS_PX}px`;
  if (canvas.style.height !== height) canvas.style.height = height;
  canvas.setAttribute('aria-label', `What the workers do: ${snapshot.workers.map((w) => `${w.pool}-${w.worker} ${w.current ? `runs ${w.current.name}` : 'is idle'}`).join(', ') || 'nothing yet'}.`);
  showLegend();
  redraw();
}

/** In the order of pools and numbers. */
function addLane(key) {
  lanes.set(key, { slices: [], current: null });
  lanes = new Map([...lanes].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

/** Stops the lanes where they are. */
export function freezeLanes(value) {
  frozen = value;
}

const labelWidth = (width) => (width < 520 ? 64 : 92);

function draw(context, width) {
  const left = labelWidth(width);
  const end = now();
  const scale = (width - left) / WINDOW_MS;
  const at = (ms) => left + (ms - (end - WINDOW_MS)) * scale;
  let y = 0;
  context.font = `12px ${colors.sans}`;
  for (const [name, lane] of lanes) {
    context.fillStyle = colors.muted;
    context.fillText(name, 0, y + BAR_PX - 5, left - 10);
    context.fillStyle = colors.faint;
    context.beginPath();
    context.roundRect(left, y, width - left, BAR_PX, 5);
    context.fill();
    context.save();
    context.clip();
    for (const slice of lane.slices) bar(context, slice, at(slice.startMs), at(slice.endMs), y, left);
    if (lane.current) bar(context, lane.current, at(lane.current.startMs), width, y, left);
    context.restore();
    y += ROW_PX;
  }
  drawTimes(context, left, width, y);
}

function bar(context, slice, from, to, y, left) {
  const x = Math.max(left, from);
  const length = Math.max(1, to - x - (to - from > 4 ? 1 : 0));
  context.fillStyle = slice.outcome === 'failed' ? colors.failed : colorOf(slice.name);
  context.fillRect(x, y, length, BAR_PX);
  if (length > 46) {
    context.save();
    context.beginPath();
    context.rect(x, y, length - 6, BAR_PX);
    context.clip();
    context.fillStyle = inkOnColor();
    context.font = `600 11px ${colors.sans}`;
    context.fillText(slice.name, x + 7, y + BAR_PX - 6);
    context.restore();
  }
}

function drawTimes(context, left, width, y) {
  context.fillStyle = colors.muted;
  context.font = `11px ${colors.sans}`;
  for (let seconds = 20; seconds >= 0; seconds -= width < 520 ? 10 : 5) {
    context.textAlign = seconds === 0 ? 'right' : seconds === 20 ? 'left' : 'center';
    context.fillText(seconds === 0 ? 'now' : `${seconds} s ago`, left + (width - left) * (1 - seconds / 20), y + 8);
  }
  context.textAlign = 'left';
}

function showLegend() {
  const list = document.getElementById('workers-legend');
  const shown = [...names.keys()].slice(0, NAMED);
  const key = shown.join('|') + colors.card + names.size;
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...shown.map((kind) => legend(hue(names.get(kind)), kind)), legend(colors.failed, 'failed'));
}

function legend(color, text) {
  const item = document.createElement('li');
  const swatch = Object.assign(document.createElement('i'), { className: 'swatch' });
  swatch.style.background = color;
  item.append(swatch, text);
  return item;
}

tips(canvas, (x, y) => {
  const lane = [...lanes.values()][Math.floor(y / ROW_PX)];
  const box = canvas.getBoundingClientRect();
  const left = labelWidth(box.width);
  if (!lane || x < left) return null;
  const ms = now() - WINDOW_MS + (x - left) * WINDOW_MS / (box.width - left);
  const near = WINDOW_MS / (box.width - left);
  const slice = lane.slices.find((s) => ms >= s.startMs - near && ms <= s.endMs + near);
  if (slice) return `${slice.name} (${slice.task}, run ${slice.run})\n${slice.outcome} in ${span(slice.endMs - slice.startMs)}`;
  if (!lane.current || ms < lane.current.startMs) return null;
  return `${lane.current.name} (${lane.current.task}, run ${lane.current.run})\nhas been running for ${span(now() - lane.current.startMs)}`;
});

/** The lanes glide between snapshots, unless somebody wants things calm. */
function glide() {
  if (!frozen && !calm.matches && !document.hidden && !slow && lanes.size > 0) redraw();
  setTimeout(glide, FRAME_MS);
}

new IntersectionObserver(([entry]) => { slow = !entry.isIntersecting; }).observe(canvas);
glide();

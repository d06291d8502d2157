// The heap over time: a column a snapshot, addresses from the bottom up. What stays shows as a band, what
// pins the heap as a line that doesn't end.

import { colors, onTheme } from './theme.js';
import { bytes, span } from './format.js';

const COLUMNS = 480;
const ROWS = 128;
const LEAST_SHOWN = 80;
const ORDER = ['free', 'pending', 'ready', 'running', 'done'];

const columns = [];
const picture = document.createElement('canvas');
picture.width = COLUMNS;
picture.height = ROWS;
const context = picture.getContext('2d');
let capacityBytes = 0;

export function rememberHeap(heap) {
  capacityBytes = heap.capacityBytes;
  const column = columnOf(heap);
  columns.push(column);
  if (columns.length > COLUMNS) columns.shift();
  context.globalCompositeOperation = 'copy';
  context.drawImage(picture, -1, 0);
  context.globalCompositeOperation = 'source-over';
  paintColumn(column, COLUMNS - 1);
}

/** The state that most bytes of each row are in. */
function columnOf(heap) {
  const column = new Uint8Array(ROWS);
  const row = heap.capacityBytes / ROWS;
  for (const slab of heap.slabs) {
    const last = Math.min(ROWS - 1, Math.ceil((slab.offset + slab.bytes) / row) - 1);
    for (let i = Math.floor(slab.offset / row); i <= last; i++) column[i] = ORDER.indexOf(slab.state.toLowerCase());
  }
  heap.cells.forEach((cell, i) => {
    const place = Math.floor(i * ROWS / heap.cells.length);
    const state = ['pending', 'ready', 'running', 'done'].reduce((a, b) => (cell[b] > cell[a] ? b : a));
    if (cell[state] > 0) column[place] = ORDER.indexOf(state);
  });
  return column;
}

function paintColumn(column, x) {
  context.clearRect(x, 0, 1, ROWS);
  for (let i = 0; i < ROWS; i++) {
    if (column[i] === 0) continue;
    context.fillStyle = colors[ORDER[column[i]]];
    context.fillRect(x, ROWS - 1 - i, 1, 1);
  }
}

onTheme(() => columns.forEach((column, i) => paintColumn(column, COLUMNS - columns.length + i)));

/** Four a second. */
const ago = (count) => `${span(1000 * Math.round(count / 4))} ago`;

export function paintPast(target, width, height) {
  const bar = height - 17;
  target.fillStyle = colors.free;
  target.beginPath();
  target.roundRect(0, 0, width, bar, 8);
  target.fill();
  target.save();
  target.clip();
  target.imageSmoothingEnabled = false;
  const shown = Math.max(LEAST_SHOWN, columns.length);
  target.drawImage(picture, COLUMNS - shown, 0, shown, ROWS, 0, 0, width, bar);
  target.restore();
  target.fillStyle = colors.muted;
  target.font = `11px ${colors.sans}`;
  for (const [share, text] of [[0, ago(shown)], [0.5, ago(shown / 2)], [1, 'now']]) {
    target.textAlign = share === 0 ? 'left' : share === 1 ? 'right' : 'center';
    target.fillText(text, width * share, height - 3);
  }
  target.textAlign = 'left';
  if (capacityBytes && width > 520) {
    target.fillText(`0 to ${bytes(capacityBytes)}, upwards`, 84, height - 3);
  }
}

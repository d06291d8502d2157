// The charts over time, by uPlot.

import { past } from './past.js';
import { short, timeOfDay } from './format.js';
import { colors, onTheme } from './theme.js';

const HEIGHT = 176;
const WINDOW_S = 120;
const LEAST_S = 15;

const CHARTS = {
  'demand-chart': [
    ['asked for', 'outstanding', 'pending'],
    ['waiting for bytes', 'waiting', 'ready'],
    ['in flight', 'undecided', 'running'],
    ['not delivered', 'undelivered', 'done'],
  ],
  'throughput-chart': [
    ['admitted', 'admitted', 'pending'],
    ['completed', 'completed', 'running'],
    ['failed', 'failed', 'failed'],
  ],
  'latency-chart': [
    ['median', 'p50', 'running'],
    ['95 %', 'p95', 'ready'],
    ['longest', 'max', 'failed'],
  ],
};

let uPlot = null;
const plots = new Map();

/** @param library uPlot's constructor */
export function startCharts(library) {
  uPlot = library;
  buildAll();
  onTheme(buildAll);
  const sizes = new ResizeObserver(() => plots.forEach((plot, id) => plot.setSize(size(id))));
  Object.keys(CHARTS).forEach((id) => sizes.observe(document.getElementById(id)));
}

/** A value between two gaps has no line: it gets a point. */
function alone(plot, i) {
  const values = plot.data[i];
  return values.map((value, at) => (value != null && values[at - 1] == null && values[at + 1] == null ? at : -1)).filter((at) => at >= 0);
}

/** What there is, up to two minutes. */
function range(plot, from, to) {
  const end = to ?? Date.now() / 1000;
  const first = past.at[0] ?? end;
  return [Math.max(end - WINDOW_S, Math.min(first, end - LEAST_S)), end];
}

const times = (plot, seconds) => seconds.map((s) => timeOfDay(s * 1000));

const size = (id) => ({ width: Math.max(120, document.getElementById(id).clientWidth), height: HEIGHT });

function buildAll() {
  plots.forEach((plot) => plot.destroy());
  for (const id of Object.keys(CHARTS)) plots.set(id, build(id));
  showCharts();
}

function build(id) {
  const series = CHARTS[id].map(([label, , color], i) => ({
    label,
    stroke: colors[color],
    fill: i === 0 ? `color-mix(in srgb, ${colors[color]} 14%, transparent)` : undefined,
    width: 1.8,
    points: { show: true, size: 5, fill: colors[color], filter: alone },
    value: (plot, value) => short(value),
    spanGaps: false,
  }));
  const axis = { stroke: colors.muted, font: `11px ${colors.sans}`, ticks: { show: false }, grid: { stroke: colors.faint, width: 1 } };
  return new uPlot({
    ...size(id),
    padding: [8, 26, 0, 0],
    cursor: { points: { size: 7 }, y: false, sync: { key: 'sluice' } },
    legend: { live: true, markers: { width: 0, fill: (plot, i) => plot.series[i].stroke(plot, i) } },
    scales: { x: { time: true, range }, y: { range: (plot, low, high) => [0, Math.max(1, (high || 0) * 1.12)] } },
    axes: [
      { ...axis, size: 26, space: 86, values: times },
      { ...axis, size: 46, space: 34, values: (plot, values) => values.map(short) },
    ],
    series: [{ value: '{HH}:{mm}:{ss}' }, ...series],
  }, data(id), document.getElementById(id));
}

const data = (id) => [past.at, ...CHARTS[id].map(([, name]) => past[name])];

export function showCharts() {
  plots.forEach((plot, id) => {
    plot.setData(data(id));
    if (plot.cursor.idx == null && past.at.length > 0) plot.setLegend({ idx: past.at.length - 1 }, false);
  });
}

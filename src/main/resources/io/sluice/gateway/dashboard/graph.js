// The graph of the current run, by Cytoscape.

import { bytes, count, plural } from './format.js';
import { place } from './layers.js';
import { colors, onTheme } from './theme.js';

const LAYOUT_MS = 1_000;
const LABELLED = 60;

const area = document.getElementById('graph-area');
let cytoscape = null;
let graph = null;
let shape = '';
let placedAt = -LAYOUT_MS;
let later = 0;
let shown = new Map();

/** @param library Cytoscape */
export function startGraph(library) {
  cytoscape = library({
    container: area,
    style: styles(),
    minZoom: 0.05,
    maxZoom: 2.5,
    autoungrabify: true,
    boxSelectionEnabled: false,
    userPanningEnabled: true,
  });
  onTheme(() => cytoscape.style(styles()));
  cytoscape.on('mousemove', 'node', tell);
  cytoscape.on('mouseout', 'node', () => { document.getElementById('tip').hidden = true; });
  new ResizeObserver(fit).observe(area);
}

/** Nodes are as wide as what they stand for is many. */
function styles() {
  const state = (name) => ({ selector: `node.${name}`, style: { 'background-color': colors[name] } });
  return [
    {
      selector: 'node',
      style: {
        width: 'data(size)', height: 'data(size)', 'background-color': colors.mixed,
        'border-width': 2, 'border-color': colors.faint,
        color: colors.text, 'font-size': 11, 'font-family': 'Inter, system-ui, sans-serif',
        'text-valign': 'bottom', 'text-margin-y': 4, 'min-zoomed-font-size': 7,
        'text-wrap': 'ellipsis', 'text-max-width': 110,
      },
    },
    { selector: 'node.labelled', style: { label: 'data(label)' } },
    { selector: 'node.many', style: { 'text-valign': 'center', 'text-halign': 'right', 'text-margin-x': 7, 'text-margin-y': 0, 'text-max-width': 220 } },
    ...['pending', 'ready', 'running', 'completed', 'failed', 'cancelled', 'mixed'].map(state),
    { selector: 'node.running', style: { 'border-color': colors.running, 'border-opacity': 0.35, 'border-width': 6 } },
    { selector: 'node.failed', style: { shape: 'diamond' } },
    { selector: 'node.pending', style: { 'background-opacity': 0.55 } },
    {
      selector: 'edge',
      style: {
        width: 'data(width)', 'line-color': colors.muted, 'line-opacity': 0.5, 'curve-style': 'bezier',
        'target-arrow-shape': 'triangle', 'target-arrow-color': colors.muted, 'arrow-scale': 0.7,
      },
    },
  ];
}

export function showGraph(snapshot) {
  graph = snapshot.graph;
  const empty = graph.nodes.length === 0;
  area.hidden = empty;
  document.getElementById('graph-empty').hidden = !empty;
  document.getElementById('graph-note').textContent = empty ? '' : note();
  area.setAttribute('aria-label', empty ? 'No graph' : `The graph of run ${graph.run}: ${note()}. ${stateWords()}`);
  if (cytoscape && !empty) update();
}

function note() {
  const many = plural(graph.taskCount, 'task');
  return `run ${graph.run}, ${many}${graph.aggregated ? ', by name' : ''}`;
}

function stateWords() {
  const sums = {};
  graph.nodes.forEach((node) => { sums[node.state] = (sums[node.state] ?? 0) + node.count; });
  return Object.entries(sums).map(([state, sum]) => `${count(sum)} ${state.toLowerCase()}`).join(', ');
}

function update() {
  const next = `${graph.run}/${graph.aggregated}/${graph.nodes.map((n) => n.id).join()}/${graph.edges.length}`;
  if (next === shape) {
    states();
  } else if (performance.now() - placedAt >= LAYOUT_MS) {
    shape = next;
    rebuild();
  } else if (!later) {
    later = setTimeout(() => { later = 0; update(); }, LAYOUT_MS);
  }
}

/** Only nodes that have changed: styling all of a thousand four times a second would be seen. */
function states() {
  cytoscape.batch(() => graph.nodes.forEach((node) => {
    if (shown.get(node.id) === keyOf(node)) return;
    shown.set(node.id, keyOf(node));
    cytoscape.getElementById(node.id).classes(classes(node)).data({ label: label(node), size: size(node), node });
  }));
}

const keyOf = (node) => `${node.state}/${node.count}`;

const classes = (node) => `${node.state.toLowerCase()} ${graph.nodes.length <= LABELLED ? 'labelled' : ''} ${graph.aggregated ? 'many' : ''}`;

const label = (node) => (node.count > 1 ? `${node.name} × ${count(node.count)}` : node.name);

const size = (node) => (graph.aggregated ? 22 + 7 * Math.log10(1 + node.count) : 20);

function rebuild() {
  placedAt = performance.now();
  shown = new Map(graph.nodes.map((node) => [node.id, keyOf(node)]));
  const box = area.getBoundingClientRect();
  const places = place(graph.nodes, graph.edges, (box.width || 2) / (box.height || 1));
  const spread = graph.aggregated || graph.nodes.length <= 12 ? 2.2 : 1;
  cytoscape.batch(() => {
    cytoscape.elements().remove();
    cytoscape.add(graph.nodes.map((node) => ({
      group: 'nodes', data: { id: node.id, label: label(node), size: size(node), node },
      position: { x: places.get(node.id).x * spread, y: places.get(node.id).y * Math.sqrt(spread) }, classes: classes(node),
    })));
    cytoscape.add(graph.edges.filter((e) => places.has(e.from) && places.has(e.to)).map((edge) => ({
      group: 'edges', data: { source: edge.from, target: edge.to, width: 1 + Math.log10(edge.count) },
    })));
  });
  fit();
}

export function fit() {
  if (!cytoscape || cytoscape.elements().empty()) return;
  cytoscape.resize();
  cytoscape.fit(undefined, 34);
  if (cytoscape.zoom() > 1.15) {
    cytoscape.zoom(1.15);
    cytoscape.center();
  }
}

function tell(event) {
  const node = event.target.data('node');
  const tip = document.getElementById('tip');
  const box = area.getBoundingClientRect();
  tip.textContent = `${label(node)}\n${node.state.toLowerCase()}, ${bytes(node.bytes)}${node.count > 1 ? '' : `, ${node.id}`}`;
  tip.hidden = false;
  tip.style.left = `${Math.min(innerWidth - tip.offsetWidth - 8, box.left + event.renderedPosition.x + 14)}px`;
  tip.style.top = `${box.top + event.renderedPosition.y + 14}px`;
}

document.getElementById('graph-fit').addEventListener('click', fit);

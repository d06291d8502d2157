// Puts the page together: each snapshot goes to every panel.

import { startCharts, showCharts } from './charts.js';
import { follow, token } from './feed.js';
import { count, timeOfDay } from './format.js';
import { fit, showGraph, startGraph } from './graph.js';
import { showHeap } from './heap.js';
import { startKeys } from './keys.js';
import { freezeLanes, showLanes } from './lanes.js';
import { showFailures, showRuns } from './lists.js';
import { remember } from './past.js';
import { showTiles } from './tiles.js';
import { judge, showVerdict, text } from './verdict.js';

const LINK_WORDS = { live: 'live', connecting: 'connecting', lost: 'lost', paused: 'paused' };

let paused = false;
let newest = null;
let link = 'connecting';
let lost = null;

function onSnapshot(snapshot) {
  newest = snapshot;
  remember(snapshot);
  const verdict = judge(snapshot);
  if (!paused) show(snapshot, verdict);
}

function show(snapshot, verdict) {
  showVerdict(verdict);
  document.title = `${verdict.title} · Sluice`;
  showTiles(snapshot);
  showHeap(snapshot);
  showLanes(snapshot);
  showGraph(snapshot);
  showRuns(snapshot);
  showFailures(snapshot);
  showCharts();
  showFoot(snapshot);
}

function showFoot(s) {
  text('foot', `snapshot ${count(s.sequence)} of ${timeOfDay(s.atMs)}, four a second`
    + (s.lostEvents ? ` · ${count(s.lostEvents)} events came too fast to be counted: workers, graph, throughput and latency are a sample` : ''));
}

function onLink(state, detail) {
  link = state;
  lost = state === 'lost' ? detail : null;
  showLink();
}

function showLink() {
  const state = paused && link === 'live' ? 'paused' : link;
  const pill = document.getElementById('link');
  if (pill.dataset.link !== state) pill.dataset.link = state;
  text('link', LINK_WORDS[state]);
  document.body.classList.toggle('stale', link === 'lost');
  const notice = document.getElementById('notice');
  if (!lost) {
    if (link === 'live') notice.hidden = true;
    return;
  }
  const shown = newest ? ` What is shown is of ${timeOfDay(newest.atMs)}.` : '';
  text('notice', `The feed broke off: ${lost.reason}. The page goes on trying.${shown}`);
  notice.hidden = false;
}

function pause() {
  paused = !paused;
  freezeLanes(paused);
  const button = document.getElementById('pause');
  button.setAttribute('aria-pressed', String(paused));
  button.textContent = paused ? 'Go on' : 'Pause';
  showLink();
  if (!paused && newest) show(newest, judge(newest));
}

/** Resolves when somebody has given a token. */
function askToken(wrong) {
  const dialog = document.getElementById('token-dialog');
  const field = document.getElementById('token');
  const words = document.getElementById('token-text');
  words.textContent = wrong ? 'That was not it. Please try again.' : 'It stays in this tab, until the tab is closed.';
  words.classList.toggle('wrong', wrong);
  field.value = '';
  return new Promise((resolve) => {
    dialog.showModal();
    const again = (event) => event.preventDefault();
    dialog.addEventListener('cancel', again);
    document.getElementById('token-form').addEventListener('submit', (event) => {
      event.preventDefault();
      token.set(field.value.trim());
      dialog.removeEventListener('cancel', again);
      dialog.close();
      resolve();
    }, { once: true });
  });
}

/** The page goes on without a library that isn't on the gateway's class path, and says so in its place. */
async function library(path, start, missing, artifact) {
  try {
    start((await import(path)).default);
  } catch {
    missing.forEach((id) => {
      document.getElementById(id).replaceChildren(Object.assign(document.createElement('p'),
        { className: 'empty', textContent: `Put ${artifact} on the gateway’s class path to see this.` }));
    });
  }
}

function styleSheet(path) {
  document.head.prepend(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: path }));
}

document.getElementById('host').textContent = location.host;
document.getElementById('pause').addEventListener('click', pause);
startKeys({ p: pause, f: fit });
await Promise.all([
  library('./lib/uplot.js', (uPlot) => { styleSheet('lib/uplot.css'); startCharts(uPlot); },
    ['demand-chart', 'throughput-chart', 'latency-chart'], 'org.webjars.npm:uplot'),
  library('./lib/cytoscape.js', startGraph, ['graph-area'], 'org.webjars.npm:cytoscape'),
]);
follow({ onSnapshot, onLink, askToken });

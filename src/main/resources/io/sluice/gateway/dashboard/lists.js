// Open runs, and failures with their causes.

import { bytes, count, timeOfDay } from './format.js';

const NO_LIMIT = 2 ** 62;

function element(tag, name, ...children) {
  const made = Object.assign(document.createElement(tag), { className: name });
  made.append(...children);
  return made;
}

/** Puts new contents in only where something has changed, so that what is open or chosen stays so. */
function fill(id, key, make) {
  const root = document.getElementById(id);
  if (root.dataset.key === key) return;
  root.dataset.key = key;
  root.replaceChildren(...make());
}

export function showRuns(snapshot) {
  const { runs } = snapshot;
  document.getElementById('runs-note').textContent = runs.length ? count(runs.length) : '';
  fill('runs-list', JSON.stringify(runs), () => (runs.length ? runs.map((run) => runRow(run, snapshot)) : [element('p', 'empty', 'No run is open.')]));
}

function runRow(run, { heap }) {
  const limit = run.heapLimitBytes > NO_LIMIT ? heap.capacityBytes : run.heapLimitBytes;
  const bar = element('i', '');
  bar.style.width = `${Math.min(100, 100 * run.heapBytes / limit)}%`;
  return element('div', 'run',
    element('div', 'top', element('span', 'name', run.name), element('span', 'grow'),
      element('span', 'nums', `${bytes(run.heapBytes)} of ${bytes(limit)}`)),
    element('div', 'meter', bar),
    element('div', 'nums', [
      `${count(run.admittedCount)} admitted`, `${count(run.waitingCount)} waiting`, `${count(run.undecidedCount)} in flight`,
      ...(run.undeliveredCount ? [`${count(run.undeliveredCount)} not delivered`] : []),
      ...(run.refusedCount ? [`${count(run.refusedCount)} refused`] : []),
    ].join(' · ')));
}

export function showFailures({ failures }) {
  document.getElementById('failures-note').textContent = failures.length >= 50 ? 'the last 50' : String(failures.length || '');
  const first = failures[0];
  const key = first ? `${failures.length}/${first.atMs}/${first.task}` : 'none';
  fill('failures-list', key, () => (failures.length ? failures.map(failureRow) : [element('p', 'empty', 'Nothing has failed.')]));
}

function failureRow(failure) {
  const time = element('time', '', timeOfDay(failure.atMs));
  const rows = [['run', failure.run], ['task', failure.task ?? 'refused'], ['error', `${failure.kind}: ${failure.message}`]];
  if (failure.cause) rows.push(['cause', failure.cause]);
  const list = element('dl', '');
  rows.forEach(([name, value]) => list.append(element('dt', '', name), element('dd', '', String(value))));
  return element('details', 'failure',
    element('summary', '', element('span', 'name', failure.name), time, element('span', 'cause', failure.cause ?? failure.message)),
    list);
}

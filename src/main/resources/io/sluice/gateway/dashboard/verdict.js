// Is it moving, and if not, why: one word, one sentence.

import { bytes, count, digits, plural, span } from './format.js';
import { past } from './past.js';

const SETTLED_MS = 1_500;
const STALLED_MS = 4_000;

/** What a reason means where nothing moves. */
const WORDS = {
  HEAP_FULL: 'the heap is full',
  FRAGMENTED: 'free bytes are in pieces',
  RUN_LIMIT: 'a run is at its limit of bytes',
  RESERVED: 'bytes are kept for another claim',
  MAX_IN_FLIGHT: 'a run is at its limit of tasks',
  NO_IDLE_WORKER: 'all workers are busy',
  WAITING_FOR_PRODUCER: 'tasks wait for earlier ones',
  OUT_OF_TURN: 'results wait for earlier ones',
  WAITING_FOR_RETRY: 'failed tasks wait to be tried again',
  SUBSCRIBER_SLOW: 'results are not asked for',
  SUBSCRIBER_BLOCKS: 'a subscriber blocks',
  RESULT_HELD: 'open results hold the bytes',
  SOURCE_IDLE: 'the source sends nothing',
  KERNEL_RUNNING: 'a kernel has been running long',
  DRAIN_WAITS_FOR: 'a drain waits',
};

const WAITS = new Set(['SOURCE_IDLE', 'WAITING_FOR_RETRY', 'NO_IDLE_WORKER', 'WAITING_FOR_PRODUCER']);

const MOSTLY = 6;
const LOOKED_AT = 8;

const reasons = [];
let movedAtMs = 0;
let admitted = -1;

/** Tone (ok, idle, warn, bad), title, since when, sentence and hints. */
export function judge(s) {
  noteMovement(s);
  const still = s.atMs - movedAtMs;
  const running = s.workers.filter((w) => w.current);
  const at = { still, running, why: s.why, snapshot: s };
  if (still < SETTLED_MS) return moving(at);
  if (s.why.reason === 'NOTHING_WAITS' && running.length === 0 && s.demand.undecidedCount === 0) return idle(at);
  if (s.why.reason === 'NOTHING_WAITS' || s.why.reason === 'MOVING') return working(at);
  return stopped(at);
}

function noteMovement(s) {
  reasons.push(s.why.reason);
  if (reasons.length > LOOKED_AT) reasons.shift();
  const t = s.throughput;
  const some = t.admittedPerSecond + t.completedPerSecond + t.failedPerSecond > 0;
  if (some || movedAtMs === 0 || s.demand.admittedCount !== admitted) movedAtMs = s.atMs;
  if (admitted === -1 && !some) movedAtMs = s.atMs - SETTLED_MS;
  admitted = s.demand.admittedCount;
}

function moving({ snapshot, running, why }) {
  const rate = recentRate();
  const held = isHeldBack(why.reason);
  const busy = `${count(running.length)} of ${plural(snapshot.workers.length, 'worker')} busy`;
  return {
    tone: 'ok',
    title: 'Moving',
    since: rate > 0 ? `${digits(rate)} tasks a second` : '',
    sentence: `Tasks are admitted and end; ${busy}, ${waitingWords(snapshot)}.${held ? ` What holds the rest back: ${plain(why)}` : ''}`,
    hints: [],
  };
}

/** For most of the last two seconds, and not just at this moment. */
function isHeldBack(reason) {
  return reason !== 'MOVING' && reason !== 'NOTHING_WAITS' && reasons.filter((r) => r === reason).length >= MOSTLY;
}

/** Over the last second. */
function recentRate() {
  const recent = past.completed.slice(-4);
  return recent.reduce((a, b) => a + b, 0) / Math.max(1, recent.length);
}

/** Without the reason's name, which is told in words beside, and without what the hints tell. */
function plain(why) {
  const words = why.sentence
    .replace(/^[A-Z_]+: /, '')
    .replace(` (${why.reason})`, '')
    .replace(/^it needs/, 'The oldest waiting task needs')
    .replace(`; held by ${why.holder}; ${why.knob}`, '.');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function waitingWords(s) {
  return s.demand.waitingCount ? `${plural(s.demand.waitingCount, 'task')} waiting for bytes` : 'no task waits for bytes';
}

function idle({ snapshot, why, still }) {
  const open = snapshot.runs.length;
  return {
    tone: 'idle',
    title: 'Idle',
    since: `for ${span(Math.floor(still / 1000) * 1000)}`,
    sentence: open ? plain(why) : 'No run is open, no task is alive: everything that was asked for is done.',
    hints: [],
  };
}

/** Nothing has ended for a while, because kernels run. */
function working({ snapshot, running, why, still }) {
  if (running.length === 0 && snapshot.demand.undecidedCount > 0) return unseen(snapshot, still);
  if (running.length === 0) {
    return { tone: 'idle', title: 'Waiting', since: `for ${span(Math.floor(still / 1000) * 1000)}`, sentence: plain(why), hints: hints(why) };
  }
  const oldest = running.reduce((a, b) => (a.current.startMs < b.current.startMs ? a : b));
  const length = span(Math.max(0, snapshot.atMs - oldest.current.startMs));
  return {
    tone: 'ok',
    title: 'Working',
    since: `nothing has ended for ${span(Math.floor(still / 1000) * 1000)}`,
    sentence: `${running.length === 1 ? 'One kernel runs' : `${count(running.length)} kernels run; the longest`}, ‘${oldest.current.name}’ on ${oldest.pool}-${oldest.worker}, for ${length}.`,
    hints: [],
  };
}

/** What began before a page was opened, or among events that were left out, is in no lane. */
function unseen(snapshot, still) {
  return {
    tone: 'ok',
    title: 'Working',
    since: `nothing has ended for ${span(Math.floor(still / 1000) * 1000)}`,
    sentence: `${plural(snapshot.demand.undecidedCount, 'task')} in flight whose start this page has not seen; nothing waits for bytes.`,
    hints: [],
  };
}

function stopped({ running, why, still }) {
  const tone = WAITS.has(why.reason) || running.length > 0 || still < STALLED_MS ? 'warn' : 'bad';
  return {
    tone,
    title: tone === 'bad' ? 'Stalled' : 'Not moving',
    since: `${WORDS[why.reason] ?? why.reason}, for ${span(Math.floor(still / 1000) * 1000)}`,
    sentence: plain(why),
    hints: hints(why),
  };
}

function hints(why) {
  const list = [];
  if (why.holder) list.push(['Held by', why.holder]);
  if (why.neededBytes > 0) list.push(['Needed', `${bytes(why.neededBytes)}; free ${bytes(why.freeBytes)}, in one piece ${bytes(why.largestFreeRunBytes)}`]);
  if (why.knob) list.push(['What to change', why.knob]);
  return list;
}

export function showVerdict(verdict) {
  document.body.dataset.tone = verdict.tone;
  text('verdict-title', verdict.title);
  text('verdict-since', verdict.since);
  text('sentence', verdict.sentence);
  const list = document.getElementById('hints');
  const key = JSON.stringify(verdict.hints);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...verdict.hints.map(([name, value]) => {
    const row = document.createElement('div');
    row.append(Object.assign(document.createElement('dt'), { textContent: name }),
      Object.assign(document.createElement('dd'), { textContent: value }));
    return row;
  }));
}

/** Only where it changes: a screen reader tells each change. */
export function text(id, value) {
  const element = document.getElementById(id);
  if (element.textContent !== value) element.textContent = value;
}

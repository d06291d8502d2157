// The keyboard.

const PANELS = ['heap', 'demand', 'throughput', 'latency', 'workers', 'graph', 'runs', 'failures'];

const KEYS = [
  ['P', 'freeze the picture, and go on'],
  ...PANELS.map((id, i) => [String(i + 1), `go to ${document.getElementById(`${id}-title`).textContent.toLowerCase()}`]),
  ['← →', 'in the heap: from slab to slab'],
  ['F', 'show all of the graph'],
  ['?', 'this list'],
];

const dialog = document.getElementById('keys-dialog');

function go(id) {
  const panel = document.getElementById(id);
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  panel.scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'smooth' });
  panel.focus({ preventScroll: true });
}

/** @param actions what p and f do */
export function startKeys(actions) {
  const list = document.getElementById('keys-list');
  for (const [key, words] of KEYS) {
    list.append(Object.assign(document.createElement('dt'), { textContent: key }), Object.assign(document.createElement('dd'), { textContent: words }));
  }
  document.getElementById('help').addEventListener('click', () => dialog.showModal());
  document.getElementById('keys-close').addEventListener('click', () => dialog.close());
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') || event.target.matches('input')) return;
    if (event.key === '?') dialog.showModal();
    else if (event.key in actions) actions[event.key]();
    else if (PANELS[event.key - 1]) go(PANELS[event.key - 1]);
  });
}

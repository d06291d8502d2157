// The style sheet's colours for canvases, and word of it when light turns to dark.

const NAMES = ['text', 'muted', 'line', 'faint', 'card', 'free', 'pending', 'ready', 'running', 'done',
  'failed', 'cancelled', 'completed', 'mixed', 'accent', 'ground', 'warn', 'bad', 'sans'];

/** Apart from each other in light and dark, and for most who see colours differently. */
const HUES = [174, 217, 38, 268, 340, 96, 200, 12];

const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = [];

export const colors = {};

export const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** For text on the colours of states and names, which are bright in the dark. */
export const inkOnColor = () => (dark.matches ? '#07110f' : '#ffffff');

function read() {
  const style = getComputedStyle(document.documentElement);
  for (const name of NAMES) colors[name] = style.getPropertyValue(`--${name}`).trim();
}

export function onTheme(listener) {
  listeners.push(listener);
}

/** The colour of the n-th name. */
export function hue(n) {
  const turn = Math.floor(n / HUES.length) * 23;
  const h = (HUES[n % HUES.length] + turn) % 360;
  return dark.matches ? `hsl(${h} 55% 56%)` : `hsl(${h} 58% 44%)`;
}

dark.addEventListener('change', () => {
  read();
  listeners.forEach((listener) => listener());
});

read();

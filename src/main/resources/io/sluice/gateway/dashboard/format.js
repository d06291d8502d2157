// Numbers, sizes and times as people read them.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const count = (n) => whole.format(n);

/** Value and unit apart, for large type. */
export function splitBytes(n) {
  let unit = 0;
  while (n >= 1024 && unit < UNITS.length - 1) {
    n /= 1024;
    unit++;
  }
  return [digits(n), UNITS[unit]];
}

export const bytes = (n) => splitBytes(n).join(' ');

/** Three digits that matter, and none behind the point where it is large. */
export function digits(n) {
  if (n === 0) return '0';
  if (Math.abs(n) >= 100) return whole.format(n);
  if (Math.abs(n) < 0.01) return '<0.01';
  return String(Number(n.toPrecision(3)));
}

/** Short for axes: 12k, 3M. */
export function short(n) {
  if (n == null) return '–';
  if (n >= 1e6) return `${digits(n / 1e6)}M`;
  if (n >= 1e4) return `${digits(n / 1e3)}k`;
  return digits(n);
}

export function span(ms) {
  if (ms < 1) return `${digits(ms * 1000)} µs`;
  if (ms < 1000) return `${digits(ms)} ms`;
  if (ms < 60_000) return `${digits(ms / 1000)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const timeOfDay = (ms) => clock.format(new Date(ms));

export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

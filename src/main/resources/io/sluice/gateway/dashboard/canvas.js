// A canvas as sharp as the screen, which is drawn again when its size or the colours change.

import { onTheme } from './theme.js';

/** Calls draw(context, width, height) in CSS pixels; returns what asks for it to be done again. */
export function surface(canvas, draw) {
  const context = canvas.getContext('2d');
  let asked = false;
  const paint = () => {
    asked = false;
    const box = canvas.getBoundingClientRect();
    if (!box.width || !box.height) return;
    const scale = window.devicePixelRatio || 1;
    const width = Math.round(box.width * scale);
    const height = Math.round(box.height * scale);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, box.width, box.height);
    draw(context, box.width, box.height);
  };
  const redraw = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(paint);
  };
  new ResizeObserver(redraw).observe(canvas);
  onTheme(redraw);
  return redraw;
}

/** Shows what the pointer is on: find(x, y) gives the text, or null. */
export function tips(canvas, find) {
  const tip = document.getElementById('tip');
  const hide = () => { tip.hidden = true; };
  canvas.addEventListener('pointerleave', hide);
  canvas.addEventListener('pointermove', (event) => {
    const box = canvas.getBoundingClientRect();
    const text = find(event.clientX - box.left, event.clientY - box.top);
    if (!text) {
      hide();
      return;
    }
    tip.textContent = text;
    tip.hidden = false;
    const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const below = event.clientY + 18;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${below + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 12 : below}px`;
  });
}

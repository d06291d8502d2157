// The feed: server-sent events read through fetch, which can carry a token where EventSource can't.
// It comes back by itself when the connection breaks, and says where it stands.

const KEY = 'sluice-token';
const SILENCE_MS = 6_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

export const token = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  clear: () => sessionStorage.removeItem(KEY),
};

/**
 * Follows the feed for as long as the page is open.
 *
 * onSnapshot(object), onLink(state, detail) with live, connecting, or lost and the time of the next try;
 * askToken(wrong) resolves when a token has been given.
 */
export async function follow({ onSnapshot, onLink, askToken }) {
  let wait = FIRST_WAIT_MS;
  for (;;) {
    onLink('connecting');
    const outcome = await listen(() => { onLink('live'); wait = FIRST_WAIT_MS; }, onSnapshot);
    if (outcome.refused) {
      const wrong = token.get() !== null;
      token.clear();
      await askToken(wrong);
      continue;
    }
    onLink('lost', { reason: outcome.reason, againAt: Date.now() + wait });
    await pause(wait);
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  }
}

/** Waits; less if the network or the page comes back in between. */
function pause(ms) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      document.removeEventListener('visibilitychange', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
    document.addEventListener('visibilitychange', done);
  });
}

async function listen(onOpen, onSnapshot) {
  const abort = new AbortController();
  let watchdog = 0;
  const heard = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => abort.abort(), SILENCE_MS);
  };
  try {
    heard();
    const given = token.get();
    const response = await fetch('feed', {
      headers: given ? { Authorization: `Bearer ${given}` } : {},
      signal: abort.signal,
      cache: 'no-store',
    });
    if (response.status === 401) return { refused: true };
    if (!response.ok) return { reason: `the gateway answered with status ${response.status}` };
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    await read(reader, heard, onOpen, onSnapshot);
    return { reason: 'the gateway closed the connection' };
  } catch {
    return { reason: abort.signal.aborted ? 'the gateway has been silent' : 'the gateway can’t be reached' };
  } finally {
    clearTimeout(watchdog);
  }
}

async function read(reader, heard, onOpen, onSnapshot) {
  let text = '';
  let open = false;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    heard();
    const events = (text + value).split('\n\n');
    text = events.pop();
    // Those in between are old already where several came at once; slices of theirs are kept.
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: '));
      if (!data) continue;
      if (!open) onOpen();
      open = true;
      onSnapshot(JSON.parse(data.slice(6)));
    }
  }
}

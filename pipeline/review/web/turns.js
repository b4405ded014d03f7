// Actions run one after the other: a fast typist decides on the next place, not twice on one.

const waiting = [];
let running = false;
let before = null;
let failed = null;
let expecting = false;
const missed = []; // keys typed while a dialog or field was on its way

/** `settled` is awaited before each action; `fault` receives errors. */
export function begin(settled, fault) {
  before = settled;
  failed = fault;
}

/** Whether nothing is in progress. */
export function idle() {
  return !running;
}

/**
 * Queue the action of a key. With `asks`, keys typed meanwhile are meant for the dialog or field
 * that it opens.
 */
export function enqueue(act, asks = false, key = "") {
  if (expecting) {
    if (key) missed.push(key);
    return;
  }
  expecting = asks;
  waiting.push(act);
  run();
}

/** The expected dialog or field is open. Returns the keys that were typed for it meanwhile. */
export function arrived() {
  expecting = false;
  return missed.splice(0);
}

/** Nothing came that was to take the keys, as when a page is marked at once: they mean the view. */
function release() {
  for (const key of arrived())
    document.activeElement.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
    );
}

async function run() {
  if (running) return;
  running = true;
  while (waiting.length) {
    try {
      await before?.();
      await waiting.shift()();
      if (!waiting.length && expecting) release();
    } catch (error) {
      expecting = false;
      waiting.length = missed.length = 0;
      failed?.(error);
    }
  }
  running = false;
}

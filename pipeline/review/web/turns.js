// What was asked is done one after the other: who types faster than the disk decides on the next place, not twice on one.

const waiting = [];
let running = false;
let before = null;
let failed = null;
let expecting = false;

/** `settled` is awaited before each turn; `fault` hears of what went wrong. */
export function begin(settled, fault) {
  before = settled;
  failed = fault;
}

/** Whether nothing is under way. */
export function idle() {
  return !running;
}

/** Let something be done in its turn. With `asks`, keys typed meanwhile are meant for the dialog or field that it brings. */
export function enqueue(act, asks = false) {
  if (expecting) return;
  expecting = asks;
  waiting.push(act);
  run();
}

/** The dialog or field that was on its way is there. */
export function arrived() {
  expecting = false;
}

async function run() {
  if (running) return;
  running = true;
  while (waiting.length) {
    try {
      await before?.();
      await waiting.shift()();
      if (!waiting.length) expecting = false;
    } catch (error) {
      expecting = false;
      waiting.length = 0;
      failed?.(error);
    }
  }
  running = false;
}

// Requests to the server. A decision counts once it is on disk.

import { conflict } from "./dialogs.js";
import { toast, trouble, troubled } from "./frame.js";
import { count, el } from "./parts.js";
import { state } from "./state.js";
import { heard, later, t } from "./texts.js";

const DOWN = later(
  "The server does not answer. Run emend review again. Decisions that were saved are safe.",
);

let saving = 0; // decisions that are being saved, or wait for their turn
let turn = Promise.resolve();

/** Whether a decision is being saved. */
export function deciding() {
  return saving > 0;
}

/** What the server answers; null while the text is still loading. */
export async function get(what, query = {}) {
  const response = await fetch(
    `api/${encodeURIComponent(state.id)}/${what}?${new URLSearchParams(query)}`,
  ).catch(() => {
    throw new Error(t(DOWN));
  });
  const told = await response.json();
  if (response.status === 202) return null;
  if (!response.ok)
    throw new Error(
      told.error ? heard(told.error) : t("The server answered {n}.", { n: response.status }),
    );
  return told;
}

/**
 * Save decisions, after those that are being saved. Resolves to the server's answer once they are
 * on disk, to null if none was saved.
 */
export function decide(items, said) {
  saving += 1;
  document.body.classList.add("busy");
  turn = turn
    .then(() => save(items, said))
    .finally(() => {
      saving -= 1;
      document.body.classList.toggle("busy", saving > 0);
    });
  return turn;
}

/** Take over what has changed. */
function learn(told) {
  for (const [i, row] of Object.entries(told.groups)) state.server.groups[i] = row;
  for (const name of ["version", "progress", "stale", "pages", "learned", "last"])
    state.server[name] = told[name];
  document.dispatchEvent(new Event("told"));
}

async function save(items, said) {
  try {
    for (;;) {
      const { epoch, version } = state.server;
      const response = await fetch(`api/${encodeURIComponent(state.id)}/decisions`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ epoch, version, who: state.who, items }),
      });
      const told = await response.json();
      if (response.status === 409) {
        const mine = await conflict(told);
        await load();
        if (mine && told.found.length && state.server.epoch === epoch) continue;
        document.dispatchEvent(new Event("outdated"));
        return null;
      }
      if (!response.ok) {
        const says = told.error ? heard(told.error) : t("The server refused.");
        trouble(`${says} ${t("Nothing was saved.")}`);
        return null;
      }
      trouble("");
      learn(told);
      if (said) toast(`${said} ${t("Saved.")}`);
      return told;
    }
  } catch {
    trouble(
      t(
        "The server does not answer, so this may not have been saved. Run emend review again, " +
          "then look. Decisions that were saved are safe.",
      ),
    );
    return null;
  }
}

/**
 * Undo this editor's last decision, of this session or an earlier one. Resolves to the server's
 * answer, null if there was none.
 */
export async function undo() {
  const ids = state.server.last[state.who] ?? [];
  if (!ids.length) {
    toast(t("Nothing to undo."));
    return null;
  }
  return decide(
    ids.map((id) => ({ verdict: "undo", undoes: id })),
    t("Undone: {decisions}.", { decisions: count(ids.length, "decision") }),
  );
}

/** Load everything again; wait while the text is loading. */
export async function load() {
  for (;;) {
    const told = await get("state");
    if (told) {
      state.server = told;
      document.dispatchEvent(new Event("told"));
      return;
    }
    document
      .getElementById("main")
      .replaceChildren(el("p", { class: "wait", role: "status" }, t("Loading…")));
    await new Promise((go) => setTimeout(go, 400));
  }
}

/**
 * Whether others have decided meanwhile, or the text has changed; if so, the page learns of it.
 * `on` is the page on which this editor is at work, if any.
 */
export async function others(on = null) {
  const { epoch, version } = state.server;
  try {
    const told = await get("version", { epoch, version, ...(on === null ? {} : { on }) });
    if (!told) return false;
    const moved = JSON.stringify(told.on) !== JSON.stringify(state.server.on);
    state.server.on = told.on;
    if (moved) document.dispatchEvent(new Event("moved"));
    if (troubled() === t(DOWN)) trouble("");
    if (told.epoch === epoch && told.version === version) return false;
    if (told.epoch === epoch) learn(told);
    else await load();
    return true;
  } catch {
    if (!troubled()) trouble(t(DOWN));
    return false;
  }
}

/** Report an error, once. */
export function fault(error) {
  if (error?.message !== t(DOWN) || !troubled())
    trouble(error?.message ?? t("Something went wrong."));
  return error?.message === t(DOWN);
}

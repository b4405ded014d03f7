// The way to the server and back. Nothing counts before it is on disk.

import { conflict } from "./dialogs.js";
import { toast, trouble, troubled } from "./frame.js";
import { count, el } from "./parts.js";
import { state } from "./state.js";

const DOWN = "The server does not answer. Start emend review again; what was said to be on disk is safe.";

let busy = false;

/** Whether a decision is on its way to the disk. */
export function deciding() {
  return busy;
}

/** What the server tells of something; null while the text is still being read. */
export async function get(what, query = {}) {
  const response = await fetch(`api/${encodeURIComponent(state.id)}/${what}?${new URLSearchParams(query)}`).catch(() => {
    throw new Error(DOWN);
  });
  const told = await response.json();
  if (response.status === 202) return null;
  if (!response.ok) throw new Error(told.error || `The server answered ${response.status}.`);
  return told;
}

/** Write decisions. Resolves to the server's answer once they are on disk, to null if nothing was written. */
export async function decide(items, said) {
  if (busy) return null;
  busy = true;
  document.body.classList.add("busy");
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
        trouble(`${told.error || "The server refused."} Nothing was recorded.`);
        return null;
      }
      trouble("");
      for (const [i, row] of Object.entries(told.groups)) state.server.groups[i] = row;
      for (const name of ["version", "progress", "stale", "pages", "learned"]) state.server[name] = told[name];
      if (!items.every((item) => item.verdict === "undo")) state.undo.push(told.ids);
      document.dispatchEvent(new Event("told"));
      if (said) toast(`${said} On disk.`);
      return told;
    }
  } catch {
    trouble("The server does not answer, so this was not recorded. Start emend review again; what was said to be on disk is safe.");
    return null;
  } finally {
    busy = false;
    document.body.classList.remove("busy");
  }
}

/** Take back what was decided last, here or in an earlier sitting. Resolves to the server's answer, null if there was nothing. */
export async function undo() {
  const ids = state.undo.length ? state.undo.pop() : (state.server.last[state.who] ?? []);
  if (!ids.length) {
    toast("There is nothing to undo.");
    return null;
  }
  const told = await decide(ids.map((id) => ({ verdict: "undo", undoes: id })), `Undone: ${count(ids.length, "decision")}.`);
  if (told) delete state.server.last[state.who];
  else state.undo.push(ids);
  return told;
}

/** Ask for everything anew; wait while the text is being read. */
export async function load() {
  for (;;) {
    const told = await get("state");
    if (told) {
      state.server = told;
      document.dispatchEvent(new Event("told"));
      return;
    }
    document.getElementById("main").replaceChildren(el("p", { class: "wait", role: "status" }, "The text is being read…"));
    await new Promise((go) => setTimeout(go, 400));
  }
}

/** Whether others have decided meanwhile; then everything is asked for anew. */
export async function others() {
  try {
    const told = await get("version");
    if (!told) return false;
    if (troubled().startsWith("The server does not answer")) trouble("");
    if (told.version === state.server.version && told.epoch === state.server.epoch) return false;
    await load();
    return true;
  } catch {
    if (!troubled()) trouble(DOWN);
    return false;
  }
}

/** Tell of an error, once. */
export function fault(error) {
  if (error?.message !== DOWN || !troubled()) trouble(error?.message ?? "Something went wrong.");
  return error?.message === DOWN;
}

// Which view is open. A view is { node, keys, asking?, refresh(keep, group), focus?, settled? }.

import { furnish, toast } from "./frame.js";
import { hideScan } from "./scan.js";
import { undo } from "./desk.js";
import { state } from "./state.js";

const $ = (id) => document.getElementById(id);
const makers = {};
let name = "";
let view = {};

/** Tell how a view is made. */
export function register(called, make) {
  makers[called] = make;
}

/** The view that is open. */
export function current() {
  return view;
}

/** Open a view; `more` is what it shall show. */
export async function open(wanted, ...more) {
  name = wanted === "lost" && !state.server.stale.length ? "decide" : wanted;
  hideScan();
  view = makers[name](name, ...more);
  refurnish();
  $("main").replaceChildren(view.node);
  $("main").className = `view-${name}`;
  location.replace(`#${state.id}/${name}${name === "read" ? `/${view.number}` : ""}`);
  await view.refresh?.(false);
  view.focus?.();
}

/** Bring the frame up to date with what the server told. */
export function refurnish() {
  furnish(open, name);
}

/** Take back what was decided last, and show where that was. */
export async function takeBack() {
  const told = await undo();
  if (told) await view.refresh?.(true, Object.keys(told.groups).map(Number)[0]);
}

/** Show what is true now, after everything was asked for anew. */
export async function renew() {
  if (!view.node.isConnected) $("main").replaceChildren(view.node); // while the text was read, something else stood there
  await view.refresh?.(true);
}

/** Others have decided meanwhile: show it. */
export async function brought() {
  await renew();
  toast("Others have decided meanwhile; this page is up to date.");
}

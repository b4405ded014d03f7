// The open view. A view is { node, keys, asking?, refresh(keep, group), focus?, settled? }.

import { furnish, toast } from "./frame.js";
import { hideScan } from "./scan.js";
import { undo } from "./desk.js";
import { state } from "./state.js";
import { t } from "./texts.js";

const $ = (id) => document.getElementById(id);
const makers = {};
let name = "";
let view = {};

/** Register how a view is made. */
export function register(called, make) {
  makers[called] = make;
}

/** The view that is open. */
export function current() {
  return view;
}

/** Open a view; `more` is what to show in it. */
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

/** Update the frame from the server's last answer. */
export function refurnish() {
  furnish(open, name);
}

/** Undo the last decision, and show where it was. */
export async function takeBack() {
  const told = await undo();
  if (told) await view.refresh?.(true, Object.keys(told.groups).map(Number)[0]);
}

/** Show the new state after everything was loaded again. */
export async function renew() {
  // a message was shown while the text was loading
  if (!view.node.isConnected) $("main").replaceChildren(view.node);
  await view.refresh?.(true);
}

/** Show that others have decided meanwhile. */
export async function brought() {
  await renew();
  toast(t("Updated with decisions that others have made."));
}

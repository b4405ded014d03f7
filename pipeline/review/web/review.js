// The start of the review page: the views, the keys, a regular look at what others have decided.

import { deciding, fault, load, others } from "./desk.js";
import { help } from "./dialogs.js";
import { VIEWS, trouble } from "./frame.js";
import { GroupsView } from "./groups.js";
import { LogView } from "./log.js";
import { LostView } from "./lost.js";
import { PagesView } from "./pages.js";
import { el } from "./parts.js";
import { ReadView } from "./read.js";
import { state } from "./state.js";
import { speak, t } from "./texts.js";
import { begin, enqueue, idle } from "./turns.js";
import { brought, current, open, refurnish, register, renew, takeBack } from "./views.js";

const $ = (id) => document.getElementById(id);
const LOOK = 4000; // milliseconds between two looks at what others have decided

register("lost", () => new LostView());
register("decide", (name) => new GroupsView(name));
register("made", (name) => new GroupsView(name));
register("read", (_, number = 0, entry = null) => new ReadView(number, entry));
register("pages", () => new PagesView());
register("log", () => new LogView());

document.addEventListener("told", refurnish);
document.addEventListener("outdated", renew);
document.addEventListener("moved", () => current().accompany?.());

// --- keys ----------------------------------------------------------------------------------------

const EVERYWHERE = {
  "?": help,
  u: takeBack,
  ...Object.fromEntries(VIEWS.map(([name], i) => [String(i), () => open(name)])),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !state.server) return;
  const { key, target } = event;
  if (document.querySelector("dialog[open]") || target.closest("input, textarea, select")) return;
  if (target.closest("button, a") && (key === "Enter" || key === " ")) return;
  const shifted = event.shiftKey && (key.startsWith("Arrow") || key === "Tab");
  const name = shifted ? `Shift+${key}` : key;
  if (key === "Tab" && !current().steps?.(target, event.shiftKey ? -1 : 1)) return;
  if (!current().keys?.[name] && !EVERYWHERE[name] && idle()) return;
  event.preventDefault();
  enqueue(
    () => (current().keys?.[name] ?? EVERYWHERE[name])?.(),
    current().asking?.includes(name),
    name,
  );
});

$("help-button").addEventListener("click", help);

// --- decisions of others -------------------------------------------------------------------------

let active = false; // since the last look
for (const name of ["keydown", "pointerdown", "wheel"])
  addEventListener(name, () => (active = true), { passive: true, capture: true });

/** Not while something is in progress, or the page is hidden. */
function look() {
  if (
    !state.server ||
    deciding() ||
    !idle() ||
    document.hidden ||
    document.querySelector("dialog[open]")
  )
    return;
  enqueue(async () => {
    const on = active && current() instanceof ReadView ? current().number : null;
    active = false;
    if (await others(on)) await brought();
  });
}

document.addEventListener("visibilitychange", look);
setInterval(look, LOOK);

// --- start ---------------------------------------------------------------------------------------

begin(() => current().settled?.(), fault);
addEventListener("unhandledrejection", (event) => {
  if (fault(event.reason)) event.preventDefault();
});

async function choose(id, name = "", number = 0) {
  state.id = id;
  await load();
  $("title").textContent = state.server.title;
  document.title = `${state.server.title} · ${t("review")}`;
  const wanted = VIEWS.some(([one]) => one === name) ? name : "";
  await open(state.server.stale.length && !wanted ? "lost" : wanted || "decide", number);
}

async function start() {
  const told = await (await fetch("api/texts")).json();
  state.texts = told.texts;
  state.languages = told.languages;
  await speak(told.languages);
  state.team = told.team;
  state.fixed = told.fixed; // in a team, the address says who somebody is
  state.who = told.fixed ? told.who : (localStorage.getItem("emend-who") ?? told.who);
  const select = $("text");
  select.replaceChildren(...state.texts.map(({ id, title }) => el("option", { value: id }, title)));
  select.hidden = state.texts.length < 2;
  $("title").className = state.texts.length < 2 ? "" : "unseen";
  select.addEventListener("change", () => choose(select.value).catch(fault));
  const [id, name, number] = decodeURIComponent(location.hash.slice(1)).split("/");
  const known = state.texts.some((one) => one.id === id) ? id : state.texts[0]?.id;
  if (!known) return trouble(t("This project has no text to review."));
  select.value = known;
  return choose(known, known === id ? name : "", Number(number) || 0);
}

start().catch(fault);

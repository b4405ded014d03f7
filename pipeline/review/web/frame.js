// The frame round every view: what text it is, the views, how far one has got, what was just done, what went wrong.

import { count, duration, el } from "./parts.js";
import { MADE, OPEN, state } from "./state.js";

const $ = (id) => document.getElementById(id);

export const VIEWS = [
  ["lost", "Lost"],
  ["decide", "To decide"],
  ["made", "Made"],
  ["read", "Read"],
  ["pages", "Pages"],
  ["log", "Decided"],
];

let fading = 0;

/** Tell what was just done, for a moment. */
export function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("seen");
  clearTimeout(fading);
  fading = setTimeout(() => $("toast").classList.remove("seen"), 6000);
}

/** Tell what is wrong, until it is not; nothing if the text is empty. */
export function trouble(text) {
  $("trouble").hidden = !text;
  $("trouble").textContent = text;
}

/** What is told to be wrong now. */
export function troubled() {
  return $("trouble").textContent;
}

/** Bring the frame up to date. `open` opens a view, `current` is the one that is open. */
export function furnish(open, current) {
  const { progress, stale, remarks, groups } = state.server;
  const done = progress.held ? (100 * (progress.held - progress.open)) / progress.held : 100;
  $("bar").setAttribute("aria-valuenow", String(Math.round(done)));
  $("bar").setAttribute("aria-valuetext", `${count(progress.held - progress.open, "place")} of ${progress.held.toLocaleString("en")} decided`);
  $("bar").firstElementChild.style.width = `${done}%`;
  const pace = progress.seconds !== null && progress.groups ? ` · about ${duration(progress.seconds)} at this pace` : "";
  $("left").textContent = progress.open
    ? `${count(progress.open, "place")} in ${count(progress.groups, "group")} left${pace}`
    : "Nothing is left to decide";
  const counts = { lost: stale.length, decide: groups.filter((row) => row[OPEN]).length, made: groups.filter((row) => row[MADE]).length };
  const buttons = VIEWS.map(([name, title], i) =>
    name === "lost" && !stale.length
      ? null
      : el(
          "button",
          { type: "button", class: name === "lost" ? "lost" : null, "aria-current": name === current ? "page" : null, "aria-keyshortcuts": i, onclick: () => open(name) },
          title,
          name in counts ? el("span", { class: "figure" }, counts[name].toLocaleString("en")) : null,
        ),
  );
  const focused = [...$("views").children].indexOf(document.activeElement);
  $("views").replaceChildren(...buttons.filter(Boolean));
  $("views").children[focused]?.focus();
  if (remarks.length && !troubled()) trouble(remarks.join(" "));
}

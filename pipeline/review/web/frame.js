// The frame around every view: the text, the views, the progress, messages.

import { count, duration, el } from "./parts.js";
import { MADE, OPEN, state } from "./state.js";
import { figure, heard, later, t } from "./texts.js";

const $ = (id) => document.getElementById(id);

export const VIEWS = [
  ["lost", later("Unresolved")],
  ["decide", later("Pending")],
  ["made", later("Applied")],
  ["read", later("Read")],
  ["pages", later("Pages")],
  ["log", later("Decisions")],
];

let fading = 0;

/** Show for a moment what was just done. */
export function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("seen");
  clearTimeout(fading);
  fading = setTimeout(() => $("toast").classList.remove("seen"), 6000);
}

/** Show what is wrong until it is put right; hide the message if the text is empty. */
export function trouble(text) {
  $("trouble").hidden = !text;
  $("trouble").textContent = text;
}

/** The fault that is shown now. */
export function troubled() {
  return $("trouble").textContent;
}

/** Bring the frame up to date. `open` opens a view, `current` is the one that is open. */
export function furnish(open, current) {
  const { progress, stale, remarks, groups } = state.server;
  const done = progress.held ? (100 * (progress.held - progress.open)) / progress.held : 100;
  $("bar").setAttribute("aria-valuenow", String(Math.round(done)));
  $("bar").setAttribute(
    "aria-valuetext",
    t("{places} of {n} decided", {
      places: count(progress.held - progress.open, "place"),
      n: figure(progress.held),
    }),
  );
  $("bar").firstElementChild.style.width = `${done}%`;
  const pace =
    progress.seconds !== null && progress.groups
      ? ` · ${t("about {time} left", { time: duration(progress.seconds) })}`
      : "";
  $("left").textContent = progress.open
    ? t("{places} in {groups} pending", {
        places: count(progress.open, "place"),
        groups: count(progress.groups, "group"),
      }) + pace
    : t("Nothing is pending");
  const counts = {
    lost: stale.length,
    decide: groups.filter((row) => row[OPEN]).length,
    made: groups.filter((row) => row[MADE]).length,
  };
  const buttons = VIEWS.map(([name, title], i) =>
    name === "lost" && !stale.length
      ? null
      : el(
          "button",
          {
            type: "button",
            class: name === "lost" ? "lost" : null,
            "aria-current": name === current ? "page" : null,
            "aria-keyshortcuts": i,
            onclick: () => open(name),
          },
          t(title),
          name in counts ? el("span", { class: "figure" }, figure(counts[name])) : null,
        ),
  );
  const focused = [...$("views").children].indexOf(document.activeElement);
  $("views").replaceChildren(...buttons.filter(Boolean));
  $("views").children[focused]?.focus();
  if (remarks.length && !troubled()) trouble(remarks.map(heard).join(" "));
}

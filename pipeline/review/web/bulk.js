// The dialog before many groups are decided at once: how many they are, how sure, and their places
// to look at.

import { get } from "./desk.js";
import { answer } from "./dialogs.js";
import { sure } from "./group.js";
import { compared, count, el, leaf } from "./parts.js";
import { SURE, state } from "./state.js";
import { figure, t } from "./texts.js";

export const SHOWN = 200; // groups in the dialog
const CERTAIN = 0.95; // so sure groups may be accepted after a look at a sample of them
const LIKELY = 0.5; // so sure groups are ticked

/** Some of the groups, evenly from the whole list, so that the least certain are among them. */
function sample(items) {
  const rows = state.server.groups;
  const sorted = [...items].sort((a, b) => rows[a][SURE] - rows[b][SURE]);
  const step = Math.max(1, sorted.length / SHOWN);
  return Array.from(
    { length: Math.min(SHOWN, sorted.length) },
    (_, i) => sorted[Math.floor(i * step)],
  );
}

/** A group to look at: ticked if it is to be accepted. */
function line({ group, places: [place] }, box) {
  const [form, after] = compared(place.form, place.after);
  return el(
    "li",
    {},
    el(
      "label",
      { class: "check figure" },
      box,
      `${sure(state.server.groups[group][SURE])} · ${leaf(place.n)}`,
    ),
    el("p", { class: "context" }, place.left, form, after, place.right),
  );
}

/** The groups that can be decided at once: all that are certain, or as many as are shown. */
export function batch(items) {
  const certain = items.every((i) => state.server.groups[i][SURE] >= CERTAIN);
  return certain ? items : items.slice(0, SHOWN);
}

/**
 * Ask whether all these groups shall be accepted; `column` counts the places concerned. Resolves to
 * the groups that are rejected, `{ rejected }`, or to null.
 */
export async function bulk(items, column) {
  const rows = state.server.groups;
  const places = items.reduce((sum, i) => sum + rows[i][column], 0);
  const least = Math.min(...items.map((i) => rows[i][SURE]));
  const expected = items.reduce((sum, i) => sum + (1 - rows[i][SURE]) * rows[i][column], 0);
  const told = await get("groups", { of: sample(items).join(",") });
  const boxes = told.map((one) => {
    const box = el("input", { type: "checkbox" });
    box.checked = rows[one.group][SURE] >= LIKELY;
    return box;
  });
  const rejected = () => new Set(told.filter((_, i) => !boxes[i].checked).map((one) => one.group));
  const save = el("button", { type: "button", class: "accept" });
  const recount = () => {
    const n = rejected().size;
    const accepting = t("Accept {groups}", { groups: count(items.length - n, "group") });
    save.textContent = n ? `${accepting}, ${t("reject {n}", { n: figure(n) })}` : accepting;
  };
  for (const box of boxes) box.addEventListener("change", recount);
  recount();
  return answer(document.getElementById("bulk"), (done) => {
    save.addEventListener("click", () => done({ rejected: rejected() }));
    return [
      el(
        "h2",
        { id: "bulk-title" },
        t("Decide {groups}", { groups: count(items.length, "group") }),
      ),
      el(
        "p",
        {},
        t("They concern {places}, each with a confidence of {sure} or more.", {
          places: count(places, "place"),
          sure: sure(least),
        }),
        " ",
        t("About {n} of them are wrong, if the confidences are right.", {
          n: figure(Math.round(expected)),
        }),
        " ",
        told.length < items.length
          ? t("Check this sample, the least certain first.")
          : t("The least certain come first."),
        " ",
        t("What is ticked is accepted, what is not is rejected. One undo takes everything back."),
      ),
      el(
        "ol",
        { class: "sample", tabindex: "0", "aria-label": t("Places") },
        told.map((one, i) => line(one, boxes[i])),
      ),
      el(
        "div",
        { class: "actions end" },
        el(
          "button",
          { type: "button", class: "quiet", autofocus: true, onclick: () => done(null) },
          t("Cancel "),
          el("kbd", {}, "esc"),
        ),
        save,
      ),
    ];
  });
}

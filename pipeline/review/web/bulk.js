// The dialog before many groups are accepted at once: how many they are, how sure, and
// a sample to check.

import { get } from "./desk.js";
import { answer } from "./dialogs.js";
import { sure } from "./group.js";
import { compared, count, el, leaf } from "./parts.js";
import { SURE, state } from "./state.js";
import { figure, t } from "./texts.js";

const SAMPLE = 12; // places shown

/** Some of the groups, evenly from the whole list, so that the least certain are among them. */
function sample(items) {
  const rows = state.server.groups;
  const sorted = [...items].sort((a, b) => rows[a][SURE] - rows[b][SURE]);
  const step = Math.max(1, sorted.length / SAMPLE);
  return Array.from(
    { length: Math.min(SAMPLE, sorted.length) },
    (_, i) => sorted[Math.floor(i * step)],
  );
}

/** Ask whether all these groups shall be accepted; `column` counts the places concerned. */
export async function bulk(items, column) {
  const rows = state.server.groups;
  const places = items.reduce((sum, i) => sum + rows[i][column], 0);
  const least = Math.min(...items.map((i) => rows[i][SURE]));
  const expected = items.reduce((sum, i) => sum + (1 - rows[i][SURE]) * rows[i][column], 0);
  const wrong = figure(Math.round(expected));
  const shown = await Promise.all(sample(items).map((n) => get("group", { n })));
  return answer(document.getElementById("bulk"), (done) => [
    el("h2", { id: "bulk-title" }, t("Accept {groups}?", { groups: count(items.length, "group") })),
    el(
      "p",
      {},
      t("This accepts {places}, each with a confidence of {sure} or more.", {
        places: count(places, "place"),
        sure: sure(least),
      }),
      " ",
      t("About {n} of them will be wrong, if the confidences are right.", { n: wrong }),
      " ",
      t("Check this sample, the least certain first. One undo takes everything back."),
    ),
    el(
      "ol",
      { class: "sample" },
      shown.filter(Boolean).map(({ places: [place] }) => {
        const [form, after] = compared(place.form, place.after);
        return el(
          "li",
          {},
          el("span", { class: "figure" }, `${sure(place.confidence)} · ${leaf(place.n)}`),
          el("p", { class: "context" }, place.left, form, after, place.right),
        );
      }),
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
      el(
        "button",
        { type: "button", class: "accept", onclick: () => done(true) },
        t("Accept {groups}", { groups: count(items.length, "group") }),
      ),
    ),
  ]);
}

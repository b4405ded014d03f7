// How a group is shown: its row in the list, its heading, and its places.

import { STANDS, button, compared, count, el, keys, kindOf, leaf, visible } from "./parts.js";
import { snippet } from "./scan.js";
import {
  ACCEPTED,
  AFTER,
  FORM,
  KIND,
  MADE,
  MISREADING,
  OPEN,
  PLACES,
  REFUSED,
  RULE,
  SURE,
  WORTH,
  state,
} from "./state.js";
import { figure, heard, t } from "./texts.js";

const becomes = () => el("span", { class: "arrow", role: "img", "aria-label": t("becomes") }, "→");

/** Whether a group or place proposes nothing and only asks, as about a note that nothing calls. */
export const isQuery = (form, after) => form === after;

/** A form and what is proposed for it; for a query, the form alone. */
function pairing(form, after) {
  if (isQuery(form, after))
    return [el("span", { class: "form" }, visible(form)), el("span", { class: "arrow" }, "?")];
  const [old, proposed] = compared(form, after);
  return [old, becomes(), proposed];
}

/** A group in the list. */
export function groupRow(row) {
  const decided = row[ACCEPTED] + row[REFUSED];
  return [
    el("span", { class: "pairing" }, pairing(row[FORM], row[AFTER])),
    el("span", { class: `tag kind-${row[KIND]}` }, row[KIND] === "ocr" ? "" : kindOf(row[KIND])),
    el(
      "span",
      { class: "figure" },
      decided ? `${decided}/${row[PLACES]}` : figure(row[PLACES]),
      el("span", { class: "unseen" }, ` ${t(row[PLACES] === 1 ? "place" : "places")}`),
    ),
  ];
}

/** A confidence from 0 to 1, in words. */
export function sure(chance) {
  return chance >= 0.995
    ? t("over 99%")
    : chance < 0.005
      ? t("under 1%")
      : t("{n}%", { n: Math.round(chance * 100) });
}

/** How many errors a decision corrects, on average: `about 3.4`. */
function worth(errors) {
  if (errors < 0.1) return t("under 0.1");
  const n = figure(errors < 10 ? Math.round(errors * 10) / 10 : Math.round(errors));
  return t("about {n}", { n });
}

/**
 * What is decided on a group: the readings, why, and the decisions for the whole of it, below the
 * places, which are the evidence. `told` is the
 * server's answer about the group, `scope` the field for the scope; `acts` are accept, refuse,
 * right, own(reading), print and perhaps alike, which shows the groups with the same misreading.
 */
export function groupHead(row, told, scope, acts) {
  const query = isQuery(row[FORM], row[AFTER]);
  const n = row[PLACES];
  const ofAll = (one, both, all) =>
    n === 1 ? t(one) : n === 2 ? t(both) : t(all, { n: figure(n) });
  const alike = state.server.groups.filter(
    (one) => row[MISREADING] && one[MISREADING] === row[MISREADING] && one[OPEN],
  ).length;
  const others = told.alternatives.filter(([other]) => other !== row[AFTER]);
  // `a` decides the group while no place is selected; ⇧a always does.
  const decision = (title, key, name, act) => {
    const node = button(title, `Shift+${key.toUpperCase()}`, name, act);
    node.lastElementChild.classList.add("from-places");
    node.setAttribute("aria-keyshortcuts", `${key} Shift+${key.toUpperCase()}`);
    node.append(keys(key, "from-groups"));
    return node;
  };
  const forBoth = (title, key, act) => {
    const node = button(title, key, "", act);
    node.lastElementChild.classList.add("from-groups");
    return node;
  };
  return el(
    "section",
    { class: "ruling", "aria-label": t("Decide on the group") },
    el("h2", {}, pairing(row[FORM], row[AFTER])),
    el(
      "p",
      { class: "facts" },
      el(
        "span",
        { class: `kind kind-${row[KIND]}`, title: t("Rule: {rule}", { rule: row[RULE] }) },
        kindOf(row[KIND]),
      ),
      el(
        "span",
        {},
        [
          count(n, "place"),
          row[OPEN] && row[OPEN] < n ? t("{n} pending", { n: figure(row[OPEN]) }) : "",
          row[MADE] && row[MADE] < n ? t("{n} applied", { n: figure(row[MADE]) }) : "",
        ]
          .filter(Boolean)
          .join(", "),
      ),
      query
        ? el("span", {}, t("a question: nothing is proposed"))
        : el(
            "span",
            { title: t("How likely the change is right") },
            t("{sure} confidence", { sure: sure(row[SURE]) }),
          ),
      query
        ? null
        : el(
            "span",
            { title: t("Errors that this decision corrects, on average") },
            t("corrects {n} errors", { n: worth(row[WORTH]) }),
          ),
    ),
    el("p", { class: "why" }, heard(told.places[0]?.why ?? "")),
    acts.alike && alike > 2
      ? el(
          "p",
          {},
          el(
            "button",
            { type: "button", class: "link", onclick: acts.alike },
            t("Decide {n} groups with {misreading} together", {
              n: figure(alike),
              misreading: visible(row[MISREADING]),
            }),
          ),
        )
      : null,
    told.known.length
      ? el(
          "p",
          { class: "known" },
          el("strong", {}, t("From your decisions: ")),
          `${told.known.map(heard).join("; ")}.`,
        )
      : null,
    others.length
      ? el(
          "p",
          { class: "others" },
          t("Alternatives: "),
          others.map(([other, chance]) =>
            el(
              "button",
              { type: "button", class: "chip", onclick: () => acts.own(other) },
              visible(other),
              chance < 0.005 ? null : el("span", { class: "figure" }, sure(chance)),
            ),
          ),
        )
      : null,
    el(
      "div",
      { class: "actions", role: "group", "aria-label": t("Decide on the whole group") },
      query
        ? null
        : decision(ofAll("Accept", "Accept both", "Accept all {n}"), "a", "accept", acts.accept),
      query
        ? null
        : decision(ofAll("Reject", "Reject both", "Reject all {n}"), "r", "refuse", acts.refuse),
      forBoth(t("Keep as is"), "x", acts.right),
      forBoth(t("Other reading"), "e", () => acts.own()),
      query ? null : forBoth(t("Printer’s error"), "p", acts.print),
      told.by_form
        ? el("label", { class: "scope" }, el("span", {}, t("Scope")), scope)
        : el(
            "span",
            { class: "scope" },
            n === 1
              ? t("Applies to this place.")
              : t("Applies to these {n} places; elsewhere this reading may be right.", {
                  n: figure(n),
                }),
          ),
    ),
  );
}

/** A place in its context. `acts` are choose, read, accept, refuse, right, own and scan. */
export function placeRow(place, i, acts) {
  const query = isQuery(place.form, place.after);
  const [form, after] = query
    ? [el("span", { class: "form query" }, visible(place.form)), null]
    : compared(place.form, place.after);
  const settled = place.stands === "accepted" || place.stands === "refused";
  const told = settled
    ? (place.by
        ? t("{stands} by {who}", { stands: t(STANDS[place.stands]), who: place.by })
        : t(STANDS[place.stands])) +
      (place.scope && place.scope !== "place" ? ` (${t(place.scope)})` : "")
    : "";
  const flat = (text) => text.replace(/\s+/g, " ");
  const other =
    settled && flat(place.reading) !== flat(place.after) && place.reading !== place.form;
  const here = place.image && !place.image.remote;
  return el(
    "li",
    { class: `place ${place.stands}`, tabindex: "-1", "data-i": i, onclick: acts.choose },
    el(
      "div",
      { class: "where" },
      el(
        "button",
        { type: "button", class: "link", title: t("Open this page"), onclick: acts.read },
        t("{page}, l. {line}", { page: leaf(place.n), line: place.line }),
      ),
      el("span", { class: "stands" }, told),
      other ? el("span", { class: "now" }, t("now "), el("q", {}, visible(place.reading))) : null,
      place.note ? el("span", { class: "note" }, place.note) : null,
    ),
    el("p", { class: "context", dir: "auto" }, place.left, form, after, place.right),
    snippet(place.image, here ? acts.scan : null),
    el(
      "div",
      { class: "place-actions", role: "group", "aria-label": t("Decide on this place") },
      query ? null : button(t("Accept"), "a", "accept small", acts.accept),
      query ? null : button(t("Reject"), "r", "refuse small", acts.refuse),
      button(t("Keep"), "x", "small", acts.right),
      button(t("Other"), "e", "small", acts.own),
      here ? button(t("Scan"), "i", "small", acts.scan) : null,
    ),
  );
}

// How a group is drawn: as a row of the list, as the head of its page, and its places one by one.

import { KINDS, STANDS, button, compared, count, el, keys, leaf, visible } from "./parts.js";
import { snippet } from "./scan.js";
import { ACCEPTED, AFTER, FORM, KIND, PLACES, REFUSED, RULE, SURE, WORTH } from "./state.js";

const becomes = () => el("span", { class: "arrow", role: "img", "aria-label": "becomes" }, "→");

/** A group in the list. */
export function groupRow(row) {
  const [form, after] = compared(row[FORM], row[AFTER]);
  const decided = row[ACCEPTED] + row[REFUSED];
  return [
    el("span", { class: "pairing" }, form, becomes(), after),
    el("span", { class: `tag kind-${row[KIND]}` }, row[KIND] === "ocr" ? "" : (KINDS[row[KIND]] ?? row[KIND])),
    el("span", { class: "figure" }, decided ? `${decided}/${row[PLACES]}` : row[PLACES].toLocaleString("en"), el("span", { class: "unseen" }, row[PLACES] === 1 ? " place" : " places")),
  ];
}

/** A chance from 0 to 1, in words. */
function sure(chance) {
  return chance >= 0.995 ? "over 99 %" : chance < 0.005 ? "under 1 %" : `${Math.round(chance * 100)} %`;
}

/**
 * The head of a group: what it is, why, and what can be decided of the whole of it. `told` is what the server tells of the
 * group, `scope` the field that says where a decision holds; `acts` are accept, refuse, right, own(reading), print and back.
 */
export function groupHead(row, told, scope, acts) {
  const [form, after] = compared(row[FORM], row[AFTER]);
  const n = row[PLACES];
  const whole = n === 1 ? "" : n === 2 ? " both" : ` all ${n.toLocaleString("en")}`;
  const others = told.alternatives.filter(([other]) => other !== row[AFTER]);
  // `a` decides the group as long as no place is chosen; ⇧a decides it from anywhere.
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
    "header",
    {},
    el("button", { type: "button", class: "back quiet", onclick: acts.back }, "‹ Groups"),
    el("h2", {}, form, becomes(), after),
    el(
      "p",
      { class: "facts" },
      el("span", { class: `kind kind-${row[KIND]}` }, KINDS[row[KIND]] ?? row[KIND]),
      el("span", {}, count(n, "place")),
      el("span", { title: "how sure the pipeline is" }, `${sure(row[SURE])} sure`),
      el("span", { title: "how many wrong readings this decision mends, on average" }, `worth ${row[WORTH] < 0.1 ? "under 0.1" : row[WORTH] < 10 ? row[WORTH].toFixed(1) : Math.round(row[WORTH])}`),
      el("code", { title: "the rule" }, row[RULE]),
    ),
    el("p", { class: "why" }, told.places[0]?.why ?? ""),
    told.known.length ? el("p", { class: "known" }, el("strong", {}, "From your decisions: "), `${told.known.join("; ")}.`) : null,
    el(
      "div",
      { class: "actions", role: "group", "aria-label": "Decide the whole group" },
      decision(`Accept${whole}`, "a", "accept", acts.accept),
      decision(`Refuse${whole}`, "r", "refuse", acts.refuse),
      forBoth("Right as it is", "x", acts.right),
      forBoth("Own reading", "e", () => acts.own()),
      forBoth("Printer’s error", "p", acts.print),
      told.by_form
        ? el("label", { class: "scope" }, el("span", {}, "Holds"), scope)
        : el("span", { class: "scope" }, n === 1 ? "Holds at this place." : `Holds at these ${n.toLocaleString("en")} places: elsewhere the form may be right.`),
    ),
    others.length
      ? el("p", { class: "others" }, "Or: ", others.map(([other, chance]) => el("button", { type: "button", class: "chip", onclick: () => acts.own(other) }, visible(other), chance < 0.005 ? null : el("span", { class: "figure" }, sure(chance)))))
      : null,
  );
}

/** A place in its context. `acts` are choose, read, accept, refuse, right, own and scan. */
export function placeRow(place, i, acts) {
  const [form, after] = compared(place.form, place.after);
  const settled = place.stands === "accepted" || place.stands === "refused";
  const told = settled ? `${STANDS[place.stands]}${place.by ? ` by ${place.by}` : ""}${place.scope && place.scope !== "place" ? ` (${place.scope})` : ""}` : "";
  const flat = (text) => text.replace(/\s+/g, " ");
  const other = settled && flat(place.reading) !== flat(place.after) && place.reading !== place.form;
  const here = place.image && !place.image.remote;
  return el(
    "li",
    { class: `place ${place.stands}`, tabindex: "-1", "data-i": i, onclick: acts.choose },
    el(
      "div",
      { class: "where" },
      el("button", { type: "button", class: "link", title: "Read this page", onclick: acts.read }, `${leaf(place.n)}, l. ${place.line}`),
      el("span", { class: "stands" }, told),
      other ? el("span", { class: "now" }, "reads ", el("q", {}, visible(place.reading))) : null,
      place.note ? el("span", { class: "note" }, place.note) : null,
    ),
    el("p", { class: "context", dir: "auto" }, place.left, form, after, place.right),
    snippet(place.image, here ? acts.scan : null),
    el(
      "div",
      { class: "place-actions", role: "group", "aria-label": "Decide this place" },
      button("Accept", "a", "accept small", acts.accept),
      button("Refuse", "r", "refuse small", acts.refuse),
      button("Right", "x", "small", acts.right),
      button("Own", "e", "small", acts.own),
      here ? button("Page", "i", "small", acts.scan) : null,
    ),
  );
}

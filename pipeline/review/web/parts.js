// Small parts of every view: elements, visible readings, figures in words.

import { state } from "./state.js";
import { figure, later, t } from "./texts.js";

/** An element. `props` are attributes; `on…` are listeners; children are nodes or strings. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

/** A reading with signs for line feeds, outer spaces and unprintable characters. */
export function visible(text) {
  if (text === "") return "∅";
  return text
    .replace(/\n/g, "⏎")
    .replace(/\t/g, "⇥")
    .replace(/\f/g, "⇟")
    .replace(/\r/g, "␍")
    .replace(/\u00ad/g, `[${t("soft hyphen")}]`)
    .replace(/^ +| +$/g, (blanks) => "␣".repeat(blanks.length))
    .replace(
      /[\udc80-\udcff](?![\udc00-\udfff])/g,
      (byte) => `[${t("byte")} ${(byte.charCodeAt(0) - 0xdc00).toString(16)}]`,
    );
}

const SEGMENTS = new Intl.Segmenter("und", { granularity: "grapheme" });

/** The characters of a text as they are seen: a letter with its accents is one. */
const letters = (text) => Array.from(SEGMENTS.segment(text), ({ segment }) => segment);

/** Two readings with the difference between them marked: the b and the h of tbe and the. */
export function compared(form, after) {
  const a = letters(form);
  const b = letters(after);
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from += 1;
  let back = 0;
  while (
    back < a.length - from &&
    back < b.length - from &&
    a[a.length - 1 - back] === b[b.length - 1 - back]
  )
    back += 1;
  const cut = (chars, tag, name) => {
    if (!chars.length)
      return el(
        tag,
        { class: "nothing" },
        el("span", { class: "unseen" }, t("nothing")),
        el("span", { "aria-hidden": "true" }, "∅"),
      );
    const middle = chars.slice(from, chars.length - back).join("");
    return el(
      tag,
      { class: name, dir: "auto" },
      from ? visible(chars.slice(0, from).join("") + "x").slice(0, -1) : null,
      middle ? el("b", {}, visible(middle)) : null,
      back ? visible("x" + chars.slice(chars.length - back).join("")).slice(1) : null,
    );
  };
  return [cut(a, "del", "form"), cut(b, "ins", "form")];
}

/** What a kind of change is called; the server says. */
export function kindOf(kind) {
  return t(state.server.kinds[kind] ?? kind);
}

export const STANDS = {
  open: later("pending"),
  made: later("applied, not reviewed"),
  accepted: later("accepted"),
  refused: later("rejected"),
};
export const PAGE_STATES = {
  raw: later("unchanged"),
  proposed: later("to review"),
  reviewed: later("reviewed"),
  validated: later("validated"),
};

/** The name of a page: p. 12, image 3 if it has no number, or §3 if the text has no pages. */
export function leaf(n) {
  return /^(§|image )/.test(n) ? number(n) : t("p. {n}", { n });
}

/** The number of a page by itself. */
export function number(n) {
  return n.startsWith("image ") ? t("image {n}", { n: n.slice(6) }) : n;
}

/** 1 place, 31 places. */
export function count(n, one, many = `${one}s`) {
  return `${figure(n)} ${t(n === 1 ? one : many)}`;
}

/** Seconds, in words. */
export function duration(seconds) {
  if (seconds < 90) return t("a minute");
  if (seconds < 5400) return t("{n} minutes", { n: Math.round(seconds / 60) });
  const hours = seconds / 3600;
  return t("{n} hours", { n: figure(hours < 9.5 ? Math.round(hours * 2) / 2 : Math.round(hours)) });
}

/** A time, with the date if it is not today. */
export function moment(when) {
  const date = new Date(when);
  if (Number.isNaN(date.getTime())) return when;
  const today = new Date().toDateString() === date.toDateString();
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return today ? time : `${date.toLocaleDateString()} ${time}`;
}

/** A button that shows its key. A double click counts once. */
export function button(title, key, name, act) {
  return el(
    "button",
    {
      type: "button",
      class: name,
      "aria-keyshortcuts": key,
      onclick: (event) => {
        event.stopPropagation();
        if (event.detail < 2) act();
      },
    },
    title,
    keys(key),
  );
}

/** A key as it is drawn: ⇧a for Shift+A. Screen readers get it from aria-keyshortcuts. */
export function keys(key, name = null) {
  return el(
    "kbd",
    { "aria-hidden": "true", class: name },
    key.replace(/^Shift\+(.)$/, (_, letter) => `⇧${letter.toLowerCase()}`),
  );
}

// Unresolved decisions: they change nothing until an editor says where they belong.

import { decide, get } from "./desk.js";
import { compared, count, el, keys, leaf, moment, visible } from "./parts.js";
import { state } from "./state.js";
import { commandName } from "./structure.js";
import { heard, later, t } from "./texts.js";
import { open } from "./views.js";

const VERDICTS = {
  accept: later("Accepted"),
  refuse: later("Rejected"),
  reading: later("Corrected"),
  structure: later("Structure"),
  page: later("Page"),
};

export class LostView {
  constructor() {
    this.at = 0;
    this.node = el("div", { class: "lost-list" });
    const step = (by) => () => this.go(this.at + by);
    this.keys = {
      j: step(1),
      ArrowDown: step(1),
      k: step(-1),
      ArrowUp: step(-1),
      r: () => this.drop(state.server.stale[this.at]),
    };
  }

  refresh() {
    const rows = state.server.stale;
    if (!rows.length) return open("decide");
    this.at = Math.min(this.at, rows.length - 1);
    this.rows = el(
      "ol",
      {},
      rows.map((one, i) => this.row(one, i)),
    );
    this.node.replaceChildren(
      el("h2", {}, count(rows.length, "unresolved decision")),
      el(
        "p",
        { class: "lede" },
        t("The text has changed since these decisions were made, and they no longer fit. ") +
          t("They have no effect until you say where they belong, or undo them."),
      ),
      this.rows,
    );
    return null;
  }

  focus() {
    this.go(this.at);
  }

  row(one, i) {
    const again = () =>
      one.page === null
        ? el("q", {}, visible(one.form))
        : el(
            "button",
            { type: "button", class: "link", onclick: () => open("read", one.page) },
            t("Open {page}", { page: leaf(state.server.pages[one.page].n) }),
          );
    return el(
      "li",
      { tabindex: "-1", class: i === this.at ? "current" : null, onclick: () => this.go(i) },
      el(
        "p",
        { class: "facts" },
        el("strong", {}, t(VERDICTS[one.verdict])),
        el("span", {}, one.who || t("an editor")),
        el("span", {}, moment(one.when)),
        one.scope === "place"
          ? null
          : el("span", {}, t(one.scope === "text" ? "for the text" : "for the project")),
      ),
      one.verdict === "page"
        ? el("p", {}, again())
        : el(
            "p",
            { class: "context", dir: "auto" },
            one.left,
            ...(one.verdict === "structure"
              ? [el("mark", {}, visible(one.form))]
              : compared(one.form, one.after)),
            one.right,
          ),
      one.verdict === "structure"
        ? el("p", { class: "why" }, t("Here: {command}.", { command: commandName(one.after) }))
        : null,
      el("p", { class: "why" }, `${heard(one.why)}.`),
      one.candidates.length
        ? el(
            "ul",
            { class: "candidates", "aria-label": t("Possible places") },
            one.candidates.map((place) => this.candidate(one, place)),
          )
        : null,
      el(
        "button",
        { type: "button", class: "small", "aria-keyshortcuts": "r", onclick: () => this.drop(one) },
        t("Undo"),
        keys("r"),
      ),
    );
  }

  candidate(one, place) {
    return el(
      "li",
      {},
      el(
        "p",
        { class: "context", dir: "auto" },
        el(
          "button",
          { type: "button", class: "link", onclick: () => open("read", place.page) },
          leaf(place.n),
        ),
        " ",
        place.left,
        el("mark", {}, visible(place.form)),
        place.right,
      ),
      one.verdict === "page"
        ? null
        : el(
            "button",
            { type: "button", class: "small", onclick: () => this.here(one, place) },
            t(one.verdict === "refuse" ? "Here: keep as is" : "Here"),
          ),
    );
  }

  go(i) {
    this.at = Math.max(0, Math.min(i, state.server.stale.length - 1));
    [...this.rows.children].forEach((row, n) => row.classList.toggle("current", n === this.at));
    const row = this.rows.children[this.at];
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  async here(one, place) {
    const span = await get("span", { start: place.start, end: place.end });
    const after = one.verdict === "refuse" ? span.form : one.after;
    const item = {
      verdict: one.verdict === "structure" ? "structure" : "reading",
      start: span.start,
      end: span.end,
      before: span.reading,
      after,
      undoes: one.id,
    };
    if (await decide([item], t("Decision matched again."))) await this.refresh();
  }

  async drop(one) {
    if (await decide([{ verdict: "undo", undoes: one.id }], t("Undone."))) await this.refresh();
  }
}

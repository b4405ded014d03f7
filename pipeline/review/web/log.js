// The decisions, the latest first, and what emend has learned from them.

import { decide, get } from "./desk.js";
import { toast } from "./frame.js";
import { compared, count, el, moment, visible } from "./parts.js";
import { state } from "./state.js";
import { commandName } from "./structure.js";
import { open } from "./views.js";

const VERDICTS = {
  accept: "accepted",
  refuse: "rejected",
  reading: "corrected",
  structure: "structure",
};

export class LogView {
  constructor() {
    this.rows = [];
    this.list = el("ol", { class: "log", "aria-label": "Decisions, latest first" });
    this.more = el(
      "button",
      { type: "button", class: "more", onclick: () => this.fetch() },
      "Earlier decisions",
    );
    this.learned = el("section", { class: "learned" });
    const who = el("input", {
      id: "who",
      value: state.who,
      maxlength: "80",
      autocomplete: "name",
      disabled: state.fixed,
    });
    who.addEventListener("change", () => {
      state.who = who.value.trim();
      localStorage.setItem("emend-who", state.who);
      toast(`New decisions are recorded as by “${state.who || "editor"}”.`);
    });
    this.by = el(
      "select",
      { "aria-label": "Decisions of", onchange: () => this.fetch(true) },
      el("option", { value: "" }, "of everyone"),
    );
    const head = el(
      "div",
      { class: "log-head" },
      el("h2", {}, "Decisions"),
      this.by,
      el("label", {}, "Decided by ", who),
    );
    const file = (name, says) =>
      el("li", {}, el("a", { href: `export/${encodeURIComponent(state.id)}/${name}` }, says));
    const files = el(
      "ul",
      { class: "files", "aria-label": "Files to save" },
      file("changes.html", "All changes, as a page"),
      file("pending.tsv", "Pending changes, as a table"),
      file("errata.txt", "Transcriber’s note"),
    );
    this.node = el(
      "div",
      { class: "decided" },
      el("section", {}, head, files, this.list, this.more),
      this.learned,
    );
    this.keys = {};
  }

  async refresh() {
    this.drawLearned();
    await this.fetch(true);
  }

  async fetch(anew = false) {
    const { value } = this.by;
    const told = await get("decided", {
      offset: anew ? 0 : this.rows.length,
      ...(value ? { who: value } : {}),
    });
    this.by.hidden = told.editors.length < 2;
    this.by.replaceChildren(
      el("option", { value: "" }, "of everyone"),
      ...told.editors.map((name) =>
        el("option", { value: name, selected: name === value }, `of ${name || "an editor"}`),
      ),
    );
    this.rows = anew ? told.rows : [...this.rows, ...told.rows];
    this.list.replaceChildren(...this.rows.map((one) => this.row(one)));
    if (!told.total)
      this.list.replaceChildren(
        el(
          "li",
          { class: "nothing-yet" },
          "No decisions yet. Each decision is listed here and can be undone.",
        ),
      );
    this.more.hidden = this.rows.length >= told.total;
  }

  row(one) {
    const page = one.verdict === "page";
    const what = page
      ? [visible(one.form)]
      : one.verdict === "structure"
        ? [el("q", {}, visible(one.form)), ` ${commandName(one.after)}`]
        : one.after === one.form
          ? [visible(one.form), " kept"]
          : compared(one.form, one.after).flatMap((node, i) => (i ? [" → ", node] : [node]));
    const told = [
      one.scope === "place"
        ? one.ids.length > 1
          ? count(one.ids.length, "place")
          : ""
        : one.state === "undone"
          ? one.scope
          : `${one.scope}, ${count(one.places, "place")}`,
      one.kind === "print" ? "printer’s error" : "",
      ["holds", "undone"].includes(one.state) ? "" : one.state,
      one.note,
    ].filter(Boolean);
    const undo = async () => {
      if (
        await decide(
          one.ids.map((id) => ({ verdict: "undo", undoes: id })),
          "Undone.",
        )
      )
        await this.refresh();
    };
    const verdict = page
      ? one.after
      : one.after === one.form && one.verdict === "reading"
        ? "kept"
        : VERDICTS[one.verdict];
    return el(
      "li",
      { class: one.state === "undone" ? "undone" : null },
      el("span", { class: "when" }, `${moment(one.when)} ${one.who || "an editor"}`),
      el("span", { class: `verdict ${one.verdict}` }, verdict),
      el(
        "span",
        { class: "pairing" },
        one.page === null
          ? what
          : el(
              "button",
              {
                type: "button",
                class: "plain",
                title: "Open its page",
                onclick: () => open("read", one.page),
              },
              what,
            ),
      ),
      el("span", { class: "figure", title: one.why || null }, told.join(" · ")),
      one.state === "undone"
        ? el("span", { class: "figure" }, "undone")
        : el(
            "button",
            {
              type: "button",
              class: "small",
              "aria-label": `Undo ${verdict} ${visible(one.form)}`,
              onclick: undo,
            },
            "Undo",
          ),
    );
  }

  drawLearned() {
    const { confusions, words, refused } = state.server.learned;
    const chips = (rows) =>
      rows.length
        ? el(
            "ul",
            { class: "chips" },
            rows.map((row) => el("li", { class: "chip" }, row)),
          )
        : el("p", { class: "none" }, "None yet.");
    const times = (n) => el("span", { class: "figure" }, `×${n.toLocaleString("en")}`);
    this.learned.replaceChildren(
      el("h2", {}, "Learned from decisions"),
      el(
        "p",
        { class: "lede" },
        "Used as evidence in the next build. It never overrides a decision.",
      ),
      el("h3", {}, "Confusions"),
      chips(
        confusions.map(([a, b, n]) => [
          el("del", {}, visible(a)),
          " → ",
          el("ins", {}, visible(b)),
          times(n),
        ]),
      ),
      el("h3", {}, "Known words"),
      chips(words),
      el("h3", {}, "Rejected"),
      chips(refused.map(([a, b, n]) => [visible(a), " → ", visible(b), times(n)])),
    );
  }
}

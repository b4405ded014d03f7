// The decisions, the latest first, and what emend has learned from them.

import { decide, get } from "./desk.js";
import { toast } from "./frame.js";
import { compared, count, el, moment, visible } from "./parts.js";
import { state } from "./state.js";
import { commandName } from "./structure.js";
import { figure, heard, later, t } from "./texts.js";
import { open } from "./views.js";

const VERDICTS = {
  accept: later("accepted"),
  refuse: later("rejected"),
  reading: later("corrected"),
  structure: later("structure"),
};

export class LogView {
  constructor() {
    this.rows = [];
    this.list = el("ol", { class: "log", "aria-label": t("Decisions, latest first") });
    this.more = el(
      "button",
      { type: "button", class: "more", onclick: () => this.fetch() },
      t("Earlier decisions"),
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
      toast(t("New decisions are recorded as by “{who}”.", { who: state.who || "editor" }));
    });
    this.by = el(
      "select",
      { "aria-label": t("Decisions of"), onchange: () => this.fetch(true) },
      el("option", { value: "" }, t("of everyone")),
    );
    const head = el(
      "div",
      { class: "log-head" },
      el("h2", {}, t("Decisions")),
      this.by,
      el("label", {}, t("Decided by "), who),
    );
    const file = (name, says) =>
      el("li", {}, el("a", { href: `export/${encodeURIComponent(state.id)}/${name}` }, says));
    const files = el(
      "ul",
      { class: "files", "aria-label": t("Files to save") },
      file("changes.html", t("All changes, as a page")),
      file("pending.tsv", t("Pending changes, as a table")),
      file("errata.txt", t("Transcriber’s note")),
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
      el("option", { value: "" }, t("of everyone")),
      ...told.editors.map((name) =>
        el(
          "option",
          { value: name, selected: name === value },
          t("of {who}", { who: name || t("an editor") }),
        ),
      ),
    );
    this.rows = anew ? told.rows : [...this.rows, ...told.rows];
    this.list.replaceChildren(...this.rows.map((one) => this.row(one)));
    if (!told.total)
      this.list.replaceChildren(
        el(
          "li",
          { class: "nothing-yet" },
          t("No decisions yet. Each decision is listed here and can be undone."),
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
          ? [t("{form} kept", { form: visible(one.form) })]
          : compared(one.form, one.after).flatMap((node, i) => (i ? [" → ", node] : [node]));
    const told = [
      one.scope === "place"
        ? one.ids.length > 1
          ? count(one.ids.length, "place")
          : ""
        : one.state === "undone"
          ? t(one.scope)
          : `${t(one.scope)}, ${count(one.places, "place")}`,
      one.kind === "print" ? t("printer’s error") : "",
      ["holds", "undone"].includes(one.state) ? "" : t(one.state),
      one.note,
    ].filter(Boolean);
    const undo = async () => {
      if (
        await decide(
          one.ids.map((id) => ({ verdict: "undo", undoes: id })),
          t("Undone."),
        )
      )
        await this.refresh();
    };
    const verdict = page
      ? t(one.after)
      : one.after === one.form && one.verdict === "reading"
        ? t("kept")
        : t(VERDICTS[one.verdict]);
    return el(
      "li",
      { class: one.state === "undone" ? "undone" : null },
      el("span", { class: "when" }, `${moment(one.when)} ${one.who || t("an editor")}`),
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
                title: t("Open its page"),
                onclick: () => open("read", one.page),
              },
              what,
            ),
      ),
      el("span", { class: "figure", title: heard(one.why) || null }, told.join(" · ")),
      one.state === "undone"
        ? el("span", { class: "figure" }, t("undone"))
        : el(
            "button",
            {
              type: "button",
              class: "small",
              "aria-label": t("Undo {what}", { what: `${verdict} ${visible(one.form)}` }),
              onclick: undo,
            },
            t("Undo"),
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
        : el("p", { class: "none" }, t("None yet."));
    const times = (n) => el("span", { class: "figure" }, `×${figure(n)}`);
    this.learned.replaceChildren(
      el("h2", {}, t("Learned from decisions")),
      el(
        "p",
        { class: "lede" },
        t("Used as evidence in the next build. It never overrides a decision."),
      ),
      el("h3", {}, t("Confusions")),
      chips(
        confusions.map(([a, b, n]) => [
          el("del", {}, visible(a)),
          " → ",
          el("ins", {}, visible(b)),
          times(n),
        ]),
      ),
      el("h3", {}, t("Known words")),
      chips(words),
      el("h3", {}, t("Rejected replacements")),
      chips(refused.map(([a, b, n]) => [visible(a), " → ", visible(b), times(n)])),
    );
  }
}

// The decisions, the latest first, and what emend has learned from them.

import { decide, get } from "./desk.js";
import { toast } from "./frame.js";
import { compared, count, el, leaf, moment, visible } from "./parts.js";
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

const NONE = { who: "", page: "", from: "", to: "" };
const FILTERS = "emend-log"; // what the list is limited to, by text, until the window is closed

/** The instant at which a day begins here, or the day after it. */
const midnight = (day, after = 0) => {
  const at = new Date(`${day}T00:00`);
  at.setDate(at.getDate() + after);
  return at.toISOString();
};

export class LogView {
  constructor() {
    this.memory = `${FILTERS} ${state.id}`;
    this.wanted = { ...NONE, ...JSON.parse(sessionStorage.getItem(this.memory) ?? "{}") };
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
    this.by = this.filter("who", "select", { "aria-label": t("Decisions of") });
    const page = this.filter(
      "page",
      "select",
      { "aria-label": t("Decisions on") },
      el("option", { value: "" }, t("on all pages")),
      state.server.pages.map((one, i) => el("option", { value: i }, leaf(one.n))),
    );
    page.value = this.wanted.page;
    const day = (name) =>
      this.filter(name, "input", { type: "date", value: this.wanted[name] });
    const filters = el(
      "div",
      { class: "log-filters" },
      this.by,
      page,
      el("label", {}, t("from "), day("from")),
      el("label", {}, t("to "), day("to")),
    );
    const head = el(
      "div",
      { class: "log-head" },
      el("h2", {}, t("Decisions")),
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
      el("section", {}, head, files, filters, this.list, this.more),
      this.learned,
    );
    this.keys = {};
  }

  async refresh() {
    this.drawLearned();
    await this.fetch(true);
  }

  /** A field that limits the list. */
  filter(name, tag, props, ...children) {
    const field = el(tag, props, ...children);
    field.addEventListener("change", () => {
      this.wanted[name] = field.value;
      sessionStorage.setItem(this.memory, JSON.stringify(this.wanted));
      this.fetch(true);
    });
    return field;
  }

  async fetch(anew = false) {
    const { who, page, from, to } = this.wanted;
    const asked = {
      offset: anew ? 0 : this.rows.length,
      ...(who && { who }),
      ...(page && { page }),
      ...(from && { since: midnight(from) }),
      ...(to && { until: midnight(to, 1) }),
    };
    this.asked = asked;
    const told = await get("decided", asked);
    if (this.asked !== asked) return; // limited otherwise since
    this.by.hidden = told.editors.length < 2;
    this.by.replaceChildren(
      el("option", { value: "" }, t("of everyone")),
      ...told.editors.map((name) =>
        el(
          "option",
          { value: name, selected: name === who },
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
          Object.values(this.wanted).some(Boolean)
            ? t("No such decisions.")
            : t("No decisions yet. Each decision is listed here and can be undone."),
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

// Running text: raw and edited side by side, with every change marked. Any word can be corrected.

import { decide, get } from "./desk.js";
import { ask, draft, sureOf } from "./dialogs.js";
import { isQuery } from "./group.js";
import { replaceDialog } from "./replace.js";
import { askStructure, commandName, structureItems } from "./structure.js";
import { toast } from "./frame.js";
import { PAGE_STATES, STANDS, button, count, el, kindOf, leaf, visible } from "./parts.js";
import { frameOnScan, hideScan, larger, scanShown, showScan } from "./scan.js";
import { state } from "./state.js";
import { open } from "./views.js";

/** A change in words; a query, which proposes nothing, by its form alone. */
const pair = (one) =>
  isQuery(one.form, one.after)
    ? `${visible(one.form)} ?`
    : `${visible(one.form)} → ${visible(one.after)}`;

export class ReadView {
  constructor(number, entry = null) {
    this.number = number;
    this.wanted = entry;
    this.word = 0;
    this.anchor = 0;
    this.head = el("header", { class: "read-head" });
    this.raw = el("div", {
      class: "text",
      dir: "auto",
      lang: "zxx",
      "aria-label": "Raw text",
      role: "region",
      tabindex: "-1",
    });
    this.edition = el("div", {
      class: "text",
      dir: "auto",
      "aria-label": "Edition. Arrow keys move from word to word, Enter corrects.",
      role: "region",
      tabindex: "0",
    });
    this.under = el("p", { class: "under", "aria-live": "polite" });
    this.hits = el("ol", { class: "hits", "aria-label": "Found", hidden: true });
    this.columns = el(
      "div",
      { class: "columns" },
      el("section", {}, el("h3", {}, "Raw"), this.raw),
      el("section", {}, el("h3", {}, "Edition"), this.edition),
    );
    this.node = el("div", { class: "read" }, this.head, this.hits, this.columns, this.under);
    for (const [column, name] of [
      [this.raw, "raw"],
      [this.edition, "edition"],
    ]) {
      column.addEventListener("mouseup", () => this.picked(column, name));
      column.addEventListener("mouseover", (event) =>
        this.light(event.target.closest("[data-m]")?.dataset.m),
      );
    }
    this.asking = ["e", "Enter", "/", "t", "m", "v"]; // keys that bring a dialog, or go to a field
    this.keys = {
      ArrowRight: () => this.go(this.word + 1),
      ArrowLeft: () => this.go(this.word - 1),
      "Shift+ArrowRight": () => this.go(this.word + 1, true),
      "Shift+ArrowLeft": () => this.go(this.word - 1, true),
      ArrowDown: () => this.line(1),
      ArrowUp: () => this.line(-1),
      "Shift+ArrowDown": () => this.line(1, true),
      "Shift+ArrowUp": () => this.line(-1, true),
      Home: () => this.go(0),
      End: () => this.go(Infinity),
      j: () => this.change(1),
      k: () => this.change(-1),
      Enter: () => this.correct(),
      e: () => this.correct(),
      a: () => this.rule("accept"),
      r: () => this.rule("refuse"),
      p: () => this.rule("accept", { kind: "print" }),
      t: () => this.structure(),
      "]": () => this.turn(1),
      "[": () => this.turn(-1),
      PageDown: () => this.turn(1),
      PageUp: () => this.turn(-1),
      m: () => this.say("reviewed"),
      v: () => this.say("validated"),
      i: () => this.scan(),
      z: larger,
      "/": () => this.node.querySelector("#find").focus(),
      Escape: () => this.shut(),
    };
  }

  async refresh(keep) {
    const last = state.server.pages.length - 1;
    this.number = Math.max(0, Math.min(this.number, last));
    const told = await get("page", { n: this.number });
    this.page = told;
    this.drawHead();
    this.words = { raw: [], edition: [] };
    this.draw(this.raw, "raw");
    this.draw(this.edition, "edition");
    this.columns.style.setProperty("--lines", told.edition.length);
    this.light();
    if (this.wanted !== null && !keep) {
      const mark = told.marks.findIndex((one) => one.entry === this.wanted);
      const word = mark < 0 ? -1 : this.wordOf(mark);
      this.wanted = null;
      if (word >= 0) return this.go(word);
    }
    this.go(keep ? this.word : 0, false, keep);
  }

  focus() {
    this.edition.focus({ preventScroll: true });
  }

  drawHead() {
    const { page } = this;
    const choose = el(
      "select",
      { "aria-label": "Page", id: "page" },
      state.server.pages.map((one, i) => el("option", { value: i }, leaf(one.n))),
    );
    choose.value = String(this.number);
    choose.addEventListener("change", () => this.turn(Number(choose.value) - this.number));
    const find = el("input", {
      type: "search",
      id: "find",
      placeholder: "Search the text",
      "aria-label": "Search the text",
      "aria-keyshortcuts": "/",
    });
    find.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.find(find.value);
      if (event.key === "Escape") this.shut();
    });
    const parts = [
      el(
        "div",
        { class: "turn" },
        button("‹", "[", "quiet", () => this.turn(-1)),
        choose,
        button("›", "]", "quiet", () => this.turn(1)),
      ),
      el("span", { class: `state ${page.state}` }, PAGE_STATES[page.state]),
      el(
        "span",
        { class: "figure" },
        [page.open ? `${page.open} pending` : "", page.made ? `${page.made} applied` : ""]
          .filter(Boolean)
          .join(", "),
      ),
      el("span", { class: "stretch" }),
      button("Layout …", "t", "", () => this.structure()),
      button("Mark reviewed", "m", "", () => this.say("reviewed")),
      button("Mark validated", "v", "", () => this.say("validated")),
      page.surface === null ? null : button("Scan", "i", "", () => this.scan()),
      find,
      el("button", { type: "button", onclick: () => this.replace(find.value) }, "Replace …"),
    ];
    this.head.replaceChildren(...parts.filter(Boolean));
  }

  /** Fill a column row by row. A row is as many raw lines as one line of the edition joins. */
  draw(column, name) {
    const beside = {}; // deletions between two words, by the word before
    const several = (runs) =>
      runs
        .map(([text]) => text)
        .join("")
        .trimEnd()
        .includes("\n");
    const { rows, blocks, raw, edition } = this.page;
    const blank = (runs) => runs.every(([text]) => !text.trim());
    column.replaceChildren(
      ...this.page[name].map((runs, i) => {
        const block = blocks[rows[i]];
        const begins = block && rows.indexOf(rows[i]) === i;
        const kinds = [
          "line",
          several(runs) ? "several" : "",
          block ? `b-${block.role}` : "",
          begins ? "begins" : "",
          blank(raw[i] ?? []) && blank(edition[i] ?? []) ? "blank" : "",
        ];
        return el(
          "div",
          {
            class: kinds.filter(Boolean).join(" "),
            ...(begins && name === "edition" && block.role !== "paragraph"
              ? { "data-block": block.says.replace(/^(a|an|part of an?) /, "") }
              : {}),
          },
          this.drawLine(name, runs, beside),
        );
      }),
    );
    for (const [w, m] of Object.entries(beside))
      if (this.words[name][w]) this.words[name][w].dataset.beside = m;
  }

  drawLine(name, runs, beside) {
    const { marks } = this.page;
    const nodes = [];
    let word = null;
    for (const [text, w, m] of runs) {
      let node;
      if (m >= 0) {
        const mark = marks[m];
        const settled = mark.stands === "accepted" || mark.stands === "refused";
        const stands = `${STANDS[mark.stands]}${settled ? ` by ${mark.by}` : ""}`;
        const says = `${pair(mark)} · ${kindOf(mark.kind)} · ${stands}`;
        const gone = name === "edition" && text === "";
        node = el(
          "span",
          {
            class: `m ${mark.stands} k-${mark.kind}${gone ? " gone" : ""}`,
            "data-m": m,
            title: says,
          },
          gone ? "" : text,
        );
      } else node = document.createTextNode(text);
      if (w < 0 || (text === "" && word?.dataset.w !== String(w))) {
        if (w >= 0) beside[w] ??= m;
        nodes.push(node);
        word = null;
        continue;
      }
      if (!word || word.dataset.w !== String(w)) {
        word = el("span", { class: "w", "data-w": w });
        this.words[name][w] = word;
        nodes.push(word);
      }
      word.append(node);
    }
    return nodes;
  }

  wordOf(mark) {
    return this.words.edition.findIndex(
      (node) => this.markOf(node) === String(mark) || node?.querySelector(`[data-m="${mark}"]`),
    );
  }

  /** The change in a word, or right after it. */
  markOf(node) {
    return node?.querySelector("[data-m]")?.dataset.m ?? node?.dataset.beside;
  }

  /** Put the cursor on a word of the edition; with `more`, extend the selection to it. */
  go(to, more = false, quiet = false) {
    const words = this.words.edition;
    if (!words.length) return;
    this.word = Math.max(0, Math.min(to, words.length - 1));
    if (!more) this.anchor = this.word;
    const [first, last] = [Math.min(this.word, this.anchor), Math.max(this.word, this.anchor)];
    words.forEach((node, i) => node?.classList.toggle("here", i >= first && i <= last));
    const node = words[this.word];
    if (!quiet) node?.scrollIntoView({ block: "nearest" });
    if (scanShown() && this.page.boxes?.[this.word]) frameOnScan(this.page.boxes[this.word]);
    const mark = this.markOf(node);
    this.light(mark);
    const said = mark === undefined ? null : this.page.marks[mark];
    this.under.replaceChildren(
      el(
        "span",
        {},
        words
          .slice(first, last + 1)
          .map((one) => one.textContent)
          .join(" "),
      ),
      said
        ? el("span", { class: "why" }, ` ${pair(said)}, ${STANDS[said.stands]}: ${said.why}`)
        : "",
    );
  }

  line(by, more = false) {
    const words = this.words.edition;
    const here = words[this.word].getBoundingClientRect();
    let best = -1;
    let nearest = Infinity;
    for (let i = this.word + by; i >= 0 && i < words.length; i += by) {
      const box = words[i].getBoundingClientRect();
      const down = (box.top - here.top) * by;
      if (down < here.height / 2) continue;
      if (down > here.height * 4) break;
      const off = Math.abs(box.left + box.width / 2 - here.left - here.width / 2) + down * 8;
      if (off < nearest) [nearest, best] = [off, i];
    }
    if (best >= 0) this.go(best, more);
    else this.turn(by);
  }

  change(by) {
    for (let i = this.word + by; i >= 0 && i < this.words.edition.length; i += by) {
      if (this.markOf(this.words.edition[i]) !== undefined) return this.go(i);
    }
    toast(by > 0 ? "Last change on this page." : "First change on this page.");
  }

  light(mark) {
    this.node.querySelectorAll(".lit").forEach((node) => node.classList.remove("lit"));
    if (mark !== undefined)
      this.node.querySelectorAll(`[data-m="${mark}"]`).forEach((node) => node.classList.add("lit"));
  }

  turn(by) {
    const to = this.number + by;
    if (to < 0 || to >= state.server.pages.length)
      return toast(by > 0 ? "Last page." : "First page.");
    hideScan();
    return open("read", to);
  }

  scan() {
    if (scanShown()) return hideScan();
    return showScan(this.page.surface, this.page.boxes?.[this.word] ?? null, leaf(this.page.n));
  }

  /** A click on a word, or a selection made with the mouse. */
  picked(column, name) {
    const selection = getSelection();
    const words = this.words[name];
    const index = (node) =>
      Number((node.nodeType === 1 ? node : node.parentElement)?.closest(".w")?.dataset.w ?? NaN);
    const begun = index(selection.anchorNode ?? column);
    const ended = index(selection.focusNode ?? column);
    if (Number.isNaN(begun) || Number.isNaN(ended)) return;
    const stretch = !selection.isCollapsed && selection.toString().trim() !== "";
    selection.removeAllRanges();
    if (name === "edition") {
      this.anchor = begun;
      this.go(ended, true, true);
    }
    const spans = this.page[`${name}_words`].slice(
      Math.min(begun, ended),
      Math.max(begun, ended) + 1,
    );
    if (stretch || words[begun])
      this.correct(Math.min(...spans.map(([a]) => a)), Math.max(...spans.map(([, b]) => b)));
  }

  async correct(start, end) {
    if (start === undefined) {
      const spans = this.page.edition_words.slice(
        Math.min(this.word, this.anchor),
        Math.max(this.word, this.anchor) + 1,
      );
      if (!spans.length) return;
      start = Math.min(...spans.map(([a]) => a));
      end = Math.max(...spans.map(([, b]) => b));
    }
    const told = await get("span", { start, end });
    const mark = this.page.marks.find((one) => one.start < told.end && one.end > told.start);
    const name = `${state.id} place ${told.start}`;
    const asked = await ask({
      place: name,
      form: told.form,
      reading: told.reading,
      image: told.image,
      words: told.words,
      proposal: mark && (mark.stands === "open" || mark.stands === "made") ? mark : null,
      decided: mark?.id ?? "",
      kind: mark?.kind === "print" ? "print" : "ocr",
    });
    this.focus();
    if (!asked) return;
    if (asked.verdict === "undo") {
      if (await decide([asked], "Undone.")) await this.refresh(true);
      return;
    }
    if (asked.verdict) return this.rule(asked.verdict, {}, mark);
    const item = {
      verdict: "reading",
      start: told.start,
      end: told.end,
      before: told.reading,
      ...asked,
    };
    const said =
      asked.after === told.reading
        ? `${visible(told.reading)} kept.`
        : `${visible(told.reading)} → ${visible(asked.after)}.`;
    if (!(await decide([item], said))) return;
    draft(name);
    await this.refresh(true);
  }

  /** Say what the selected lines are, or what the paragraph at the cursor is. */
  async structure() {
    const spans = this.page.edition_words;
    if (!spans.length) return;
    const [from, to] = [Math.min(this.word, this.anchor), Math.max(this.word, this.anchor)];
    const word = (n) => (spans[n] ? { start: spans[n][0], end: spans[n][1] } : null);
    const texts = this.words.edition.map((node) => node?.textContent ?? "");
    const first = word(from);
    const { blocks } = this.page;
    const block = blocks.findLast((one) => one.start <= first.start && first.start < one.end);
    const shown =
      from === to && block
        ? texts.filter((_, n) => spans[n][0] >= block.start && spans[n][1] <= block.end)
        : texts.slice(from, to + 1);
    const asked = await askStructure({
      block,
      text: shown.length > 24 ? `${shown.slice(0, 24).join(" ")} …` : shown.join(" "),
      several: from !== to,
      words: texts.map((text, n) => ({
        text,
        ...word(n),
        context: texts.slice(Math.max(0, n - 4), n).join(" "),
      })),
    });
    this.focus();
    if (!asked) return;
    const items = structureItems({ ...asked, first, last: word(to), blocks, next: word(to + 1) });
    const said =
      asked.is === "split" || asked.is === "join"
        ? `“${texts[from]}” ${commandName(asked.is)}.`
        : `Now: ${commandName(asked.is)}.`;
    if (await decide(items, said)) await this.refresh(true);
  }

  async rule(verdict, more = {}, mark = null) {
    const index = this.markOf(this.words.edition[this.word]);
    const one = mark ?? this.page.marks[index];
    if (!one || one.entry === null || one.entry === undefined)
      return toast("There is no change at the cursor. Press Enter to correct the word.");
    const done = verdict === "accept" ? "Accepted" : "Rejected";
    const said = `${done} ${visible(one.form)} → ${visible(one.after)}.`;
    if (await decide([{ verdict, entry: one.entry, ...more }], said)) await this.refresh(true);
  }

  /** Mark the page; a page that still has pending changes only if that is meant. */
  async say(after) {
    const { open: pending } = this.page;
    if (
      pending &&
      !(await sureOf(
        `Mark as ${after}?`,
        `${count(pending, "change")} on this page ${pending === 1 ? "is" : "are"} still pending.`,
        `Mark as ${after}`,
      ))
    )
      return;
    if (
      await decide(
        [{ verdict: "page", page: this.number, after }],
        `Page ${this.page.n} marked as ${after}.`,
      )
    )
      await this.refresh(true);
  }

  async find(wanted) {
    const told = await get("search", { q: wanted });
    this.hits.hidden = false;
    this.hits.replaceChildren(
      el(
        "li",
        { class: "figure" },
        told.total
          ? count(told.total, "place") +
            (told.total > told.hits.length ? ` (first ${told.hits.length} shown)` : "")
          : "No matches.",
      ),
      ...told.hits.map((hit) =>
        el(
          "li",
          {},
          el("button", { type: "button", class: "link", onclick: () => this.to(hit) }, leaf(hit.n)),
          " ",
          el("span", { class: "context" }, hit.left, el("mark", {}, visible(hit.form)), hit.right),
        ),
      ),
    );
    this.hits.querySelector("button")?.focus();
  }

  /** Search and replace, with a preview of every place. */
  async replace(wanted) {
    const items = await replaceDialog(wanted);
    this.focus();
    if (items?.length && (await decide(items, `Replaced at ${count(items.length, "place")}.`)))
      await this.refresh(true);
  }

  async to(hit) {
    this.shut();
    if (hit.page !== this.number) {
      this.number = hit.page;
      await this.refresh(false);
    }
    const word = this.page.edition_words.findIndex(([a, b]) => a <= hit.start && b > hit.start);
    if (word >= 0) this.go(word);
    this.focus();
  }

  shut() {
    this.hits.hidden = true;
    hideScan();
    this.focus();
  }
}

// Running text: raw and edited side by side, with every change marked. Any word can be corrected.

import { decide, get } from "./desk.js";
import { ask, draft, sureOf } from "./dialogs.js";
import { isQuery, sure } from "./group.js";
import { replaceDialog } from "./replace.js";
import { askStructure, commandName, structureItems } from "./structure.js";
import { toast } from "./frame.js";
import {
  PAGE_STATES,
  STANDS,
  button,
  compared,
  count,
  el,
  kindOf,
  leaf,
  number,
  visible,
} from "./parts.js";
import { barred, company, nextPage, present } from "./rounds.js";
import { frameOnScan, hideScan, nearer, scanShown, showScan } from "./scan.js";
import { frameOnStrip, strip, zoom, zoomed } from "./strip.js";
import { state } from "./state.js";
import { heard, t } from "./texts.js";
import { idle } from "./turns.js";
import { open } from "./views.js";

/** A change in words; a query, which proposes nothing, by its form alone. */
const pair = (one) =>
  isQuery(one.form, one.after)
    ? `${visible(one.form)} ?`
    : `${visible(one.form)} → ${visible(one.after)}`;

/** A change with the difference between its readings marked. */
const becoming = (one) => {
  const [form, after] = compared(one.form, one.after);
  return [form, el("span", { class: "arrow" }, "→"), after];
};

const BESIDE = "emend-beside"; // what stands beside the text: raw, image or none
const SIZES = [0.875, 1, 1.25, 1.5, 2]; // of the text
const SIZE = "emend-size";

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
      "aria-label": t("Raw text"),
      role: "region",
      tabindex: "-1",
    });
    this.edition = el("div", {
      class: "text",
      dir: "auto",
      "aria-label": t("Edition. Arrow keys move from word to word, Enter corrects."),
      role: "region",
      tabindex: "0",
    });
    this.under = el("div", { class: "under", role: "group", "aria-label": t("At the cursor") });
    this.said = el("p", { class: "unseen", role: "status" });
    this.hits = el("ol", { class: "hits", "aria-label": t("Found"), hidden: true });
    this.columns = el(
      "div",
      { class: "columns" },
      el("section", {}, el("h2", {}, t("Raw")), this.raw),
      el("section", {}, el("h2", {}, t("Edition")), this.edition),
    );
    this.node = el(
      "div",
      { class: "read" },
      this.head,
      this.hits,
      this.columns,
      this.under,
      this.said,
    );
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
      x: () => this.keep(),
      p: () => this.rule("accept", { kind: "print" }),
      A: () => this.acceptPage(),
      Tab: () => this.pending(1),
      "Shift+Tab": () => this.pending(-1),
      b: () => this.otherBeside(),
      "+": () => this.zoom(1),
      "-": () => this.zoom(-1),
      ",": () => this.pan(-1),
      ".": () => this.pan(1),
      ">": () => this.size(1),
      "<": () => this.size(-1),
      t: () => this.structure(),
      "]": () => this.turn(1),
      "[": () => this.turn(-1),
      PageDown: () => this.turn(1),
      PageUp: () => this.turn(-1),
      n: () => this.next(),
      m: () => this.say("reviewed"),
      v: () => this.say("validated"),
      i: () => this.scan(),
      z: () => nearer(1),
      "/": () => this.node.querySelector("#find").focus(),
      Escape: () => this.shut(),
    };
  }

  async refresh(keep) {
    const last = state.server.pages.length - 1;
    this.number = Math.max(0, Math.min(this.number, last));
    const told = await get("page", { n: this.number, ...(keep ? {} : { on: this.number }) });
    this.page = told;
    this.drawHead();
    this.node.dataset.beside = this.beside;
    this.node.style.setProperty("--zoom", zoom());
    this.node.style.setProperty("--size", this.textSize);
    this.words = { raw: [], edition: [] };
    this.strips = [];
    this.draw(this.raw, "raw");
    this.draw(this.edition, "edition");
    this.columns.style.setProperty("--lines", told.edition.length);
    this.light();
    if (this.wanted === "pending" && !keep) {
      this.wanted = null;
      const first = this.words.edition.findIndex((node) => this.isPending(node));
      if (first >= 0) return this.go(first);
    }
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

  /** What stands beside the text: the images of its lines if there are any, else the raw text. */
  get beside() {
    const wanted = localStorage.getItem(BESIDE) ?? "image";
    return wanted === "image" && !this.page.strips ? "raw" : wanted;
  }

  set beside(wanted) {
    localStorage.setItem(BESIDE, wanted);
    this.refresh(true);
  }

  otherBeside() {
    const choices = ["raw", ...(this.page.strips ? ["image"] : []), "none"];
    this.beside = choices[(choices.indexOf(this.beside) + 1) % choices.length];
  }

  get textSize() {
    return Number(localStorage.getItem(SIZE)) || 1;
  }

  /** Make the text larger or smaller. */
  size(by) {
    const at = Math.max(0, Math.min(SIZES.length - 1, SIZES.indexOf(this.textSize) + by));
    localStorage.setItem(SIZE, String(SIZES[at]));
    this.node.style.setProperty("--size", SIZES[at]);
    toast(t("Text size {n}%", { n: SIZES[at] * 100 }));
  }

  /** Make the images larger or smaller: the page beside, if it is shown, else those of lines. */
  zoom(by) {
    if (scanShown()) return nearer(by);
    if (this.beside !== "image") return this.size(by);
    this.node.style.setProperty("--zoom", zoomed(by));
    this.frame();
    return toast(t("Images at {n}%", { n: zoom() * 100 }));
  }

  /** Move the images of lines to the left or right, by half of what is to be seen. */
  pan(by) {
    for (const node of this.strips) if (node) node.scrollLeft += (by * node.clientWidth) / 2;
  }

  drawHead() {
    const { page } = this;
    const choose = el(
      "select",
      { "aria-label": t("Page"), id: "page" },
      state.server.pages.map((one, i) => el("option", { value: i }, leaf(one.n))),
    );
    choose.value = String(this.number);
    choose.addEventListener("change", () => this.turn(Number(choose.value) - this.number));
    const find = el("input", {
      type: "search",
      id: "find",
      class: "seldom",
      placeholder: t("Search the text"),
      "aria-label": t("Search the text"),
      "aria-keyshortcuts": "/",
    });
    find.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.find(find.value);
      if (event.key === "Escape") this.shut();
    });
    const unfold = (event) => {
      const unfolded = this.head.classList.toggle("unfolded");
      event.target.setAttribute("aria-expanded", String(unfolded));
    };
    this.company = el("span", { class: "company", role: "status" }, company(this.number));
    const parts = [
      el(
        "div",
        { class: "turn" },
        button("‹", "[", "quiet", () => this.turn(-1)),
        choose,
        button("›", "]", "quiet", () => this.turn(1)),
      ),
      el("span", { class: `state ${page.state}` }, t(PAGE_STATES[page.state])),
      el(
        "span",
        { class: "figure" },
        [
          page.open ? t("{n} pending", { n: page.open }) : "",
          page.made ? t("{n} applied", { n: page.made }) : "",
        ]
          .filter(Boolean)
          .join(", "),
      ),
      this.company,
      el("span", { class: "stretch" }),
      el(
        "button",
        { type: "button", class: "unfold quiet", "aria-expanded": "false", onclick: unfold },
        t("More"),
      ),
      this.besideField(),
      button(t("Layout …"), "t", "seldom", () => this.structure()),
      button(t("Mark reviewed"), "m", "", () => this.say("reviewed")),
      button(t(barred(page) ? "Another validates" : "Mark validated"), "v", "seldom", () =>
        this.say("validated"),
      ),
      state.team ? button(t("Next page"), "n", "seldom", () => this.next()) : null,
      page.surface === null ? null : button(t("Scan"), "i", "seldom", () => this.scan()),
      find,
      el(
        "button",
        { type: "button", class: "seldom", onclick: () => this.replace(find.value) },
        t("Replace …"),
      ),
    ];
    this.head.replaceChildren(...parts.filter(Boolean));
  }

  besideField() {
    const field = el(
      "select",
      { "aria-label": t("Beside the text"), "aria-keyshortcuts": "b", class: "seldom" },
      el("option", { value: "raw" }, t("Raw text beside")),
      this.page.strips ? el("option", { value: "image" }, t("Line images above")) : null,
      el("option", { value: "none" }, t("Edition only")),
    );
    field.value = this.beside;
    field.addEventListener("change", () => (this.beside = field.value));
    return field;
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
        const line = el(
          "div",
          {
            class: kinds.filter(Boolean).join(" "),
            ...(begins && name === "edition" && block.role !== "paragraph"
              ? {
                  "data-block": t(block.says).replace(/^(a|an|eine?|part of an?|Teil einer?) /, ""),
                }
              : {}),
          },
          this.drawLine(name, runs, beside),
        );
        const image = name === "edition" && this.beside === "image" && this.page.strips[i];
        if (!image) return line;
        this.strips[i] = strip(image, (x, y) => this.pointed(x, y));
        return el("div", { class: "with-strip" }, this.strips[i], line);
      }),
    );
    // what is proposed for several words stands once, after the last of them
    for (const node of column.querySelectorAll("[data-after]"))
      if ([...column.querySelectorAll(`[data-m="${node.dataset.m}"]`)].at(-1) !== node)
        delete node.dataset.after;
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
        const stands = settled
          ? t("{stands} by {who}", { stands: t(STANDS[mark.stands]), who: mark.by })
          : t(STANDS[mark.stands]);
        const says = `${pair(mark)} · ${kindOf(mark.kind)} · ${stands}`;
        const gone = name === "edition" && text === "";
        node = el(
          "span",
          {
            class: `m ${mark.stands} k-${mark.kind}${gone ? " gone" : ""}`,
            "data-m": m,
            title: says,
            ...(name === "edition" && mark.stands === "open" && !isQuery(mark.form, mark.after)
              ? { "data-after": visible(mark.after) }
              : {}),
          },
          gone ? "" : text,
        );
      } else node = document.createTextNode(text);
      if (w < 0 || (text === "" && word?.dataset.w !== String(w))) {
        // a change between two words goes with the word before, at the beginning with the first
        const to = w >= 0 ? w : Math.max(0, this.words[name].length - 1);
        if (m >= 0 && (beside[to] === undefined || marks[m].stands === "open")) beside[to] = m;
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

  /** The change in a word, or right after it; of several, the first that is pending. */
  markOf(node) {
    if (!node) return undefined;
    const found = [...node.querySelectorAll("[data-m]")].map((one) => one.dataset.m);
    if (node.dataset.beside !== undefined) found.push(node.dataset.beside);
    return found.find((m) => this.page.marks[m].stands === "open") ?? found[0];
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
    this.frame();
    const mark = this.markOf(node);
    this.light(mark);
    const text = words
      .slice(first, last + 1)
      .map((one) => one.textContent)
      .join(" ");
    this.tell(text, mark === undefined ? null : this.page.marks[mark]);
  }

  /** Frame the word at the cursor on the image of its line. */
  frame() {
    this.node.querySelectorAll(".strip .box").forEach((box) => box.remove());
    const on = this.page.boxes?.[this.word];
    if (!on) return;
    const line = this.words.edition[this.word]?.closest(".with-strip");
    const at = this.strips.indexOf(line?.firstElementChild);
    if (at >= 0) frameOnStrip(this.strips[at], this.page.strips[at], on);
  }

  /** A click on the image of a line: go to the word there; a second one corrects it. */
  pointed(x, y) {
    const off = ([left, top, width, height]) =>
      Math.max(left - x, x - left - width, 0) + 4 * Math.max(top - y, y - top - height, 0);
    const boxes = this.page.boxes.map((box) => (box ? off(box) : Infinity));
    const to = boxes.indexOf(Math.min(...boxes));
    if (to < 0) return;
    this.focus();
    if (to === this.word) this.correct();
    else this.go(to);
  }

  /** Show what is at the cursor, and what can be decided on it. */
  tell(text, mark) {
    const words = el("span", { class: "words" }, text);
    if (!mark) {
      this.said.textContent = text;
      return this.under.replaceChildren(
        words,
        button(t("Correct"), "e", "small", () => this.correct()),
      );
    }
    const query = isQuery(mark.form, mark.after);
    const why = `${t(STANDS[mark.stands])}: ${heard(mark.why)}`;
    const acts =
      mark.entry === null || ["accepted", "refused"].includes(mark.stands)
        ? []
        : [
            query ? null : button(t("Accept"), "a", "accept small", () => this.rule("accept")),
            query ? null : button(t("Reject"), "r", "refuse small", () => this.rule("refuse")),
            button(t("Keep"), "x", "small", () => this.keep()),
          ];
    const others =
      mark.stands !== "open"
        ? []
        : mark.alternatives.map((after) =>
            el(
              "button",
              { type: "button", class: "chip", onclick: () => this.replaceMark(mark, after) },
              visible(after),
            ),
          );
    this.said.textContent = `${pair(mark)}, ${why}`;
    return this.under.replaceChildren(
      ...[
        query ? words : el("span", { class: "words" }, ...becoming(mark)),
        mark.stands === "open" && !query
          ? el("span", { class: "figure" }, sure(mark.confidence))
          : null,
        el(
          "span",
          { class: "pair" },
          ...acts.filter(Boolean),
          button(t("Other"), "e", "small", () => this.correct()),
        ),
        ...others,
        el("span", { class: "why", title: why }, why),
      ].filter(Boolean),
    );
  }

  isPending(node) {
    return this.page.marks[this.markOf(node)]?.stands === "open";
  }

  /** Whether Tab goes to a pending change from here, and does not leave the text. */
  steps(target, by) {
    const here = this.edition.contains(target) || (target === document.body && !idle());
    if (!here) return false;
    return !this.page || this.nextPending(by) >= 0 || Boolean(state.server.pages[this.number + by]);
  }

  nextPending(by) {
    const words = this.words.edition;
    let i = this.word + by;
    while (i >= 0 && i < words.length && !this.isPending(words[i])) i += by;
    return i >= 0 && i < words.length ? i : -1;
  }

  /** To the next pending change; after the last one, to the next page. */
  pending(by) {
    const to = this.nextPending(by);
    if (to >= 0) return this.go(to);
    let over = by;
    while (present(this.number + over).length) over += by;
    return this.turn(over, "pending");
  }

  /** To the page that this editor of a team does best to take next. */
  next() {
    if (!state.team) return this.turn(1);
    const to = nextPage(this.number);
    if (to < 0) return toast(t("No other page is left for you."));
    return this.turn(to - this.number, "pending");
  }

  /** Others have turned to another page. */
  accompany() {
    this.company.textContent = company(this.number);
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
    toast(t(by > 0 ? "Last change on this page." : "First change on this page."));
  }

  light(mark) {
    this.node.querySelectorAll(".lit").forEach((node) => node.classList.remove("lit"));
    if (mark !== undefined)
      this.node.querySelectorAll(`[data-m="${mark}"]`).forEach((node) => node.classList.add("lit"));
  }

  turn(by, wanted = null) {
    const to = this.number + by;
    if (to < 0 || to >= state.server.pages.length)
      return toast(t(by > 0 ? "Last page." : "First page."));
    hideScan();
    return open("read", to, wanted);
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

  async correct(start, end, wanted = null) {
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
      kind: wanted ?? (mark?.kind === "print" ? "print" : "ocr"),
    });
    this.focus();
    if (!asked) return;
    if (asked.verdict === "undo") {
      if (await decide([asked], t("Undone."))) await this.refresh(true);
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
        ? t("{form} kept.", { form: visible(told.reading) })
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
      text: shown.length > 14 ? `${shown.slice(0, 14).join(" ")} …` : shown.join(" "),
      several: from !== to,
      words: texts.map((text, n) => ({
        text,
        ...word(n),
        context: texts.slice(Math.max(0, n - 4), n).join(" "),
      })),
    });
    this.focus();
    if (!asked) return;
    if (asked.sic) {
      await this.correct(first.start, (word(to) ?? first).end, "print");
      return;
    }
    if (asked.gap) {
      await this.leaveGap(first.start, (word(to) ?? first).end, asked.gap);
      return;
    }
    const items = structureItems({ ...asked, first, last: word(to), blocks, next: word(to + 1) });
    const said =
      asked.is === "split" || asked.is === "join"
        ? `“${texts[from]}” ${commandName(asked.is)}.`
        : t("Now: {command}.", { command: commandName(asked.is) });
    if (await decide(items, said)) await this.refresh(true);
  }

  /** Say that something cannot be read or is missing: `[…]`, a `gap` in the edition. */
  async leaveGap(from, until, gap) {
    const { start, end, reading } = await get("span", { start: from, end: until });
    const after = gap.replace("{reading}", () => reading);
    const item = { verdict: "reading", start, end, before: reading, after, scope: "place" };
    if (await decide([item], `${visible(reading)} → ${visible(after)}.`)) await this.refresh(true);
  }

  async rule(verdict, more = {}, mark = null) {
    const index = this.markOf(this.words.edition[this.word]);
    const one = mark ?? this.page.marks[index];
    if (!one || one.entry === null || one.entry === undefined)
      return toast(t("There is no change at the cursor. Press Enter to correct the word."));
    const done = t(verdict === "accept" ? "Accepted" : "Rejected");
    const said = `${done} ${visible(one.form)} → ${visible(one.after)}.`;
    if (await decide([{ verdict, entry: one.entry, ...more }], said)) await this.follow(one);
  }

  /** Keep the raw reading at the cursor, whatever is proposed. */
  keep() {
    const mark = this.page.marks[this.markOf(this.words.edition[this.word])];
    return mark ? this.replaceMark(mark, mark.form) : this.rule("accept");
  }

  async replaceMark(mark, after) {
    const { start, end } = mark;
    const told = await get("span", { start, end });
    const item = { verdict: "reading", start, end, before: told.reading, after, scope: "place" };
    const said =
      after === mark.form
        ? t("{form} kept.", { form: visible(after) })
        : `${visible(mark.form)} → ${visible(after)}.`;
    if (await decide([item], said)) await this.follow(mark);
  }

  /** After a decision on a pending change, go to the next one on the page. */
  async follow(mark) {
    await this.refresh(true);
    const next = mark.stands === "open" ? this.nextPending(1) : -1;
    if (next >= 0) this.go(next);
  }

  /** Accept every change that is pending on this page, as one step. */
  async acceptPage() {
    const items = this.page.marks
      .filter((one) => one.stands === "open" && one.entry !== null)
      .filter((one) => !isQuery(one.form, one.after))
      .map((one) => ({ verdict: "accept", entry: one.entry }));
    if (!items.length) return toast(t("Nothing is pending on this page."));
    const said = t("Accepted {changes} on this page.", { changes: count(items.length, "change") });
    return (await decide(items, said)) && this.refresh(true);
  }

  /** Mark the page; a page that still has pending changes only if that is meant. */
  async say(after) {
    const why = after === "validated" && barred(this.page);
    if (why) return toast(why);
    const { open: pending } = this.page;
    if (
      pending &&
      !(await sureOf(
        t("Mark as {state}?", { state: t(after) }),
        pending === 1
          ? t("One change on this page is still pending.")
          : t("{n} changes on this page are still pending.", { n: pending }),
        t("Mark as {state}", { state: t(after) }),
      ))
    )
      return;
    if (
      await decide(
        [{ verdict: "page", page: this.number, after }],
        t("Page {n} marked as {state}.", { n: number(this.page.n), state: t(after) }),
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
              (told.total > told.hits.length
                ? ` ${t("(first {n} shown)", { n: told.hits.length })}`
                : "")
          : t("No matches."),
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
    if (
      items?.length &&
      (await decide(items, t("Replaced at {places}.", { places: count(items.length, "place") })))
    )
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

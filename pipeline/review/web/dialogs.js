// The three dialogs: a reading of one's own, a conflict, and the keys.

import { compared, count, el, moment, visible } from "./parts.js";
import { snippet } from "./scan.js";
import { arrived } from "./turns.js";

const $ = (id) => document.getElementById(id);

/** Show a dialog until it is answered. */
function answer(dialog, fill) {
  return new Promise((resolve) => {
    const done = (value) => {
      dialog.close();
      resolve(value);
    };
    dialog.replaceChildren(...fill(done).filter(Boolean));
    dialog.oncancel = (event) => {
      event.preventDefault();
      done(null);
    };
    dialog.showModal();
    arrived();
  });
}

/**
 * A reading of the editor's own. Resolves to {after, scope, kind, note}, to {verdict} for accept, refuse and undo, or to null.
 */
export function ask({ form, reading, image, words = 0, places = 1, group = false, scope = "place", kind = "ocr", proposal = null, decided = "" }) {
  return answer($("correct"), (done) => {
    const input = el("textarea", { id: "reading", rows: Math.min(4, reading.split("\n").length), spellcheck: "false", autocapitalize: "off", autocomplete: "off" });
    input.value = reading;
    const note = el("input", { id: "note", maxlength: "500", autocomplete: "off" });
    const print = el("input", { type: "checkbox", id: "print" });
    print.checked = kind === "print";
    const choices = [
      ["place", group && places > 1 ? `at these ${count(places, "place")}` : "here only"],
      ...(words ? [["text", `everywhere in this text (${count(words, "place")})`], ["project", "in the whole project"]] : []),
    ];
    const radios = choices.map(([value, title]) => {
      const radio = el("input", { type: "radio", name: "holds", value });
      radio.checked = value === scope;
      return el("label", {}, radio, title);
    });
    if (!radios.some((label) => label.firstElementChild.checked)) radios[0].firstElementChild.checked = true;
    const save = () => done({ after: input.value, scope: radios.find((label) => label.firstElementChild.checked).firstElementChild.value, kind: print.checked ? "print" : "ocr", note: note.value.trim() });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        save();
      }
    });
    note.addEventListener("keydown", (event) => event.key === "Enter" && save());
    queueMicrotask(() => input.select());
    return [
      el("h2", { id: "correct-title" }, "Your reading"),
      snippet(image),
      el("p", { class: "was" }, el("span", {}, "The raw text has"), el("samp", {}, visible(form))),
      proposal
        ? el(
            "div",
            { class: "proposal" },
            el("p", { class: "context" }, ...compared(proposal.form, proposal.after)),
            el("p", { class: "why" }, proposal.why),
            el(
              "div",
              { class: "actions" },
              proposal.entry === null ? null : el("button", { type: "button", class: "accept", onclick: () => done({ verdict: "accept" }) }, "Accept"),
              proposal.entry === null ? null : el("button", { type: "button", class: "refuse", onclick: () => done({ verdict: "refuse" }) }, "Refuse"),
            ),
          )
        : null,
      el("label", { class: "field", for: "reading" }, "It reads", input),
      el("fieldset", { class: "holds" }, el("legend", {}, "This holds"), ...radios),
      el("label", { class: "check" }, print, "The printer erred, not the OCR"),
      el("label", { class: "field", for: "note" }, "Note (if you like)", note),
      el(
        "div",
        { class: "actions end" },
        decided ? el("button", { type: "button", class: "quiet", onclick: () => done({ verdict: "undo", undoes: decided }) }, "Undo the decision") : null,
        el("button", { type: "button", class: "quiet", onclick: () => done({ after: form, scope: "place", kind: "ocr", note: note.value.trim() }) }, "Leave as in raw"),
        el("button", { type: "button", class: "quiet", onclick: () => done(null) }, "Cancel ", el("kbd", {}, "esc")),
        el("button", { type: "button", class: "accept", onclick: save }, "Keep ", el("kbd", {}, "↵")),
      ),
    ];
  });
}

/** Somebody else was first. Resolves to true if the editor decides all the same. */
export function conflict(told) {
  const verdicts = { accept: "accepted", refuse: "refused", reading: "read", page: "marked", undo: "took back a decision on" };
  return answer($("conflict"), (done) => [
    el("h2", { id: "conflict-title" }, told.found.length ? "Somebody was first" : "This page is out of date"),
    el("p", {}, told.error, " Your decision was not recorded."),
    el(
      "ul",
      {},
      told.found.map((one) => el("li", {}, el("strong", {}, one.who || "An editor"), ` ${verdicts[one.verdict]} `, el("q", {}, visible(one.form)), one.after === one.form ? "" : [" → ", el("q", {}, visible(one.after))], `, ${moment(one.when)}`)),
    ),
    el(
      "div",
      { class: "actions end" },
      told.found.length ? el("button", { type: "button", class: "quiet", onclick: () => done(true) }, "Decide all the same") : null,
      el("button", { type: "button", class: "accept", autofocus: true, onclick: () => done(null) }, told.found.length ? "Leave theirs" : "Look again"),
    ),
  ]);
}

const KEYS = [
  ["Everywhere", [["?", "these keys"], ["u", "undo"], ["1 … 5", "to decide, made, read, pages, decided"], ["0", "decisions that lost their place"]]],
  [
    "Groups and places",
    [
      ["j  k", "next, previous (or ↓ ↑)"],
      ["↵  esc", "into the places, and back (or → ←)"],
      ["a  r", "accept, refuse what is marked: the group, or the place"],
      ["⇧a  ⇧r", "accept, refuse the whole group from anywhere"],
      ["x", "right as it is: leave the form, and know it as a word"],
      ["e", "a reading of your own"],
      ["p", "accept, as the printer’s error"],
      ["s", "a decision holds in this text, or in the whole project"],
      ["i  z", "the page’s scan beside it; larger"],
      ["o", "read the page"],
      ["/", "search"],
    ],
  ],
  [
    "Reading",
    [
      ["← → ↑ ↓", "from word to word; with ⇧ several"],
      ["j  k", "next, previous change"],
      ["↵  e", "correct the word"],
      ["a  r", "accept, refuse the change under the cursor"],
      ["[  ]", "previous, next page"],
      ["m  v", "the page is reviewed; is validated"],
      ["i  z", "the page’s scan, the word framed; larger"],
      ["/", "search the text"],
    ],
  ],
];

export function help() {
  return answer($("help"), (done) => [
    el("h2", { id: "help-title" }, "Keys"),
    el("div", { class: "keys" }, KEYS.map(([title, rows]) => el("section", {}, el("h3", {}, title), el("dl", {}, rows.map(([key, says]) => el("div", {}, el("dt", {}, key.split("  ").map((one) => el("kbd", {}, one))), el("dd", {}, says))))))),
    el("div", { class: "actions end" }, el("button", { type: "button", class: "accept", autofocus: true, onclick: () => done(null) }, "Close ", el("kbd", {}, "esc"))),
  ]);
}

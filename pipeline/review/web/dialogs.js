// The three dialogs: another reading, a conflict, and the keys.

import { compared, count, el, moment, visible } from "./parts.js";
import { snippet } from "./scan.js";
import { state } from "./state.js";
import { heard, later, spoken, t } from "./texts.js";
import { arrived } from "./turns.js";

const $ = (id) => document.getElementById(id);

/** Show a dialog until it is answered. */
export function answer(dialog, fill) {
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
    const typed = arrived();
    setTimeout(() => typed.forEach((key) => dialog.open && press(dialog, key)));
  });
}

/** Give a dialog a key typed before it was there: a character to its field, or a choice. */
function press(dialog, key) {
  const field = document.activeElement?.closest("input, textarea");
  if (field && key.length === 1)
    field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
  else dialog.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

// What was typed and not saved, by place: it comes back when the dialog is opened
// again, also after a reload.
const DRAFTS = "emend-drafts";
const drafts = () => JSON.parse(sessionStorage.getItem(DRAFTS) ?? "{}");

/** Keep what was typed for a place; forget it if nothing is given. */
export function draft(place, text) {
  const kept = drafts();
  if (text === undefined) for (const name of [place, `${place} note`]) delete kept[name];
  else kept[place] = text;
  sessionStorage.setItem(DRAFTS, JSON.stringify(kept));
}

// Signs of printed books that keyboards lack.
const SIGNS = [..."ſæœÆŒßéèêüöñ—–“”‘’„«»†‡§¶£½¼·"];

/** Buttons that put a sign where the cursor is in a field. */
function picker(field) {
  const put = (sign) => {
    field.setRangeText(sign, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input"));
    field.focus();
  };
  return el(
    "details",
    { class: "picker" },
    el("summary", {}, t("Special characters")),
    el(
      "div",
      {},
      SIGNS.map((sign) =>
        el("button", { type: "button", class: "small", onclick: () => put(sign) }, sign),
      ),
    ),
  );
}

/**
 * Ask for a reading. `place` names what it is for: what was typed there and not saved is offered
 * again. Resolves to {after, scope, kind, note}, to {verdict} for accept, refuse and undo, or to
 * null.
 */
export function ask({
  place = "",
  form,
  reading,
  image,
  words = 0,
  places = 1,
  group = false,
  scope = "place",
  kind = "ocr",
  proposal = null,
  decided = "",
}) {
  return answer($("correct"), (done) => {
    const input = el("textarea", {
      id: "reading",
      dir: "auto",
      rows: Math.min(4, reading.split("\n").length),
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
    });
    const kept = place ? drafts()[place] : undefined;
    input.value = kept ?? reading;
    input.addEventListener("input", () => place && draft(place, input.value));
    const note = el("input", { id: "note", maxlength: "500", autocomplete: "off" });
    note.value = (place && drafts()[`${place} note`]) || "";
    note.addEventListener("input", () => place && draft(`${place} note`, note.value || undefined));
    const print = el("input", { type: "checkbox", id: "print" });
    print.checked = kind === "print";
    const choices = [
      [
        "place",
        group && places > 1
          ? t("at these {places}", { places: count(places, "place") })
          : t("here only"),
      ],
      ...(words
        ? [
            ["text", t("everywhere in this text ({places})", { places: count(words, "place") })],
            ["project", t("in the whole project")],
          ]
        : []),
    ];
    const radios = choices.map(([value, title]) => {
      const radio = el("input", { type: "radio", name: "holds", value });
      radio.checked = value === scope;
      return el("label", {}, radio, title);
    });
    if (!radios.some((label) => label.firstElementChild.checked))
      radios[0].firstElementChild.checked = true;
    const save = () =>
      done({
        after: input.value,
        scope: radios.find((label) => label.firstElementChild.checked).firstElementChild.value,
        kind: print.checked ? "print" : "ocr",
        note: note.value.trim(),
      });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        save();
      }
    });
    note.addEventListener("keydown", (event) => event.key === "Enter" && save());
    queueMicrotask(() => input.select());
    return [
      el("h2", { id: "correct-title" }, t("Corrected reading")),
      snippet(image),
      el("p", { class: "was" }, el("span", {}, t("Raw text")), el("samp", {}, visible(form))),
      proposal
        ? el(
            "div",
            { class: "proposal" },
            el("p", { class: "context" }, ...compared(proposal.form, proposal.after)),
            el("p", { class: "why" }, heard(proposal.why)),
            el(
              "div",
              { class: "actions" },
              proposal.entry === null
                ? null
                : el(
                    "button",
                    { type: "button", class: "accept", onclick: () => done({ verdict: "accept" }) },
                    t("Accept"),
                  ),
              proposal.entry === null
                ? null
                : el(
                    "button",
                    { type: "button", class: "refuse", onclick: () => done({ verdict: "refuse" }) },
                    t("Reject"),
                  ),
            ),
          )
        : null,
      el(
        "label",
        { class: "field", for: "reading" },
        kept === undefined || kept === reading
          ? t("Reading")
          : t("Reading (as you left it, not saved)"),
        input,
      ),
      picker(input),
      el("fieldset", { class: "holds" }, el("legend", {}, t("Apply")), ...radios),
      el("label", { class: "check" }, print, t("Printer’s error, not an OCR error")),
      el("label", { class: "field", for: "note" }, t("Note (optional)"), note),
      el(
        "div",
        { class: "actions end" },
        decided
          ? el(
              "button",
              {
                type: "button",
                class: "quiet",
                onclick: () => done({ verdict: "undo", undoes: decided }),
              },
              t("Undo decision"),
            )
          : null,
        el(
          "button",
          {
            type: "button",
            class: "quiet",
            onclick: () =>
              done({ after: form, scope: "place", kind: "ocr", note: note.value.trim() }),
          },
          t("Keep raw text"),
        ),
        el(
          "button",
          { type: "button", class: "quiet", onclick: () => done(null) },
          t("Cancel "),
          el("kbd", {}, "esc"),
        ),
        el(
          "button",
          { type: "button", class: "accept", onclick: save },
          t("Save "),
          el("kbd", {}, "↵"),
        ),
      ),
    ];
  });
}

/** Ask before something that is probably not meant. Resolves to true if it is. */
export function sureOf(title, says, doIt) {
  return answer($("conflict"), (done) => [
    el("h2", { id: "conflict-title" }, title),
    el("p", {}, says),
    el(
      "div",
      { class: "actions end" },
      el("button", { type: "button", class: "quiet", onclick: () => done(true) }, doIt),
      el(
        "button",
        { type: "button", class: "accept", autofocus: true, onclick: () => done(null) },
        t("Cancel "),
        el("kbd", {}, "esc"),
      ),
    ),
  ]);
}

/** Someone else decided first. Resolves to true if the editor's own decision is to apply anyway. */
export function conflict(told) {
  const verdicts = {
    accept: t("accepted"),
    refuse: t("rejected"),
    reading: t("corrected"),
    page: t("marked"),
    structure: t("said what this is:"),
    undo: t("undid a decision on"),
  };
  return answer($("conflict"), (done) => [
    el(
      "h2",
      { id: "conflict-title" },
      told.found.length ? t("Someone else decided first") : t("This page is out of date"),
    ),
    el("p", {}, heard(told.error), " ", t("Your decision was not saved.")),
    el(
      "ul",
      {},
      told.found.map((one) =>
        el(
          "li",
          {},
          el("strong", {}, one.who || t("An editor")),
          ` ${verdicts[one.verdict]} `,
          el("q", {}, visible(one.form)),
          one.after === one.form ? "" : [" → ", el("q", {}, visible(one.after))],
          `, ${moment(one.when)}`,
        ),
      ),
    ),
    el(
      "div",
      { class: "actions end" },
      told.found.length
        ? el(
            "button",
            { type: "button", class: "quiet", onclick: () => done(true) },
            t("Apply anyway"),
          )
        : null,
      el(
        "button",
        { type: "button", class: "accept", autofocus: true, onclick: () => done(null) },
        told.found.length ? t("Keep theirs") : t("Reload"),
      ),
    ),
  ]);
}

const KEYS = [
  [
    later("Everywhere"),
    [
      ["?", later("this help")],
      ["u", later("undo")],
      ["1 … 5", later("pending, applied, read, pages, decisions")],
      ["0", later("unresolved decisions")],
    ],
  ],
  [
    later("Groups and places"),
    [
      ["j  k", later("next, previous (or ↓ ↑)")],
      ["↵  esc", later("open the places, go back (or → ←)")],
      ["a  r", later("accept, reject the selected group or place")],
      ["⇧a  ⇧r", later("accept, reject the whole group, even with a place selected")],
      ["x", later("keep as is, and add to the known words")],
      ["e", later("enter another reading")],
      ["p", later("accept as a printer’s error")],
      ["s", later("switch scope: this text or the whole project")],
      ["i  +  -", later("show the scan; enlarge, reduce it")],
      ["o", later("read the page")],
      ["/", later("search")],
    ],
  ],
  [
    later("Reading"),
    [
      ["⇥  ⇧⇥", later("next, previous pending change, then the next page")],
      ["← → ↑ ↓", later("move from word to word (⇧ to select)")],
      ["j  k", later("next, previous change")],
      ["a  r  x", later("accept, reject the change at the cursor; keep as is")],
      ["⇧a", later("accept all that is pending on the page")],
      ["↵  e", later("correct the word")],
      ["t", later("say what the paragraph at the cursor is, or where one begins")],
      ["[  ]", later("previous, next page")],
      ["n", later("next page for you to read, in a team")],
      ["m  v", later("mark page as reviewed, as validated")],
      ["b", later("beside the text: images, raw text or nothing")],
      ["+  -  ,  .", later("enlarge, reduce the images; move them sideways")],
      ["<  >", later("smaller, larger text")],
      ["i", later("show the word on the scan")],
      ["/", later("search the text, and replace")],
    ],
  ],
];

/** What words and signs of the page mean. */
const TERMS = [
  [later("Reject"), later("this replacement is wrong; the word may still be wrong")],
  [later("Keep as is"), later("nothing is wrong here; the reading is a word of this text")],
  [later("reviewed"), later("someone has decided every change on the page")],
  [later("validated"), later("someone has compared the whole page with the scan")],
  ["⏎", later("a line end")],
  ["∅", later("nothing: something is inserted or deleted here")],
  ["␣", later("a space")],
  ["‸", later("something was deleted here")],
];

/** Fields for the language of the page. */
function languages() {
  const field = el(
    "select",
    { id: "language" },
    Object.entries(state.languages).map(([code, name]) => el("option", { value: code }, name)),
  );
  field.value = spoken();
  field.addEventListener("change", () => {
    localStorage.setItem("emend-language", field.value);
    location.reload();
  });
  return el("label", { class: "scope", for: "language" }, t("Language"), field);
}

export function help() {
  return answer($("help"), (done) => [
    el("h2", { id: "help-title" }, t("Help")),
    languages(),
    el(
      "div",
      { class: "keys" },
      KEYS.map(([title, rows]) =>
        el(
          "section",
          {},
          el("h3", {}, t(title)),
          el(
            "dl",
            {},
            rows.map(([key, says]) =>
              el(
                "div",
                {},
                el(
                  "dt",
                  {},
                  key.split("  ").map((one) => el("kbd", {}, one)),
                ),
                el("dd", {}, t(says)),
              ),
            ),
          ),
        ),
      ),
    ),
    el(
      "dl",
      { class: "terms" },
      TERMS.map(([term, says]) => el("div", {}, el("dt", {}, t(term)), el("dd", {}, t(says)))),
    ),
    el(
      "div",
      { class: "actions end" },
      el(
        "button",
        { type: "button", class: "accept", autofocus: true, onclick: () => done(null) },
        t("Close "),
        el("kbd", {}, "esc"),
      ),
    ),
  ]);
}

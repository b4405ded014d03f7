// What a block of text is, and where one begins: the dialog, and the decisions that come of it.

import { answer } from "./dialogs.js";
import { el, visible } from "./parts.js";
import { later, spoken, t } from "./texts.js";

const $ = (id) => document.getElementById(id);

/** What a block may be, in groups: command, name, key. */
const KINDS = [
  [
    later("Text"),
    [
      ["paragraph", later("Paragraph"), "p"],
      ["heading 1", later("Heading"), "1"],
      ["heading 2", later("Second level"), "2"],
      ["heading 3", later("Third level"), "3"],
      ["verse", later("Verse"), "v"],
      ["item", later("List item"), "l"],
      ["blockquote", later("Block quotation"), "q"],
      ["note", later("Note …"), "n"],
    ],
  ],
  [
    later("Letters and plays"),
    [
      ["dateline", later("Dateline"), ""],
      ["salute", later("Salutation"), ""],
      ["signed", later("Signature"), ""],
      ["speaker", later("Speaker’s name"), "s"],
      ["speech", later("Continues the speech"), ""],
      ["stage", later("Stage direction"), ""],
      ["separator", later("Separator"), ""],
    ],
  ],
  [
    later("Not part of the text"),
    [
      ["header", later("Running head"), "h"],
      ["footer", later("Running foot"), "f"],
      ["pageNum", later("Page number"), "g"],
      ["catch", later("Catchword"), ""],
      ["sig", later("Signature mark"), ""],
    ],
  ],
];

const NAMES = Object.fromEntries(KINDS.flatMap(([, rows]) => rows.map(([is, name]) => [is, name])));

/** The name of a command in a list of decisions. */
export function commandName(command) {
  if (command === "split") return t("begins a paragraph");
  if (command === "join") return t("goes on from the paragraph before");
  if (command.startsWith("call ")) return t("calls a note");
  const name = t(NAMES[command] ?? command).replace(" …", "");
  return spoken() === "en" ? name.toLowerCase() : name;
}

/** A word that may call a note: it ends in a sign or a figure. */
const CALLS = /(?:[*†‡§¶‖⁰¹²³⁴-⁹]|[([]\w{1,3}[)\]]|\D\d{1,3})[^\w\s]*$/;

/**
 * Ask what a stretch is. `block` is what it is now, `text` its words, `several` whether more than
 * one word is selected, `words` the page's words as {text, start, end, context}. Resolves to {is},
 * for a note with {call}, to {gap}, the reading that a gap leaves, to {sic} for an error of
 * the printer, or to null.
 */
export function askStructure({ block, text, several, words }) {
  return answer($("correct"), (done) => {
    const choose = (is) => (is === "note" ? note() : done({ is }));
    const note = () => {
      const calls = words.filter(
        (one) =>
          CALLS.test(one.text) && !(block && one.start >= block.start && one.end <= block.end),
      );
      const button = (name, call) =>
        el(
          "button",
          { type: "button", class: "calling", onclick: () => done({ is: "note", ...call }) },
          name,
        );
      $("correct").replaceChildren(
        el("h2", { id: "correct-title" }, t("What calls this note?")),
        el("p", { class: "context" }, visible(text)),
        el(
          "div",
          { class: "choices" },
          calls.map((one) =>
            button([el("span", { class: "context" }, one.context, " "), el("mark", {}, one.text)], {
              call: { start: one.start, end: one.end },
            }),
          ),
          button(t("Nothing on this page"), {}),
        ),
        cancel(),
      );
      $("correct").querySelector("button").focus();
    };
    const cancel = () =>
      el(
        "div",
        { class: "actions end" },
        el(
          "button",
          { type: "button", class: "quiet", onclick: () => done(null) },
          t("Cancel "),
          el("kbd", {}, "esc"),
        ),
      );
    const keyed = (name, key, run, title = "") =>
      el(
        "button",
        {
          type: "button",
          class: "choice",
          onclick: run,
          ...(key ? { "data-key": key, "aria-keyshortcuts": key } : {}),
          ...(title ? { title } : {}),
        },
        name,
        key ? el("kbd", {}, key) : "",
      );
    const sections = KINDS.map(([title, rows]) =>
      el(
        "fieldset",
        { class: "choices" },
        el("legend", {}, t(title)),
        ...rows.map(([is, name, key]) => keyed(t(name), key, () => choose(is))),
      ),
    );
    const where = el(
      "fieldset",
      { class: "choices" },
      el("legend", {}, t("Paragraphs")),
      keyed(t("Begin a new one here"), "b", () => done({ is: "split" })),
      keyed(t("Join with the one before"), "j", () => done({ is: "join" })),
    );
    const gaps = el(
      "fieldset",
      { class: "choices" },
      el("legend", {}, t("Words")),
      keyed(t("The print itself is wrong (sic) …"), "c", () => done({ sic: true })),
      keyed(t("These words cannot be read"), "x", () => done({ gap: "[…]" })),
      keyed(t("Words are missing after this"), "m", () => done({ gap: "{reading} […]" })),
    );
    $("correct").onkeydown = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const wanted = $("correct").querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (!wanted) return;
      event.preventDefault();
      event.stopPropagation(); // the dialog will be closed by then, and the key would mean a view
      wanted.click();
    };
    return [
      el("h2", { id: "correct-title" }, several ? t("What are these lines?") : t("What is this?")),
      el("p", { class: "context" }, visible(text)),
      block
        ? el(
            "p",
            { class: "why" },
            block.by
              ? t("Now {what}, as {who} decided.", { what: t(block.says), who: block.by })
              : t("Now {what}.", { what: t(block.says) }),
          )
        : null,
      several ? null : where,
      ...sections,
      gaps,
      cancel(),
    ];
  }).finally(() => {
    $("correct").onkeydown = null;
  });
}

/**
 * The decisions that make a selection something: its lines are cut out of the blocks around them
 * first. `next` is where the word after the selection begins, or null.
 */
export function structureItems({ is, call, first, last, blocks, next }) {
  const at = (word, after, more = {}) => ({ verdict: "structure", ...word, after, ...more });
  if (is === "split" || is === "join") return [at(first, is)];
  const inside = blocks.filter((one) => one.start < last.end && one.end > first.start);
  const items = [];
  const several = first.start !== last.start;
  if (several && inside[0] && inside[0].start < first.start) items.push(at(first, "split"));
  const tail = inside.at(-1);
  if (several && next && tail && next.start < tail.end) items.push(at(next, "split"));
  const starts = several
    ? [first, ...inside.slice(1).map((one) => ({ start: one.start, end: one.start + 1 }))]
    : [first];
  for (const word of starts) items.push(at(word, is, call && word === first ? { call } : {}));
  return items;
}

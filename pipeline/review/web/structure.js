// What a block of text is, and where one begins: the dialog, and the decisions that come of it.

import { answer } from "./dialogs.js";
import { el, visible } from "./parts.js";

const $ = (id) => document.getElementById(id);

/** What a block may be, in groups: command, name, key. */
const KINDS = [
  [
    "Text",
    [
      ["paragraph", "Paragraph", "p"],
      ["heading 1", "Heading", "1"],
      ["heading 2", "Second level", "2"],
      ["heading 3", "Third level", "3"],
      ["verse", "Verse", "v"],
      ["item", "List item", "l"],
      ["blockquote", "Block quotation", "q"],
      ["note", "Note …", "n"],
    ],
  ],
  [
    "Letters and plays",
    [
      ["dateline", "Dateline", ""],
      ["salute", "Salutation", ""],
      ["signed", "Signature", ""],
      ["stage", "Stage direction", ""],
      ["separator", "Separator", ""],
    ],
  ],
  [
    "Not part of the text",
    [
      ["header", "Running head", "h"],
      ["footer", "Running foot", "f"],
      ["pageNum", "Page number", "g"],
      ["catch", "Catchword", ""],
      ["sig", "Signature mark", ""],
    ],
  ],
];

const NAMES = Object.fromEntries(KINDS.flatMap(([, rows]) => rows.map(([is, name]) => [is, name])));

/** The name of a command in a list of decisions. */
export function commandName(command) {
  if (command === "split") return "begins a paragraph";
  if (command === "join") return "goes on from the paragraph before";
  if (command.startsWith("call ")) return "calls a note";
  return (NAMES[command] ?? command).replace(" …", "").toLowerCase();
}

/** A word that may call a note: it ends in a sign or a figure. */
const CALLS = /(?:[*†‡§¶‖⁰¹²³⁴-⁹]|[([]\w{1,3}[)\]]|\D\d{1,3})[^\w\s]*$/;

/**
 * Ask what a stretch is. `block` is what it is now, `text` its words, `several` whether more than
 * one word is selected, `words` the page's words as {text, start, end, context}. Resolves to {is},
 * for a note with {call}, or to null.
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
        el("h2", { id: "correct-title" }, "What calls this note?"),
        el("p", { class: "context" }, visible(text)),
        el(
          "div",
          { class: "choices" },
          calls.map((one) =>
            button([el("span", { class: "context" }, one.context, " "), el("mark", {}, one.text)], {
              call: { start: one.start, end: one.end },
            }),
          ),
          button("Nothing on this page", {}),
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
          "Cancel ",
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
        el("legend", {}, title),
        ...rows.map(([is, name, key]) => keyed(name, key, () => choose(is))),
      ),
    );
    const where = el(
      "fieldset",
      { class: "choices" },
      el("legend", {}, "Paragraphs"),
      keyed("Begin a new one here", "b", () => done({ is: "split" })),
      keyed("Join with the one before", "j", () => done({ is: "join" })),
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
      el("h2", { id: "correct-title" }, several ? "What are these lines?" : "What is this?"),
      el("p", { class: "context" }, visible(text)),
      block
        ? el(
            "p",
            { class: "why" },
            `Now ${block.says}${block.by ? `, as ${block.by} decided` : ""}.`,
          )
        : null,
      several ? null : where,
      ...sections,
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

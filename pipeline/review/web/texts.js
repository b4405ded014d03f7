// The words of the page, in the editor's language. The code says them in English.

let known = {};
let sentences = {}; // what the server says, without names in braces
let patterns = []; // … and with them: an expression, and its translation
let language = "en";

/** An English text in the editor's language, with values for the names in braces. */
export function t(text, values = {}) {
  return (known[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** What the server says, in the editor's language: a message, or a reason of several parts. */
export function heard(text) {
  if (language === "en" || !text) return text;
  return (
    rendered(text) ??
    text
      .split("; ")
      .map((part) => rendered(part) ?? listed(part) ?? part)
      .join("; ")
  );
}

/** A sentence that is known; undefined otherwise. */
function rendered(text) {
  if (text in sentences) return sentences[text];
  for (const [expression, wanted] of patterns) {
    const found = expression.exec(text)?.groups;
    if (found) return wanted.replace(/\{(\w+)\}/g, (_, name) => filled(name, found[name]));
  }
  return undefined;
}

/** A list of what was read for what, `e read as c, h read as b`. */
function listed(text) {
  const parts = text.split(", ").map(rendered);
  return parts.includes(undefined) ? undefined : parts.join(", ");
}

function filled(name, text) {
  if (name === "more") return heard(text);
  return /^\d{1,3}(,\d{3})+$/.test(text) ? figure(Number(text.replaceAll(",", ""))) : text;
}

/** An English text as an expression; `{a}` and other single letters hold no comma and blank. */
function expressed(text) {
  const parts = text.split(/\{(\w+)\}/);
  const written = parts.map((part, i) =>
    i % 2
      ? `(?<${part}>${part.length === 1 ? "(?:(?!, ).)*?" : ".*?"})`
      : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  );
  return new RegExp(`^${written.join("")}$`, "su");
}

/** An English text that `t` translates when it is shown, for tables that are made before. */
export const later = (text) => text;

/** A number as the language writes it. */
export function figure(n) {
  return n.toLocaleString(language);
}

/** Learn a language: `languages` are those that the server has, with their names. */
export async function speak(languages) {
  const wanted = [localStorage.getItem("emend-language"), ...navigator.languages];
  const found = wanted.map((one) => one?.split("-")[0]).find((one) => one in languages);
  language = found ?? "en";
  if (language !== "en") {
    const { texts, said } = await (await fetch(`texts/${language}`)).json();
    [known, sentences] = [texts, said];
    patterns = Object.entries(said)
      .filter(([text]) => text.includes("{"))
      .sort(([a], [b]) => b.replace(/\{\w+\}/g, "").length - a.replace(/\{\w+\}/g, "").length)
      .map(([text, wanted]) => [expressed(text), wanted]);
  }
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.textContent);
  for (const node of document.querySelectorAll("[data-t-label]"))
    node.setAttribute("aria-label", t(node.getAttribute("aria-label")));
}

/** The language that is spoken. */
export function spoken() {
  return language;
}

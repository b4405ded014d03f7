// The words of the page, in the editor's language. The code says them in English.

let known = {};
let language = "en";

/** An English text in the editor's language, with values for the names in braces. */
export function t(text, values = {}) {
  return (known[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
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
  if (language !== "en") known = await (await fetch(`texts/${language}`)).json();
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.textContent);
  for (const node of document.querySelectorAll("[data-t-label]"))
    node.setAttribute("aria-label", t(node.getAttribute("aria-label")));
}

/** The language that is spoken. */
export function spoken() {
  return language;
}

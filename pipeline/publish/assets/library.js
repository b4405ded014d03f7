// Sorting and filtering the list of editions. Without this script, the whole list is shown, by
// title.
"use strict";
(() => {
  const form = document.getElementById("ui-sift"),
    shelf = document.getElementById("ui-shelf"),
    count = document.getElementById("ui-sifted");
  if (!form) return;
  const lang = document.documentElement.lang,
    items = [...shelf.children];
  const title = (item) => item.querySelector("h2").textContent;
  const family = (item) => {
    const name = item.dataset.author.split("|")[0];
    return name.includes(",") ? name : (name.match(/\S+$/)?.[0] ?? "\uffff");
  };
  const year = (item) => +(/\d{4}/.exec(item.dataset.date)?.[0] ?? 9999);
  const ordered = {
    "": () => 0,
    author: (a, b) => family(a).localeCompare(family(b), lang),
    date: (a, b) => year(a) - year(b),
    words: (a, b) => a.dataset.words - b.dataset.words,
  };
  const matches = {
    author: (item, value) => item.dataset.author.split("|").includes(value),
    century: (item, value) => (/\d{4}/.exec(item.dataset.date)?.[0] ?? "").startsWith(value),
    language: (item, value) => item.dataset.language === value,
    kind: (item, value) => item.dataset.kind === value,
  };
  const apply = () => {
    const { sort = "", ...wanted } = Object.fromEntries(new FormData(form));
    shelf.append(
      ...items.toSorted((a, b) => ordered[sort](a, b) || title(a).localeCompare(title(b), lang)),
    );
    let shown = 0;
    for (const item of items) {
      item.hidden = !Object.entries(wanted).every(
        ([name, value]) => !value || matches[name](item, value),
      );
      shown += !item.hidden;
    }
    const noun = emendSay(shown === 1 ? "edition" : "editions");
    count.textContent = `${shown.toLocaleString(lang)} ${noun}`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = Boolean(new URLSearchParams(location.search).get("q"));
  apply();
})();

// The filters of the list of changes. Without this script, the whole list is shown.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const form = $("ui-filters"),
    rows = [...document.querySelectorAll(".ledger .r")],
    count = $("ui-count"),
    words = $("ui-words");
  if (!form) return;
  const fold = (s) => s.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const fields = { kind: "k", rule: "r", confidence: "c", verdict: "v" };
  let texts = null;
  const apply = () => {
    const wanted = Object.entries(fields)
      .map(([name, key]) => [key, $("ui-" + name).value])
      .filter(([, value]) => value);
    const asked = fold(words.value.trim());
    if (asked)
      texts ??= rows.map((row) =>
        fold(row.querySelector("del").textContent + " " + row.querySelector("ins").textContent),
      );
    let shown = 0;
    rows.forEach((row, i) => {
      const yes =
        wanted.every(([key, value]) => row.dataset[key] === value) &&
        (!asked || texts[i].includes(asked));
      row.hidden = !yes;
      shown += yes;
    });
    for (const part of document.querySelectorAll(".ledger .part"))
      part.style.setProperty("--n", part.querySelectorAll(".r:not([hidden])").length);
    const noun = emendSay(shown === 1 ? "change" : "changes");
    count.textContent = `${shown.toLocaleString(document.documentElement.lang)} ${noun}`;
    const state = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    if (words.value.trim()) state.set("words", words.value.trim());
    history.replaceState(null, "", (state.size ? "?" + state : location.pathname) + location.hash);
  };
  for (const [name, value] of new URLSearchParams(location.search))
    if ($("ui-" + name)) $("ui-" + name).value = value;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  if (location.search) apply();
})();

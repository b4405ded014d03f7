// Search and replace: what is found, how each place would read, and which of them to change.

import { get } from "./desk.js";
import { answer } from "./dialogs.js";
import { compared, count, el, leaf } from "./parts.js";
import { figure, t } from "./texts.js";

const SHOWN = 500; // places in the preview; the others are changed only after these

/** Resolves to the decisions for the places that the editor chose, or to null. */
export function replaceDialog(wanted = "") {
  return answer(document.getElementById("replace"), (done) => {
    const field = (id, label, value = "") => {
      const input = el("input", {
        id,
        value,
        dir: "auto",
        spellcheck: "false",
        autocapitalize: "off",
        autocomplete: "off",
        maxlength: "500",
      });
      return [input, el("label", { class: "field", for: id }, label, input)];
    };
    const [find, findLabel] = field("replace-find", t("Find"), wanted);
    const [put, putLabel] = field("replace-with", t("Replace with"));
    const box = (title) => {
      const input = el("input", { type: "checkbox" });
      return [input, el("label", { class: "check" }, input, title)];
    };
    const [matchCase, caseLabel] = box(t("Match case"));
    const [words, wordsLabel] = box(t("Whole words"));
    const [expression, expressionLabel] = box(t("Regular expression"));
    const list = el("ol", { class: "sample", "aria-label": t("Places") });
    const said = el("p", { class: "figure", role: "status" });
    const save = el("button", { type: "button", class: "accept", disabled: true }, t("Replace"));
    let hits = [];
    let chosen = [];
    const recount = () => {
      const n = chosen.filter((one) => one.checked).length;
      save.disabled = !n;
      save.textContent = n ? t("Replace at {places}", { places: count(n, "place") }) : t("Replace");
    };
    const preview = async () => {
      const how =
        (matchCase.checked ? "c" : "") +
        (words.checked ? "w" : "") +
        (expression.checked ? "r" : "");
      let told;
      try {
        told = await get("search", { q: find.value, with: put.value, how });
      } catch (error) {
        [hits, chosen] = [[], []];
        list.replaceChildren();
        said.textContent = error.message;
        return recount();
      }
      hits = told.hits.filter((hit) => hit.after !== hit.reading).slice(0, SHOWN);
      chosen = hits.map(() => el("input", { type: "checkbox", checked: true }));
      chosen.forEach((one) => {
        one.checked = true;
        one.addEventListener("change", recount);
      });
      const listed =
        told.total > hits.length ? t(", {n} of them listed", { n: figure(hits.length) }) : "";
      said.textContent = !told.total
        ? t("No matches.")
        : `${count(told.total, "place")}${listed}. ${t("Untick what must stay.")}`;
      list.replaceChildren(
        ...hits.map((hit, i) => {
          const [form, after] = compared(hit.reading, hit.after);
          return el(
            "li",
            {},
            el("label", { class: "check figure" }, chosen[i], leaf(hit.n)),
            el("p", { class: "context" }, hit.left, form, after, hit.right),
          );
        }),
      );
      return recount();
    };
    let soon = 0;
    const later = () => {
      clearTimeout(soon);
      soon = setTimeout(preview, 250);
    };
    for (const input of [find, put]) input.addEventListener("input", later);
    for (const input of [matchCase, words, expression]) input.addEventListener("change", later);
    save.addEventListener("click", () =>
      done(
        hits
          .filter((_, i) => chosen[i].checked)
          .map((hit) => ({
            verdict: "reading",
            start: hit.start,
            end: hit.end,
            before: hit.reading,
            after: hit.after,
            scope: "place",
          })),
      ),
    );
    if (wanted) later();
    return [
      el("h2", { id: "replace-title" }, t("Search and replace")),
      findLabel,
      putLabel,
      el("div", { class: "holds" }, caseLabel, wordsLabel, expressionLabel),
      said,
      list,
      el(
        "p",
        { class: "figure" },
        t("Each place becomes a decision of its own; one undo takes them all back."),
      ),
      el(
        "div",
        { class: "actions end" },
        el(
          "button",
          { type: "button", class: "quiet", onclick: () => done(null) },
          t("Cancel "),
          el("kbd", {}, "esc"),
        ),
        save,
      ),
    ];
  });
}

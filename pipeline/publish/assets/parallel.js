// The parallel view: each block of the text beside itself as the OCR read it, in its lines.
"use strict";
(() => {
  const root = document.documentElement,
    text = document.querySelector(".text");
  const APART = "p, h2, h3, h4, h5, h6, ul, ol, dl, figure, aside, .scroll";
  // A block as the OCR has it: its readings for the edited ones, without addresses of its own.
  const raw = (block) => {
    const copy = block.cloneNode(true);
    for (const element of [copy, ...copy.querySelectorAll("*")]) {
      for (const name of ["id", "data-u", "data-n", "data-s", "aria-controls", "aria-expanded"])
        element.removeAttribute(name);
      if (element.matches("a, button")) element.tabIndex = -1;
      const form = element.dataset.o;
      if (form === undefined) continue;
      let inner = element;
      while (inner.firstElementChild) inner = inner.firstElementChild;
      inner.textContent = form;
    }
    for (const element of copy.querySelectorAll(".pb, .note, .at")) element.remove();
    for (const sign of copy.querySelectorAll("button.na"))
      sign.replaceWith(
        Object.assign(document.createElement("sup"), { textContent: sign.textContent }),
      );
    copy.classList.add("raw");
    return copy;
  };
  const blocks = function* (parent) {
    for (const child of [...parent.children])
      if (child.matches(APART)) yield child;
      else if (!child.matches(".from, .at")) yield* blocks(child);
  };
  const apart = () => {
    if (root.dataset.view !== "parallel" || text.classList.contains("paired")) return;
    text.classList.add("paired");
    for (const block of blocks(text)) {
      const pair = document.createElement("div");
      pair.className = "pair";
      block.replaceWith(pair);
      pair.append(raw(block), block);
    }
  };
  const together = () => {
    if (root.dataset.view === "parallel" || !text.classList.contains("paired")) return;
    text.classList.remove("paired");
    for (const pair of text.querySelectorAll(".pair")) pair.replaceWith(pair.lastElementChild);
  };
  const change = () => {
    together();
    apart();
  };
  addEventListener("display", change);
  change();
})();

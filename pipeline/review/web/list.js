// A list of any length. Only the visible rows are in the page.

import { el } from "./parts.js";

/**
 * One option is current; the list keeps the focus and names the option in aria-activedescendant.
 */
export class LongList {
  constructor({ label, row, rem, onpick }) {
    this.row = row;
    this.rem = rem;
    this.onpick = onpick;
    this.items = [];
    this.at = 0;
    this.rows = new Map();
    this.space = el("div", { class: "space", role: "presentation" });
    this.node = el(
      "div",
      { class: "long-list", role: "listbox", tabindex: "0", "aria-label": label },
      this.space,
    );
    this.node.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(this.node);
  }

  get height() {
    return Math.round(this.rem * parseFloat(getComputedStyle(document.documentElement).fontSize));
  }

  set(items, at = 0) {
    this.items = items;
    this.rows.forEach((row) => row.remove());
    this.rows.clear();
    this.space.style.height = `${items.length * this.height}px`;
    this.go(at);
  }

  go(at) {
    this.at = Math.max(0, Math.min(at, this.items.length - 1));
    const top = this.at * this.height;
    const view = this.node;
    if (top < view.scrollTop) view.scrollTop = top - this.height / 2;
    else if (top + this.height > view.scrollTop + view.clientHeight)
      view.scrollTop = top + this.height * 1.5 - view.clientHeight;
    this.draw();
  }

  draw() {
    const height = this.height;
    const first = Math.max(0, Math.floor(this.node.scrollTop / height) - 6);
    const last = Math.min(
      this.items.length,
      Math.ceil((this.node.scrollTop + this.node.clientHeight) / height) + 6,
    );
    for (const [i, row] of this.rows) {
      if ((i < first || i >= last) && i !== this.at) {
        row.remove();
        this.rows.delete(i);
      }
    }
    for (let i = first; i < last; i += 1) this.put(i, height);
    if (this.items.length) this.put(this.at, height);
    for (const [i, row] of this.rows) row.setAttribute("aria-selected", String(i === this.at));
    if (this.items.length) this.node.setAttribute("aria-activedescendant", `row-${this.at}`);
    else this.node.removeAttribute("aria-activedescendant");
  }

  put(i, height) {
    if (this.rows.has(i)) return;
    const row = el(
      "div",
      {
        id: `row-${i}`,
        role: "option",
        "aria-setsize": this.items.length,
        "aria-posinset": i + 1,
        class: "row",
      },
      this.row(this.items[i], i),
    );
    row.style.transform = `translateY(${i * height}px)`;
    row.style.height = `${height}px`;
    row.addEventListener("click", () => {
      this.go(i);
      this.onpick(i, true);
    });
    this.rows.set(i, row);
    this.space.append(row);
  }
}

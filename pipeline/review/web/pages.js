// The pages, and how far the review of each has got.

import { PAGE_STATES, count, el, number } from "./parts.js";
import { company } from "./rounds.js";
import { state } from "./state.js";
import { later, t } from "./texts.js";
import { open } from "./views.js";

const STATES = {
  raw: later("no changes"),
  proposed: later("some changes are pending, or applied and not yet reviewed"),
  reviewed: later("every change is decided, or someone has marked the page as reviewed"),
  validated: later("someone has checked the page against the scan"),
};

export class PagesView {
  constructor() {
    this.node = el("div", { class: "pages" });
    const step = (by) => () => {
      const tiles = [...this.node.querySelectorAll(".tile")];
      tiles[
        Math.max(0, Math.min(tiles.length - 1, tiles.indexOf(document.activeElement) + by))
      ]?.focus();
    };
    this.keys = {
      j: step(1),
      ArrowRight: step(1),
      k: step(-1),
      ArrowLeft: step(-1),
      ArrowDown: () => this.row(1),
      ArrowUp: () => this.row(-1),
      Home: step(-Infinity),
      End: step(Infinity),
    };
  }

  refresh() {
    const { pages } = state.server;
    const kept = [...this.node.querySelectorAll(".tile")].indexOf(document.activeElement);
    const tally = Object.fromEntries(
      Object.keys(STATES).map((name) => [name, pages.filter((page) => page.state === name).length]),
    );
    this.node.replaceChildren(
      el("h2", {}, count(pages.length, "page")),
      el(
        "dl",
        { class: "legend" },
        Object.entries(STATES).map(([name, says]) =>
          el(
            "div",
            {},
            el("dt", { class: `state ${name}` }, `${t(PAGE_STATES[name])} ${tally[name]}`),
            el("dd", {}, t(says)),
          ),
        ),
      ),
      el(
        "ul",
        { class: "tiles" },
        pages.map((page, i) => el("li", {}, this.tile(page, i))),
      ),
    );
    if (kept >= 0) this.node.querySelectorAll(".tile")[kept]?.focus();
  }

  tile(page, i) {
    const left =
      page.state === "proposed"
        ? [
            page.open ? t("{n} pending", { n: page.open }) : "",
            page.made ? t("{n} applied", { n: page.made }) : "",
          ].filter(Boolean)
        : [];
    return el(
      "button",
      { type: "button", class: `tile ${page.state}`, onclick: () => open("read", i) },
      el("strong", {}, number(page.n)),
      el("span", {}, t(PAGE_STATES[page.state])),
      [...left, company(i)]
        .filter(Boolean)
        .map((says) => el("span", { class: "figure" }, says)),
    );
  }

  /** Others have turned to another page. */
  accompany() {
    this.refresh();
  }

  focus() {
    (this.node.querySelector(".tile.proposed") ?? this.node.querySelector(".tile"))?.focus();
  }

  /** To the tile above or below. */
  row(by) {
    const tiles = [...this.node.querySelectorAll(".tile")];
    const here = document.activeElement.getBoundingClientRect();
    const there = tiles.filter((tile) => (tile.getBoundingClientRect().top - here.top) * by > 1);
    const off = (tile) =>
      Math.abs(tile.getBoundingClientRect().top - here.top) * 10 +
      Math.abs(tile.getBoundingClientRect().left - here.left);
    there.sort((a, b) => off(a) - off(b))[0]?.focus();
  }
}

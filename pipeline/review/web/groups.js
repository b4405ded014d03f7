// Pending or applied changes, grouped by reading and replacement: the list, the selected group, its
// places.

import { decide, get } from "./desk.js";
import { ask, draft } from "./dialogs.js";
import { toast } from "./frame.js";
import { batch, bulk } from "./bulk.js";
import { groupHead, groupRow, isQuery, placeRow } from "./group.js";
import { LongList } from "./list.js";
import { count, el, leaf, visible } from "./parts.js";
import { hideScan, nearer, scanShown, showScan } from "./scan.js";
import { AFTER, FORM, KIND, MADE, MISREADING, OPEN, PLACES, START, SURE, state } from "./state.js";
import { figure, later, t } from "./texts.js";
import { open } from "./views.js";

const CHUNK = 60; // places in a request
const LARGEST = 5000; // decisions in a request
const UNLIKELY = 0.2; // proposals that are right less often are hidden until asked for
const EMPTY = {
  decide: later("Nothing is pending. Review the applied changes under “Applied”."),
  made: later("Every applied change has been reviewed."),
  none: later("No matches."),
};

export class GroupsView {
  constructor(name) {
    this.name = name;
    this.column = name === "made" ? MADE : OPEN;
    this.zone = "groups"; // or places: what the keys act on
    this.scope = "text";
    this.group = null;
    this.fetching = false; // more places of the group
    this.told = null; // the server's answer about the group
    this.places = [];
    this.at = 0; // the selected place
    this.wanted = {
      form: "",
      kind: "",
      misreading: "",
      order: "worth",
      sure: name === "made" ? "0" : String(UNLIKELY),
    };
    this.list = new LongList({
      label: name === "made" ? t("Groups of applied changes") : t("Groups of pending changes"),
      rem: 2.5,
      row: (i) => groupRow(state.server.groups[i]),
      onpick: (at, clicked) => {
        this.zone = "groups";
        this.pick(at);
        if (clicked) this.node.classList.add("unfolded");
      },
    });
    this.empty = el("p", { class: "empty" });
    this.hidden = el("p", { class: "hidden-groups" });
    this.detail = el("section", { class: "detail", "aria-label": t("The group") });
    this.node = el(
      "div",
      { class: "groups" },
      el("div", { class: "side" }, this.tools(), this.empty, this.list.node, this.hidden),
      this.detail,
    );
    this.keys = this.bound();
    this.asking = ["e", "/"]; // keys that open a dialog or go to a field
  }

  tools() {
    this.search = el("input", {
      type: "search",
      id: "search",
      placeholder: t("Search readings"),
      "aria-label": t("Search readings"),
      "aria-keyshortcuts": "/",
    });
    const wanted = (name, field) => () => {
      this.wanted[name] = field.value;
      this.fill(0);
    };
    this.search.addEventListener("input", wanted("form", this.search));
    this.search.addEventListener("keydown", (event) => {
      if (!["Enter", "Escape", "ArrowDown"].includes(event.key)) return;
      if (event.key === "Escape" && this.search.value) {
        this.search.value = this.wanted.form = "";
        this.fill(0);
      }
      event.preventDefault();
      this.list.node.focus();
    });
    const choice = (name, label, options) => {
      const field = el(
        "select",
        { "aria-label": label },
        options.map(([value, title]) => el("option", { value }, title)),
      );
      field.addEventListener("change", wanted(name, field));
      return field;
    };
    this.misreading = choice("misreading", t("Misreading"), [["", t("all misreadings")]]);
    const kinds = choice("kind", t("Kind"), [
      ["", t("all kinds")],
      ...Object.entries(state.server.kinds).map(([value, title]) => [value, t(title)]),
    ]);
    const orders = choice("order", t("Order"), [
      ["worth", t("most valuable first")],
      ["places", t("most frequent first")],
      ["sure", t("most certain first")],
      ["text", t("in the order of the text")],
      ["form", t("alphabetical")],
    ]);
    this.sureness = choice("sure", t("Confidence"), [
      [String(UNLIKELY), t("20% sure or more")],
      ["0.5", t("50% sure or more")],
      ["0.8", t("80% sure or more")],
      ["0.95", t("95% sure or more")],
      ["0", t("any confidence")],
    ]);
    this.sureness.value = this.wanted.sure;
    this.every = el("button", {
      type: "button",
      class: "small",
      onclick: () => this.decideShown(),
    });
    return el(
      "div",
      { class: "tools" },
      this.search,
      el("div", { class: "pair" }, kinds, this.sureness),
      this.misreading,
      el("div", { class: "pair" }, orders, this.every),
    );
  }

  bound() {
    const step = (by) => () =>
      this.zone === "groups" ? this.pick(this.list.at + by) : this.goPlace(this.at + by);
    const to = (end) => () =>
      this.zone === "groups"
        ? this.pick(end ? this.list.items.length - 1 : 0)
        : this.goPlace(end ? this.places.length - 1 : 0);
    const [next, previous, into, out] = [step(1), step(-1), () => this.into(), () => this.out()];
    return {
      j: next,
      ArrowDown: next,
      k: previous,
      ArrowUp: previous,
      PageDown: step(10),
      PageUp: step(-10),
      Home: to(false),
      End: to(true),
      Enter: into,
      ArrowRight: into,
      l: into,
      ArrowLeft: out,
      h: out,
      Escape: out,
      a: () => this.act("accept"),
      r: () => this.act("refuse"),
      A: () => this.act("accept", true),
      R: () => this.act("refuse", true),
      x: () => this.right(),
      e: () => this.own(),
      p: () => this.act("accept", this.zone === "groups", { kind: "print" }),
      i: () => this.scan(),
      z: () => nearer(1),
      "+": () => nearer(1),
      "-": () => nearer(-1),
      s: () => this.otherScope(),
      o: () => this.read(),
      "/": () => this.search.select() ?? this.search.focus(),
    };
  }

  // --- showing -----------------------------------------------------------------------------------

  async refresh(keep, number) {
    if (!keep && number === undefined) number = this.remembered();
    const [group, place] = [this.group, this.at];
    await this.fill(keep ? this.list.at : 0, number ?? (keep ? group : null));
    if (this.zone !== "places") return;
    if (this.group === group && this.places.length > place) this.goPlace(place);
    else if (this.places.length) this.goPlace(0);
    else this.out();
  }

  focus() {
    this.list.node.focus({ preventScroll: true });
  }

  /** The group that was selected when this view was last open, also before a reload. */
  remembered() {
    const [form, after, kind] = JSON.parse(sessionStorage.getItem(this.memory) ?? "[]");
    const found = state.server.groups.findIndex(
      (row) => row[FORM] === form && row[AFTER] === after && row[KIND] === kind,
    );
    return found < 0 ? undefined : found;
  }

  get memory() {
    return `emend-at ${state.id} ${this.name}`;
  }

  /** What keys wait for: the selected group is shown. */
  settled() {
    return this.picking;
  }

  /** Fill the list; select a group if it is there, else the one at a position. */
  fill(at, group = null) {
    const rows = state.server.groups;
    const { form, kind, misreading, order, sure } = this.wanted;
    const found = form.toLowerCase();
    const answers = (row) =>
      row[this.column] &&
      (!kind || row[KIND] === kind) &&
      (!misreading || row[MISREADING] === misreading) &&
      (!found ||
        row[FORM].toLowerCase().includes(found) ||
        row[AFTER].toLowerCase().includes(found));
    const every = [...rows.keys()].filter((i) => answers(rows[i]));
    const items = every.filter(
      (i) =>
        rows[i][SURE] >= Number(sure) ||
        (isQuery(rows[i][FORM], rows[i][AFTER]) && Number(sure) <= UNLIKELY),
    );
    this.offerMisreadings();
    this.tellHidden(every.length - items.length);
    const proposing = items.filter((i) => !isQuery(rows[i][FORM], rows[i][AFTER]));
    this.every.hidden = proposing.length < 2;
    this.every.textContent = t("Decide these {n} …", { n: figure(batch(proposing).length) });
    if (order === "places") items.sort((a, b) => rows[b][PLACES] - rows[a][PLACES] || a - b);
    if (order === "sure") items.sort((a, b) => rows[b][SURE] - rows[a][SURE] || a - b);
    if (order === "text") items.sort((a, b) => rows[a][START] - rows[b][START] || a - b);
    if (order === "form") items.sort((a, b) => rows[a][FORM].localeCompare(rows[b][FORM]) || a - b);
    this.empty.hidden = items.length > 0;
    this.empty.textContent = t(EMPTY[found || kind || every.length ? "none" : this.name]);
    const where = group === null ? -1 : items.indexOf(group);
    this.list.set(items, where >= 0 ? where : at);
    return this.pick(this.list.at);
  }

  /** List the misreadings that several groups share, the most frequent first. */
  offerMisreadings() {
    const counts = new Map();
    for (const row of state.server.groups) {
      const name = row[MISREADING];
      if (name && row[this.column] && row[SURE] >= Number(this.wanted.sure))
        counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const shared = [...counts].filter(([name, n]) => n > 1 || name === this.wanted.misreading);
    shared.sort((a, b) => b[1] - a[1]);
    if (this.wanted.misreading && !counts.has(this.wanted.misreading))
      shared.push([this.wanted.misreading, 0]);
    const { value } = this.misreading;
    this.misreading.replaceChildren(
      el("option", { value: "" }, t("all misreadings")),
      ...shared.map(([name, n]) =>
        el("option", { value: name }, `${visible(name)} (${figure(n)})`),
      ),
    );
    this.misreading.value = value;
    this.misreading.hidden = !shared.length;
  }

  /** Show only the groups with the misreading of the selected one, to decide them together. */
  alike() {
    this.wanted.misreading = this.misreading.value = state.server.groups[this.group][MISREADING];
    this.fill(0);
  }

  /** Say how many groups the filter for confidence hides, and offer to show them. */
  tellHidden(n) {
    this.hidden.hidden = !n;
    const all = () => {
      this.wanted.sure = this.sureness.value = "0";
      this.fill(0);
    };
    this.hidden.replaceChildren(
      t("{groups} hidden.", { groups: count(n, "less certain group") }),
      " ",
      el("button", { type: "button", class: "link", onclick: all }, t("Show")),
    );
  }

  pick(at) {
    const picking = this.show(at);
    this.picking = picking.catch(() => null);
    return picking;
  }

  async show(at) {
    this.list.go(at);
    const number = this.list.items[this.list.at];
    this.group = number ?? null;
    this.at = 0;
    this.places = [];
    this.detail.inert = true; // it shows the group selected before
    if (number === undefined) {
      this.node.classList.remove("unfolded");
      this.detail.replaceChildren();
      return;
    }
    const told = await get("group", { n: number });
    if (!told || this.group !== number) return;
    sessionStorage.setItem(
      this.memory,
      JSON.stringify([FORM, AFTER, KIND].map((column) => state.server.groups[number][column])),
    );
    [this.told, this.places] = [told, told.places];
    this.draw();
  }

  draw() {
    const number = this.group;
    const shown =
      (act) =>
      (...more) =>
        this.group === number ? act(...more) : null; // not the next group, which is loading
    const scope = el(
      "select",
      { "aria-label": t("Scope of the decision"), "aria-keyshortcuts": "s", id: "scope" },
      el("option", { value: "text" }, t("in this text")),
      el("option", { value: "project" }, t("in the whole project")),
    );
    scope.value = this.scope;
    scope.addEventListener("change", () => (this.scope = scope.value));
    const head = groupHead(state.server.groups[number], this.told, scope, {
      accept: shown(() => this.act("accept", true)),
      refuse: shown(() => this.act("refuse", true)),
      right: shown(() => this.right(true)),
      own: shown((reading) => this.own(true, reading)),
      print: shown(() => this.act("accept", true, { kind: "print" })),
      alike: this.wanted.misreading ? null : shown(() => this.alike()),
    });
    this.rows = el(
      "ol",
      { class: "places", "aria-label": t("Places, in the order of the text") },
      this.places.map((_, i) => this.placeRow(i)),
    );
    const back = el(
      "button",
      { type: "button", class: "back quiet", onclick: () => this.out() },
      t("‹ Groups"),
    );
    this.detail.replaceChildren(back, this.rows, head);
    this.detail.scrollTop = 0;
    this.detail.inert = false;
    this.offerMore();
    this.mark();
  }

  placeRow(i) {
    const at = (act) => () => {
      this.zone = "places";
      this.at = i;
      this.mark();
      return act?.();
    };
    const place = this.places[i];
    return placeRow(place, i, {
      choose: at(),
      read: () => open("read", place.page, place.entry),
      accept: at(() => this.act("accept")),
      refuse: at(() => this.act("refuse")),
      right: at(() => this.right()),
      own: at(() => this.own()),
      scan: at(() => this.scan()),
    });
  }

  /** Load more places as the reader comes near the end. */
  offerMore() {
    this.detail.querySelector(".more")?.remove();
    const left = this.told.total - this.places.length;
    if (left <= 0) return;
    const more = el(
      "button",
      { type: "button", class: "more", onclick: () => this.more() },
      t("{n} more places", { n: figure(left) }),
    );
    this.rows.after(more);
    new IntersectionObserver(
      (seen, watch) => {
        if (!seen[0].isIntersecting) return;
        watch.disconnect();
        this.more();
      },
      { rootMargin: "400px" },
    ).observe(more);
  }

  async more() {
    const number = this.group;
    if (this.fetching) return;
    this.fetching = true;
    const told = await get("group", { n: number, offset: this.places.length }).finally(
      () => (this.fetching = false),
    );
    if (!told || this.group !== number) return;
    for (const place of told.places) this.rows.append(this.placeRow(this.places.push(place) - 1));
    this.offerMore();
  }

  mark() {
    [...this.rows.children].forEach((row, i) => {
      const current = this.zone === "places" && i === this.at;
      row.classList.toggle("current", current);
      if (current) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    });
    this.node.dataset.zone = this.zone;
  }

  goPlace(i) {
    this.at = Math.max(0, Math.min(i, this.places.length - 1));
    this.mark();
    const row = this.rows.children[this.at];
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
    if (scanShown()) this.scan(true);
    if (this.at > this.places.length - 10 && this.places.length < this.told.total) this.more();
  }

  into() {
    if (this.group === null) return;
    this.zone = "places";
    this.node.classList.add("unfolded");
    this.goPlace(this.at);
  }

  out() {
    this.zone = "groups";
    this.node.classList.remove("unfolded");
    if (this.group !== null) this.mark();
    hideScan();
    this.list.node.focus();
  }

  scan(anew = false) {
    if (scanShown() && !anew) return hideScan();
    const place = this.places[this.zone === "places" ? this.at : 0];
    if (!place) return null;
    if (place.image && !place.image.remote)
      return showScan(place.image.surface, place.image.on_page, leaf(place.n));
    return showScan(state.server.pages[place.page].surface, null, leaf(place.n));
  }

  read() {
    const place = this.places[this.at];
    return place && open("read", place.page, place.entry);
  }

  otherScope() {
    this.scope = this.scope === "text" ? "project" : "text";
    const select = this.detail.querySelector("#scope");
    if (select) select.value = this.scope;
    toast(
      this.scope === "text"
        ? t("Decisions on a group apply in this text.")
        : t("Decisions on a group apply in the whole project."),
    );
  }

  // --- deciding ----------------------------------------------------------------------------------

  async act(verdict, whole = this.zone === "groups", more = {}) {
    if (this.group === null) return;
    const row = state.server.groups[this.group];
    const place = whole ? null : this.places[this.at];
    if (!whole && !place) return;
    const item = place
      ? { verdict, entry: place.entry, ...more }
      : {
          verdict,
          group: this.group,
          scope: this.scope,
          of: this.name === "made" ? "made" : "open",
          ...more,
        };
    const [form, after] = [visible(row[FORM]), visible(more.after ?? row[AFTER])];
    const said =
      more.kind === "print"
        ? t("Printer’s error:")
        : verdict === "accept"
          ? t("Accepted")
          : t("Rejected");
    const what =
      verdict === "reading" || row[FORM] === row[AFTER]
        ? t("{form} kept", { form })
        : `${said} ${form} → ${after}`;
    const everywhere = this.scope === "project" && this.told.by_form;
    const beyond = everywhere ? t(", and in the whole project") : "";
    const where = place
      ? t("on {page}", { page: leaf(place.n) })
      : t("at {places}", { places: count(row[this.column] || row[PLACES], "place") }) + beyond;
    if (await decide([item], `${what} ${where}.`)) await this.follow(place);
  }

  /** Decide what the list shows in one step, after a look at it. */
  async decideShown() {
    const rows = state.server.groups;
    const items = batch(
      this.list.items.filter((i) => !isQuery(rows[i][FORM], rows[i][AFTER])).slice(0, LARGEST),
    );
    const decided = await bulk(items, this.column);
    if (!decided) return this.list.node.focus();
    const accepted = items.filter((i) => !decided.rejected.has(i));
    const places = accepted.reduce((sum, i) => sum + rows[i][this.column], 0);
    const of = this.name === "made" ? "made" : "open";
    const said = t("Accepted {groups} at {places}.", {
      groups: count(accepted.length, "group"),
      places: count(places, "place"),
    });
    if (
      await decide(
        items.map((group) => ({
          verdict: decided.rejected.has(group) ? "refuse" : "accept",
          group,
          scope: "text",
          of,
        })),
        said,
      )
    )
      await this.fill(0);
    return this.list.node.focus();
  }

  /** Keep the reading, whatever is proposed for it now or later, as a known word. */
  right(whole = this.zone === "groups") {
    return this.group === null
      ? null
      : this.act("reading", whole, { after: state.server.groups[this.group][FORM] });
  }

  async own(whole = this.zone === "groups", preset = null) {
    if (this.group === null || !this.places.length) return;
    const row = state.server.groups[this.group];
    const place = whole ? null : this.places[this.at];
    const what = place ? `place ${place.start}` : `group ${row[FORM]} → ${row[AFTER]}`;
    const name = `${state.id} ${what}`;
    const asked = await ask({
      place: name,
      form: row[FORM],
      reading: preset ?? (place ? place.after : row[AFTER]),
      image: (place ?? this.places[0]).image,
      words: this.told.words,
      places: row[PLACES],
      group: !place,
      scope: place || !this.told.by_form ? "place" : this.scope,
      kind: row[KIND] === "print" ? "print" : "ocr",
    });
    if (!asked) return place ? this.goPlace(this.at) : this.list.node.focus();
    const concern =
      asked.scope === "place" && place ? { entry: place.entry } : { group: this.group };
    const item = {
      verdict: "reading",
      after: asked.after,
      kind: asked.kind,
      note: asked.note,
      scope: asked.scope,
      ...concern,
    };
    if (
      !(await decide([item], `${t("Corrected:")} ${visible(row[FORM])} → ${visible(asked.after)}.`))
    )
      return;
    draft(name);
    await this.follow(place);
  }

  /** After a decision, go to the next place, or to the next group. */
  async follow(place) {
    const number = this.group;
    const still = state.server.groups[number][this.column];
    if (!place || !still) {
      this.zone = "groups";
      await this.fill(this.list.items.indexOf(number) + (still ? 1 : 0));
      if (scanShown()) this.scan(true);
      this.list.node.focus({ preventScroll: true });
      return;
    }
    const from = Math.floor(this.at / CHUNK) * CHUNK;
    const told = await get("group", { n: number, offset: from });
    told.places.forEach((one, i) => {
      this.places[from + i] = one;
      this.rows.children[from + i]?.replaceWith(this.placeRow(from + i));
    });
    this.list.rows.get(this.list.at)?.replaceChildren(...groupRow(state.server.groups[number]));
    this.goPlace(this.at + 1);
  }
}

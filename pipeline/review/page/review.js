// The review page: proposals by group, running text, pages, and what was decided. Nothing counts before it is on disk.

import { LongList, KINDS, STANDS, compared, count, duration, el, leaf, moment, visible } from "./parts.js";
import { ReadView } from "./read.js";
import { ask as openCorrection, conflict, help } from "./dialogs.js";

const $ = (id) => document.getElementById(id);
const FORM = 0, AFTER = 1, KIND = 2, PLACES = 3, OPEN = 4, MADE = 5, ACCEPTED = 6, REFUSED = 7, WORTH = 8, SURE = 9, RULE = 10; // prettier-ignore
const VIEWS = [
  ["lost", "Lost"],
  ["decide", "To decide"],
  ["made", "Made"],
  ["read", "Read"],
  ["pages", "Pages"],
  ["log", "Decided"],
];
const CHUNK = 60;

/** What the page knows. `server` is the last state it was told. */
const S = { texts: [], id: "", who: "", server: null, view: "", undo: [], busy: false, waiting: 0 };
export const state = S;

// --- the server ---------------------------------------------------------------------------------------------------

const DOWN = "The server does not answer. Start emend review again; what was said to be on disk is safe.";

export async function get(what, query = {}) {
  const response = await fetch(`api/${encodeURIComponent(S.id)}/${what}?${new URLSearchParams(query)}`).catch(() => {
    throw new Error(DOWN);
  });
  const told = await response.json();
  if (response.status === 202) return null;
  if (!response.ok) throw new Error(told.error || `The server answered ${response.status}.`);
  return told;
}

/** Write decisions. Resolves to the server's answer once they are on disk, to null if nothing was written. */
export async function decide(items, said) {
  if (S.busy) return null;
  S.busy = true;
  document.body.classList.add("busy");
  try {
    for (;;) {
      const response = await fetch(`api/${encodeURIComponent(S.id)}/decisions`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ epoch: S.server.epoch, version: S.server.version, who: S.who, items }),
      });
      const told = await response.json();
      if (response.status === 409) {
        const mine = await conflict(told, items);
        const anew = S.server.epoch;
        await load();
        if (mine && told.found.length && S.server.epoch === anew) continue;
        await view.refresh?.(true);
        return null;
      }
      if (!response.ok) {
        trouble(`${told.error || "The server refused."} Nothing was recorded.`);
        return null;
      }
      trouble("");
      settle(told);
      if (!items.every((item) => item.verdict === "undo")) S.undo.push(told.ids);
      if (said) toast(`${said} On disk.`);
      return told;
    }
  } catch {
    trouble("The server does not answer, so this was not recorded. Start emend review again; what was said to be on disk is safe.");
    return null;
  } finally {
    S.busy = false;
    document.body.classList.remove("busy");
  }
}

function settle(told) {
  for (const [i, row] of Object.entries(told.groups)) S.server.groups[i] = row;
  for (const name of ["version", "progress", "stale", "pages", "learned"]) S.server[name] = told[name];
  furnish();
}

async function load() {
  for (;;) {
    const told = await get("state");
    if (told) {
      S.server = told;
      break;
    }
    $("main").replaceChildren(el("p", { class: "wait" }, "The text is being read…"));
    await new Promise((go) => setTimeout(go, 400));
  }
  furnish();
}

/** Others may decide meanwhile: look now and then, and when the page is looked at again; never while something is under way. */
function look() {
  if (!S.server || S.busy || document.hidden || running || document.querySelector("dialog[open]")) return;
  pressed.push(lookNow);
  run();
}

async function lookNow() {
  try {
    const told = await get("version");
    if (!told) return;
    if ($("trouble").textContent.startsWith("The server does not answer")) trouble("");
    if (told.version === S.server.version && told.epoch === S.server.epoch) return;
    await load();
    await view.refresh?.(true);
    toast("Others have decided meanwhile; this page is up to date.");
  } catch {
    if ($("trouble").hidden) trouble(DOWN);
  }
}

export async function undo() {
  const ids = S.undo.length ? S.undo.pop() : (S.server.last[S.who] ?? []);
  if (!ids.length) return toast("There is nothing to undo.");
  const told = await decide(ids.map((id) => ({ verdict: "undo", undoes: id })), `Undone: ${count(ids.length, "decision")}.`);
  if (!told) return S.undo.push(ids);
  delete S.server.last[S.who];
  await view.refresh?.(true, Object.keys(told.groups).map(Number)[0]);
}

// --- the frame ----------------------------------------------------------------------------------------------------

export function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("seen");
  clearTimeout(S.waiting);
  S.waiting = setTimeout(() => $("toast").classList.remove("seen"), 6000);
}

export function trouble(text) {
  $("trouble").hidden = !text;
  $("trouble").textContent = text;
}

function furnish() {
  const { progress, stale, fragments } = S.server;
  const done = progress.total ? (100 * (progress.total - progress.open - progress.made)) / progress.total : 100;
  $("bar").setAttribute("aria-valuenow", String(Math.round(done)));
  $("bar").firstElementChild.style.width = `${done}%`;
  const pace = progress.seconds !== null && progress.groups ? ` · about ${duration(progress.seconds)} at this pace` : "";
  $("left").textContent = progress.open
    ? `${count(progress.open, "place")} in ${count(progress.groups, "group")} left${pace}`
    : "Nothing is left to decide";
  const counts = {
    lost: stale.length,
    decide: S.server.groups.filter((row) => row[OPEN]).length,
    made: S.server.groups.filter((row) => row[MADE]).length,
  };
  const buttons = VIEWS.filter(([name]) => name !== "lost" || stale.length).map(([name, title], i) => {
    const key = String(VIEWS.findIndex(([other]) => other === name));
    return el(
      "button",
      { type: "button", class: name === "lost" ? "lost" : null, "aria-current": name === S.view ? "page" : null, "aria-keyshortcuts": key, onclick: () => open(name) },
      title,
      name in counts ? el("span", { class: "figure" }, counts[name].toLocaleString("en")) : null,
    );
  });
  $("views").replaceChildren(...buttons);
  if (fragments.length) trouble(`A line of a decisions file is only half there (${fragments.join("; ")}): a process was killed while writing it. It was never acknowledged, and is kept.`);
}

let view = {};

export async function open(name, ...more) {
  if (name === "lost" && !S.server.stale.length) name = "decide";
  S.view = name;
  furnish();
  hideScan();
  view.close?.();
  view = { lost: lostView, decide: groupsView, made: groupsView, read: readView, pages: pagesView, log: logView }[name](name, ...more);
  $("main").replaceChildren(view.node);
  $("main").className = `view-${name}`;
  location.replace(`#${S.id}/${name}${name === "read" ? `/${view.number}` : ""}`);
  await view.refresh?.(false);
  view.focus?.();
}

function readView(_, number = 0, word = null) {
  return new ReadView(number, word);
}

// --- the scan ------------------------------------------------------------------------------------------------------

export function snippet(image) {
  if (!image) return null;
  if (image.remote) return el("a", { href: image.remote, target: "_blank", rel: "noreferrer", class: "remote" }, "page image on the web");
  const [left, top, width, height] = image.word.map((part) => `${part * 100}%`);
  const box = el("span", { class: "box", "aria-hidden": "true" });
  Object.assign(box.style, { left, top, width, height });
  const picture = el("img", { src: `image/${encodeURIComponent(S.id)}/${image.surface}?crop=${image.crop.join(",")}`, alt: "This word and its line on the scan", loading: "lazy", width: image.size[0], height: image.size[1] });
  const frame = el("span", { class: "snippet" }, picture, box);
  frame.style.aspectRatio = `${image.size[0]} / ${image.size[1]}`;
  frame.style.maxWidth = `min(100%, ${(image.size[0] / image.size[1]) * 4.2}rem)`;
  return frame;
}

export function showScan(surface, on = null, title = "") {
  const aside = $("scan");
  if (surface === null || surface === undefined) return toast("There is no page image for this.");
  if (typeof surface === "string") return window.open(surface, "_blank", "noreferrer");
  const box = on ? el("span", { class: "box", "aria-hidden": "true" }) : null;
  if (on) Object.assign(box.style, { left: `${on[0] * 100}%`, top: `${on[1] * 100}%`, width: `${on[2] * 100}%`, height: `${on[3] * 100}%` });
  const picture = el("img", { src: `image/${encodeURIComponent(S.id)}/${surface}`, alt: `Scan of ${title || "the page"}` });
  picture.addEventListener("load", () => box?.scrollIntoView({ block: "center" }));
  aside.replaceChildren(
    el("div", { class: "scan-head" }, el("strong", {}, title), el("button", { type: "button", class: "quiet", onclick: hideScan }, "Close ", el("kbd", {}, "i"))),
    el("div", { class: "scan-page", tabindex: "0" }, el("div", { class: "scan-sheet" }, picture, box)),
  );
  aside.hidden = false;
  document.body.classList.add("with-scan");
}

export function hideScan() {
  $("scan").hidden = true;
  document.body.classList.remove("with-scan");
}

// --- groups ---------------------------------------------------------------------------------------------------------

function groupsView(name) {
  const column = name === "made" ? MADE : OPEN;
  const self = { zone: "groups", scope: "text", group: null, places: [], at: 0, wanted: "", kind: "", sort: "worth", note: "" };
  const list = new LongList({
    label: name === "made" ? "Groups of changes that were made" : "Groups of proposals",
    rem: 2.75,
    row: (i) => groupRow(S.server.groups[i]),
    onpick: (at, clicked) => {
      self.zone = "groups";
      pick(at);
      if (clicked) self.node.classList.add("unfolded");
    },
  });
  const search = el("input", { type: "search", id: "search", placeholder: "Search forms", "aria-label": "Search forms", "aria-keyshortcuts": "/" });
  search.addEventListener("input", () => {
    self.wanted = search.value;
    fill(0);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape" || event.key === "ArrowDown") {
      if (event.key === "Escape") {
        search.value = self.wanted = "";
        fill(0);
      }
      event.preventDefault();
      list.node.focus();
    }
  });
  const kinds = el("select", { "aria-label": "Kind" }, el("option", { value: "" }, "all kinds"), ...Object.entries(KINDS).map(([value, title]) => el("option", { value }, title)));
  kinds.addEventListener("change", () => {
    self.kind = kinds.value;
    fill(0);
  });
  const sorts = el("select", { "aria-label": "Order" }, ...[["worth", "by worth"], ["places", "by number"], ["form", "by form"]].map(([value, title]) => el("option", { value }, title)));
  sorts.addEventListener("change", () => {
    self.sort = sorts.value;
    fill(0);
  });
  const empty = el("p", { class: "empty" });
  const detail = el("section", { class: "detail", "aria-label": "The group" });
  self.node = el(
    "div",
    { class: "groups" },
    el("div", { class: "side" }, el("div", { class: "tools" }, search, el("div", { class: "pair" }, kinds, sorts)), empty, list.node),
    detail,
  );

  function fill(at, group = null) {
    const rows = S.server.groups;
    const wanted = self.wanted.toLowerCase();
    let items = rows.map((_, i) => i).filter((i) => rows[i][column] && (!self.kind || rows[i][KIND] === self.kind) && (!wanted || rows[i][FORM].toLowerCase().includes(wanted) || rows[i][AFTER].toLowerCase().includes(wanted)));
    if (self.sort === "places") items.sort((a, b) => rows[b][PLACES] - rows[a][PLACES] || a - b);
    if (self.sort === "form") items.sort((a, b) => rows[a][FORM].localeCompare(rows[b][FORM]) || a - b);
    empty.hidden = items.length > 0;
    empty.textContent = wanted || self.kind ? "Nothing answers to this search." : name === "made" ? "Every change that was made has been looked at." : "Nothing is left to decide. The changes that were made can be looked through under “Made”.";
    const where = group === null ? -1 : items.indexOf(group);
    list.set(items, where >= 0 ? where : at);
    return pick(list.at);
  }

  /** Choose a group. Keys wait until it is shown. */
  function pick(at) {
    const picking = pickNow(at);
    self.picking = picking.catch(() => null);
    return picking;
  }

  async function pickNow(at) {
    list.go(at);
    const number = list.items[list.at];
    self.group = number ?? null;
    self.at = 0;
    self.places = [];
    self.total = 0;
    detail.inert = true; // what it shows is no longer what is chosen
    if (number === undefined) {
      detail.replaceChildren();
      return;
    }
    const told = await get("group", { n: number });
    if (!told || self.group !== number) return;
    self.places = told.places;
    self.total = told.total;
    self.told = told;
    drawDetail();
  }

  function drawDetail() {
    const row = S.server.groups[self.group];
    const [form, after] = compared(row[FORM], row[AFTER]);
    const n = row[PLACES];
    const number = self.group;
    const whenShown = (then) => () => (self.group === number ? then() : null); // not the next one, which is on its way
    const first = self.places[0];
    const whole = n === 1 ? "" : n === 2 ? " both" : ` all ${n.toLocaleString("en")}`;
    const scope = el("select", { "aria-label": "Where the decision holds", "aria-keyshortcuts": "s", id: "scope" }, el("option", { value: "text" }, "in this text"), el("option", { value: "project" }, "in the whole project"));
    scope.value = self.scope;
    scope.addEventListener("change", () => (self.scope = scope.value));
    const others = self.told.alternatives.filter(([other]) => other !== row[AFTER]);
    const head = el(
      "header",
      {},
      el("button", { type: "button", class: "back quiet", onclick: () => self.node.classList.remove("unfolded") }, "‹ Groups"),
      el("h2", {}, form, el("span", { class: "arrow", "aria-label": "becomes" }, "→"), after),
      el(
        "p",
        { class: "facts" },
        el("span", { class: `kind kind-${row[KIND]}` }, KINDS[row[KIND]] ?? row[KIND]),
        el("span", {}, count(n, "place")),
        el("span", { title: "how sure the pipeline is" }, row[SURE] >= 0.995 ? "over 99 % sure" : `${Math.round(row[SURE] * 100)} % sure`),
        el("span", { title: "how many wrong readings this decision mends, on average" }, `worth ${row[WORTH] < 0.1 ? "under 0.1" : row[WORTH] < 10 ? row[WORTH].toFixed(1) : Math.round(row[WORTH])}`),
        el("code", {}, row[RULE]),
      ),
      el("p", { class: "why" }, first?.why ?? ""),
      self.told.known.length ? el("p", { class: "known" }, el("strong", {}, "From your decisions: "), self.told.known.join("; ") + ".") : null,
      el(
        "div",
        { class: "actions", role: "group", "aria-label": "Decide the whole group" },
        button(`Accept${whole}`, "A", "accept", whenShown(() => act("accept", true))),
        button(`Refuse${whole}`, "R", "refuse", whenShown(() => act("refuse", true))),
        button("Right as it is", "x", "", whenShown(() => right(true))),
        button("Own reading", "e", "", whenShown(() => own(true))),
        button("Printer’s error", "p", "", whenShown(() => act("accept", true, { kind: "print" }))),
        self.told.by_form
          ? el("label", { class: "scope" }, el("span", {}, "Holds"), scope)
          : el("span", { class: "scope" }, n === 1 ? "Holds at this place." : `Holds at these ${n.toLocaleString("en")} places: elsewhere the form may be right.`),
      ),
      others.length
        ? el("p", { class: "others" }, "Or: ", others.map(([other, sure]) => el("button", { type: "button", class: "chip", onclick: whenShown(() => own(true, other)) }, visible(other), el("span", { class: "figure" }, `${Math.round(sure * 100)} %`))))
        : null,
    );
    const ol = el("ol", { class: "places", "aria-label": "Places, in the order of the text" }, self.places.map(placeRow));
    detail.replaceChildren(head, ol);
    detail.inert = false;
    if (self.places.length < self.total) {
      const more = el("button", { type: "button", class: "more" }, `${(self.total - self.places.length).toLocaleString("en")} more places`);
      more.addEventListener("click", loadMore);
      new IntersectionObserver((seen, watch) => {
        if (!seen[0].isIntersecting) return;
        watch.disconnect();
        loadMore();
      }, { root: null, rootMargin: "400px" }).observe(more);
      detail.append(more);
    }
    mark();
  }

  async function loadMore() {
    const number = self.group;
    if (self.more) return;
    self.more = true;
    const told = await get("group", { n: number, offset: self.places.length });
    self.more = false;
    if (!told || self.group !== number) return;
    const ol = detail.querySelector(".places");
    const rest = detail.querySelector(".more");
    told.places.forEach((place) => {
      self.places.push(place);
      ol.append(placeRow(place, self.places.length - 1));
    });
    if (self.places.length >= self.total) rest?.remove();
    else if (rest) {
      rest.textContent = `${(self.total - self.places.length).toLocaleString("en")} more places`;
      new IntersectionObserver((seen, watch) => {
        if (seen[0].isIntersecting) {
          watch.disconnect();
          loadMore();
        }
      }, { rootMargin: "400px" }).observe(rest);
    }
  }

  function placeRow(place, i) {
    const [form, after] = compared(place.form, place.after);
    const settled = place.stands === "accepted" || place.stands === "refused";
    const told = settled ? `${STANDS[place.stands]}${place.by ? ` by ${place.by}` : ""}${place.scope && place.scope !== "place" ? ` (${place.scope})` : ""}` : "";
    const other = settled && place.reading.replace(/\s+/g, " ") !== place.after.replace(/\s+/g, " ") && place.reading !== place.form ? el("span", { class: "now" }, "reads ", el("q", {}, visible(place.reading))) : null;
    return el(
      "li",
      { class: `place ${place.stands}`, tabindex: "-1", "data-i": i, onclick: () => { self.zone = "places"; self.at = i; mark(); } },
      el("div", { class: "where" }, el("button", { type: "button", class: "link", title: "Read this page", onclick: () => open("read", place.page, place.entry) }, `${leaf(place.n)}, l. ${place.line}`), el("span", { class: "stands" }, told), other),
      el("p", { class: "context", dir: "auto" }, place.left, form, after, place.right),
      snippet(place.image),
      el(
        "div",
        { class: "place-actions", role: "group", "aria-label": "Decide this place" },
        button("Accept", "a", "accept small", () => at(i, () => act("accept"))),
        button("Refuse", "r", "refuse small", () => at(i, () => act("refuse"))),
        button("Right", "x", "small", () => at(i, () => right())),
        button("Own", "e", "small", () => at(i, () => own())),
        place.image && !place.image.remote ? button("Page", "i", "small", () => at(i, scan)) : null,
      ),
    );
  }

  function at(i, then) {
    self.zone = "places";
    self.at = i;
    mark();
    return then();
  }

  function mark() {
    detail.querySelectorAll(".place").forEach((row, i) => row.classList.toggle("current", self.zone === "places" && i === self.at));
    self.node.dataset.zone = self.zone;
  }

  function goPlace(i) {
    self.at = Math.max(0, Math.min(i, self.places.length - 1));
    mark();
    const row = detail.querySelectorAll(".place")[self.at];
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
    if (self.at > self.places.length - 10 && self.places.length < self.total) loadMore();
  }

  async function act(verdict, whole = self.zone === "groups", more = {}) {
    if (self.group === null) return;
    const row = S.server.groups[self.group];
    const place = whole ? null : self.places[self.at];
    if (!whole && !place) return;
    const item = place ? { verdict, entry: place.entry, ...more } : { verdict, group: self.group, scope: self.scope, ...more };
    const stays = verdict === "reading" && more.after === row[FORM];
    const what = verdict === "accept" ? (more.kind === "print" ? "Printer’s error:" : "Accepted") : verdict === "refuse" ? "Refused" : "Your reading stands:";
    const target = more.after ?? row[AFTER];
    const told = await decide([item], `${stays ? `${visible(row[FORM])} is right` : `${what} ${visible(row[FORM])} → ${visible(target)}`}${place ? ` on ${leaf(place.n)}` : ` at ${count(row[PLACES], "place")}${self.scope === "project" && self.told.by_form ? ", and in the whole project" : ""}`}.`);
    if (told) await follow(place);
  }

  /** After a decision: to the next place, or to the next group. */
  async function follow(place) {
    const number = self.group;
    if (!place || !S.server.groups[number][column]) {
      self.zone = "groups";
      const stay = list.items.indexOf(number);
      await fill(S.server.groups[number][column] ? stay + 1 : stay);
      self.node.classList.remove("unfolded");
      list.node.focus();
      return;
    }
    const from = Math.floor(self.at / CHUNK) * CHUNK;
    const told = await get("group", { n: number, offset: from });
    told.places.forEach((one, i) => {
      self.places[from + i] = one;
      detail.querySelectorAll(".place")[from + i]?.replaceWith(placeRow(one, from + i));
    });
    list.rows.get(list.at)?.replaceChildren(groupRow(S.server.groups[number]));
    goPlace(self.at + 1);
  }

  async function own(whole = self.zone === "groups", preset) {
    if (self.group === null) return;
    const row = S.server.groups[self.group];
    const place = whole ? null : self.places[self.at];
    if (!self.places.length) return;
    const asked = await openCorrection({
      form: row[FORM],
      reading: preset ?? (place ? place.after : row[AFTER]),
      image: (place ?? self.places[0])?.image,
      words: self.told.words,
      places: row[PLACES],
      group: !place,
      scope: place || !self.told.by_form ? "place" : self.scope,
      kind: row[KIND] === "print" ? "print" : "ocr",
    });
    if (!asked) return list.node.focus();
    const concern = asked.scope === "place" && place ? { entry: place.entry } : { group: self.group };
    const item = { verdict: "reading", after: asked.after, kind: asked.kind, note: asked.note, scope: asked.scope, ...concern };
    const told = await decide([item], `Your reading stands: ${visible(row[FORM])} → ${visible(asked.after)}.`);
    if (told) await follow(place);
  }

  /** The form is what was printed: it stays, whatever is proposed for it now or later, and is a word from now on. */
  const right = (whole = self.zone === "groups") => {
    const row = self.group === null ? null : S.server.groups[self.group];
    return row && act("reading", whole, { after: row[FORM] });
  };

  function scan() {
    if (!$("scan").hidden) return hideScan();
    const place = self.places[self.zone === "places" ? self.at : 0];
    if (place?.image && !place.image.remote) showScan(place.image.surface, place.image.on_page, leaf(place.n));
    else showScan(place ? S.server.pages[place.page].surface : null, null, place ? leaf(place.n) : "");
  }

  const step = (by) => {
    if (self.zone === "groups") return pick(list.at + by);
    return goPlace(self.at + by);
  };
  const into = () => {
    if (self.group === null) return;
    self.zone = "places";
    self.node.classList.add("unfolded");
    goPlace(self.at);
  };
  const out = () => {
    self.zone = "groups";
    self.node.classList.remove("unfolded");
    mark();
    list.node.focus();
  };
  self.keys = {
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    PageDown: () => step(10), PageUp: () => step(-10),
    Home: () => self.zone === "groups" ? pick(0) : goPlace(0),
    End: () => self.zone === "groups" ? pick(list.items.length - 1) : goPlace(self.places.length - 1),
    Enter: into, ArrowRight: into, l: into, ArrowLeft: out, h: out, Escape: out,
    a: () => act("accept"), r: () => act("refuse"), A: () => act("accept", true), R: () => act("refuse", true),
    x: () => right(), e: () => own(), p: () => act("accept", self.zone === "groups", { kind: "print" }),
    i: scan, "/": () => search.focus(),
    s: () => { self.scope = self.scope === "text" ? "project" : "text"; const select = detail.querySelector("#scope"); if (select) select.value = self.scope; toast(`Decisions on a group hold ${self.scope === "text" ? "in this text" : "in the whole project"}.`); },
    o: () => { const place = self.places[self.at]; if (place) open("read", place.page, place.entry); },
  }; // prettier-ignore
  self.refresh = async (keep, number) => {
    const [group, place] = [self.group, self.at];
    await fill(keep ? list.at : 0, number ?? (keep ? group : null));
    if (self.zone !== "places") return;
    if (self.group === group && self.places.length > place) goPlace(place);
    else if (self.places.length) goPlace(0);
    else out();
  };
  self.focus = () => list.node.focus({ preventScroll: true });
  self.settled = () => self.picking;
  return self;
}

function groupRow(row) {
  const [form, after] = compared(row[FORM], row[AFTER]);
  const decided = row[ACCEPTED] + row[REFUSED];
  const width = Math.min(100, 14 + 30 * Math.log10(1 + row[WORTH] * 4));
  const worth = el("span", { class: "worth", "aria-hidden": "true" });
  worth.style.width = `${width}%`;
  return [
    el("span", { class: "pairing" }, form, el("span", { class: "arrow", "aria-label": "becomes" }, "→"), after),
    el("span", { class: `tag kind-${row[KIND]}` }, row[KIND] === "ocr" ? "" : KINDS[row[KIND]] ?? row[KIND]),
    el("span", { class: "figure" }, decided ? `${decided}/${row[PLACES]}` : row[PLACES].toLocaleString("en"), el("span", { class: "unseen" }, row[PLACES] === 1 ? " place" : " places")),
    worth,
  ];
}

export function button(title, key, name, act) {
  return el("button", { type: "button", class: name, "aria-keyshortcuts": key === "A" || key === "R" ? `Shift+${key}` : key, onclick: (event) => { event.stopPropagation(); if (event.detail < 2) act(); } }, title, el("kbd", { "aria-hidden": "true" }, key === "A" || key === "R" ? `⇧${key.toLowerCase()}` : key));
}

// --- decisions that lost their place ---------------------------------------------------------------------------------

function lostView() {
  const self = { at: 0 };
  self.node = el("div", { class: "lost-list" });
  self.refresh = () => {
    const rows = S.server.stale;
    if (!rows.length) return open("decide");
    self.at = Math.min(self.at, rows.length - 1);
    self.node.replaceChildren(
      el("h2", {}, `${count(rows.length, "decision")} lost ${rows.length === 1 ? "its" : "their"} place`),
      el("p", { class: "lede" }, "The text has changed since they were taken. They change nothing until you say where they belong, or take them back; nothing was guessed."),
      el("ol", {}, rows.map((one, i) => el(
        "li",
        { tabindex: "-1", class: i === self.at ? "current" : null, onclick: () => go(i) },
        el("p", { class: "facts" }, el("strong", {}, { accept: "Accepted", refuse: "Refused", reading: "Own reading", page: "Page" }[one.verdict]), el("span", {}, one.who), el("span", {}, moment(one.when)), one.scope === "place" ? null : el("span", {}, `for the ${one.scope}`)),
        one.verdict === "page"
          ? el("p", {}, one.page === null ? el("q", {}, visible(one.form)) : el("button", { type: "button", class: "link", onclick: () => open("read", one.page) }, `Read page ${S.server.pages[one.page].n} again`))
          : el("p", { class: "context", dir: "auto" }, one.left, ...compared(one.form, one.after), one.right),
        el("p", { class: "why" }, `${one.why}.`),
        one.candidates.length ? el("ul", { class: "candidates", "aria-label": "Where it may belong" }, one.candidates.map((place) => el(
          "li",
          {},
          el("p", { class: "context", dir: "auto" }, el("button", { type: "button", class: "link", onclick: () => open("read", place.page) }, leaf(place.n)), " ", place.left, el("mark", {}, visible(place.form)), place.right),
          one.verdict === "page" ? null : el("button", { type: "button", class: "small", onclick: () => here(one, place) }, one.verdict === "refuse" ? "Here: leave it" : "Here"),
        ))) : null,
        el("button", { type: "button", class: "small", onclick: () => drop(one) }, "Take it back ", el("kbd", {}, "r")),
      ))),
    );
  };
  const go = (i) => {
    self.at = Math.max(0, Math.min(i, S.server.stale.length - 1));
    self.node.querySelectorAll("ol > li").forEach((row, n) => row.classList.toggle("current", n === self.at));
    const row = self.node.querySelectorAll("ol > li")[self.at];
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  };
  const here = async (one, place) => {
    const span = await get("span", { start: place.start, end: place.end });
    const after = one.verdict === "refuse" ? span.form : one.after;
    const item = { verdict: "reading", start: span.start, end: span.end, before: span.reading, after, undoes: one.id };
    if (await decide([item], "The decision has its place again.")) self.refresh();
  };
  const drop = async (one) => {
    if (await decide([{ verdict: "undo", undoes: one.id }], "Taken back.")) self.refresh();
  };
  self.focus = () => go(self.at);
  self.keys = { j: () => go(self.at + 1), k: () => go(self.at - 1), ArrowDown: () => go(self.at + 1), ArrowUp: () => go(self.at - 1), r: () => drop(S.server.stale[self.at]) };
  return self;
}

// --- pages ----------------------------------------------------------------------------------------------------------

function pagesView() {
  const self = {};
  self.node = el("div", { class: "pages" });
  self.refresh = () => {
    const tally = { raw: 0, proposed: 0, reviewed: 0, validated: 0 };
    S.server.pages.forEach((page) => (tally[page.state] += 1));
    self.node.replaceChildren(
      el("h2", {}, count(S.server.pages.length, "page")),
      el("p", { class: "legend" }, Object.entries(tally).map(([name, n]) => el("span", { class: `state ${name}` }, `${name} ${n}`))),
      el("p", { class: "lede" }, "Raw: nothing was changed or proposed. Proposed: something waits for an eye. Reviewed: everything on it is decided, or somebody has read it. Validated: somebody has read it against the scan."),
      el("ul", { class: "tiles" }, S.server.pages.map((page, i) => el(
        "li",
        {},
        el("button", { type: "button", class: `tile ${page.state}`, onclick: () => open("read", i) }, el("strong", {}, page.n), el("span", {}, page.state), page.open ? el("span", { class: "figure" }, `${page.open} open`) : null),
      ))),
    );
  };
  self.keys = {};
  self.focus = () => (self.node.querySelector(".tile.proposed") ?? self.node.querySelector(".tile"))?.focus();
  const step = (by) => {
    const tiles = [...self.node.querySelectorAll(".tile")];
    tiles[Math.max(0, Math.min(tiles.length - 1, tiles.indexOf(document.activeElement) + by))]?.focus();
  };
  for (const [key, by] of [["j", 1], ["ArrowRight", 1], ["k", -1], ["ArrowLeft", -1]]) self.keys[key] = () => step(by);
  return self;
}

// --- what was decided, and what it taught ---------------------------------------------------------------------------

function logView() {
  const self = { rows: [], total: 0 };
  const table = el("ol", { class: "log", "aria-label": "Decisions, the latest first" });
  const more = el("button", { type: "button", class: "more", onclick: () => fetchMore() }, "Earlier decisions");
  const learned = el("section", { class: "learned" });
  const who = el("input", { id: "who", value: S.who, maxlength: "80", autocomplete: "name" });
  who.addEventListener("change", () => {
    S.who = who.value.trim();
    localStorage.setItem("emend-who", S.who);
    toast(`Decisions are now signed “${S.who || "editor"}”.`);
  });
  self.node = el("div", { class: "decided" }, el("section", {}, el("div", { class: "log-head" }, el("h2", {}, "Decided"), el("label", {}, "Signed by ", who)), table, more), learned);
  async function fetchMore(anew = false) {
    const told = await get("decided", { offset: anew ? 0 : self.rows.length });
    self.rows = anew ? told.rows : [...self.rows, ...told.rows];
    self.total = told.total;
    table.replaceChildren(...self.rows.map(row));
    if (!self.total) table.replaceChildren(el("li", { class: "empty" }, "Nothing has been decided yet."));
    more.hidden = self.rows.length >= self.total;
  }
  const verdicts = { accept: "accepted", refuse: "refused", reading: "own reading", page: "page" };
  const row = (one) => el(
    "li",
    { class: one.state === "undone" ? "undone" : null },
    el("span", { class: "when" }, `${moment(one.when)} ${one.who}`),
    el("span", { class: `verdict ${one.verdict}` }, one.verdict === "page" ? one.after : verdicts[one.verdict]),
    el("span", { class: "pairing" }, one.verdict === "page" ? visible(one.form) : [...compared(one.form, one.after)].flatMap((node, i) => (i ? [" → ", node] : [node]))),
    el("span", { class: "figure" }, one.scope === "place" ? "" : `${one.scope}, ${count(one.places, "place")}`, one.kind === "print" ? " · printer’s error" : "", ["holds", "undone"].includes(one.state) ? "" : ` · ${one.state}`),
    one.state === "undone"
      ? el("span", { class: "figure" }, "undone")
      : el("button", { type: "button", class: "small", onclick: async () => { if (await decide([{ verdict: "undo", undoes: one.id }], "Undone.")) self.refresh(); } }, "Undo"),
  );
  self.refresh = async () => {
    const { confusions, words, refused } = S.server.learned;
    learned.replaceChildren(
      el("h2", {}, "What this taught"),
      el("p", { class: "lede" }, "Evidence for the next build, no more: no evidence overrides a decision."),
      el("h3", {}, "Confusions of this OCR"),
      confusions.length ? el("ul", { class: "chips" }, confusions.map(([a, b, n]) => el("li", { class: "chip" }, el("del", {}, visible(a)), " for ", el("ins", {}, visible(b)), el("span", { class: "figure" }, `×${n}`)))) : el("p", {}, "None yet."),
      el("h3", {}, "Words that are right here"),
      words.length ? el("ul", { class: "chips" }, words.map((word) => el("li", { class: "chip" }, word))) : el("p", {}, "None yet."),
      el("h3", {}, "Refused"),
      refused.length ? el("ul", { class: "chips" }, refused.map(([a, b, n]) => el("li", { class: "chip" }, visible(a), " → ", visible(b), el("span", { class: "figure" }, `×${n}`)))) : el("p", {}, "None yet."),
    );
    await fetchMore(true);
  };
  self.keys = {};
  return self;
}

// --- keys -----------------------------------------------------------------------------------------------------------

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !S.server) return;
  const target = event.target;
  if (document.querySelector("dialog[open]") || target.closest("input, textarea, select")) return;
  const key = event.key;
  if (target.closest("button, a") && (key === "Enter" || key === " ")) return;
  const all = { "?": help, u: undo, ...Object.fromEntries(VIEWS.map(([name], i) => [String(i), () => open(name)])) };
  const name = event.shiftKey && key.startsWith("Arrow") ? `Shift+${key}` : key;
  if (!view.keys?.[name] && !all[name]) return;
  event.preventDefault();
  if (expecting) return; // a dialog or a field is on its way: what is typed is meant for it, and no command
  expecting = name === "e" || name === "Enter" || name === "/";
  pressed.push(() => (view.keys?.[name] ?? all[name])?.());
  run();
});

let expecting = false;

/** The dialog that was on its way is there. */
export function arrived() {
  expecting = false;
}

/** Keys are obeyed one after the other: who types faster than the disk decides on the next place, not twice on one. */
const pressed = [];
let running = false;
async function run() {
  if (running) return;
  running = true;
  while (pressed.length) {
    try {
      await view.settled?.();
      await pressed.shift()();
      if (!pressed.length) expecting = false;
    } catch (error) {
      expecting = false;
      pressed.length = 0;
      fault(error);
    }
  }
  running = false;
}

function fault(error) {
  if (error?.message !== DOWN || $("trouble").hidden) trouble(error?.message ?? "Something went wrong.");
}

$("help-button").addEventListener("click", help);
document.addEventListener("visibilitychange", look);
setInterval(look, 4000);
addEventListener("unhandledrejection", (event) => {
  fault(event.reason);
  if (event.reason?.message === DOWN) event.preventDefault();
});

// --- begin -----------------------------------------------------------------------------------------------------------

async function choose(id, name = "", number = 0) {
  S.id = id;
  S.undo = [];
  await load();
  $("title").textContent = S.server.title;
  document.title = `${S.server.title} · review`;
  const wanted = VIEWS.some(([one]) => one === name) ? name : "";
  await open(S.server.stale.length && !wanted ? "lost" : wanted || "decide", number);
}

async function begin() {
  const told = await (await fetch("api/texts")).json();
  S.texts = told.texts;
  S.who = localStorage.getItem("emend-who") ?? told.who;
  const select = $("text");
  select.replaceChildren(...S.texts.map(({ id, title }) => el("option", { value: id }, title)));
  select.hidden = S.texts.length < 2;
  $("title").className = S.texts.length < 2 ? "" : "unseen";
  select.addEventListener("change", () => choose(select.value));
  const [id, name, number] = decodeURIComponent(location.hash.slice(1)).split("/");
  const known = S.texts.some((one) => one.id === id) ? id : S.texts[0]?.id;
  if (!known) return trouble("There is no text to review in this project.");
  select.value = known;
  await choose(known, known === id ? name : "", Number(number) || 0);
}

begin().catch(fault);

// Search over all texts: with pagefind's index from a web server, with emend's own from disk. Each hit is a paragraph.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const form = $("ui-search"), query = $("ui-query"), told = $("ui-told"), hits = $("ui-hits"), shelf = $("ui-shelf");
  const first = told.textContent;
  const fold = (s) => s.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const wordsOf = (s) => fold(s).match(/[\p{L}\p{N}]+/gu) ?? [];
  const load = (src) => new Promise((done, fail) => { const script = document.createElement("script"); script.src = src; script.onload = done; script.onerror = fail; document.head.append(script); });
  let library = null;
  const lists = new Map(), texts = new Map(), loading = new Map();
  window.emendLibrary = (known) => { library = known; };
  window.emendWords = (part, lines) => lists.set(part, lines.split("\n"));
  window.emendPassages = (name, rows) => texts.set(name, rows);
  const once = (src) => { if (!loading.has(src)) loading.set(src, load(src)); return loading.get(src); };
  const partName = (shard, letter) => `w-${shard}-${/[a-z0-9]/.test(letter) ? letter : "_" + letter.codePointAt(0).toString(16)}.js`;

  // emend's own index
  const editionsWith = async (word) => {
    const letter = [...word][0], found = new Set();
    const shards = Object.entries(library.shards).filter(([, [, letters]]) => letters.includes(letter));
    await Promise.all(shards.map(([shard]) => once("search/" + partName(shard, letter))));
    for (const [shard, [editions]] of shards)
      for (const line of lists.get(shard + letter) ?? []) if (line.startsWith(word)) for (const n of line.split(" ").slice(1)) found.add(editions[parseInt(n, 36)]);
    return found;
  };
  const builtIn = async (asked) => {
    const words = wordsOf(asked), phrase = /^\s*["“].*["”]\s*$/.test(asked) ? words.join(" ") : "";
    if (!words.length) return { groups: [], rest: [] };
    const sets = await Promise.all(words.map(editionsWith));
    const wanted = [...sets.reduce((a, b) => new Set([...a].filter((n) => b.has(n))))].sort((a, b) => a - b);
    const look = async (n) => {
      const [id, title] = library.editions[n];
      if (!texts.has(id)) await once(id + "/search.js");
      const found = [];
      for (const [passage, page, text, ocr] of texts.get(id) ?? []) {
        const folded = fold(text), said = fold(ocr);
        const has = (s, word) => new RegExp(`(^|[^\\p{L}\\p{N}])${word}`, "u").test(s);
        if (phrase ? !wordsOf(text).join(" ").includes(phrase) && !wordsOf(ocr).join(" ").includes(phrase) : !words.every((word) => has(folded, word) || has(said, word))) continue;
        found.push({ id: passage, page, text, ocr: words.some((word) => !has(folded, word)) ? ocr : "", score: words.reduce((sum, word) => sum + folded.split(word).length - 1, 0) / (8 + text.length / 60) });
      }
      found.sort((a, b) => b.score - a.score);
      return { id, title, hits: found };
    };
    const groups = [];
    let i = 0;
    const more = async () => { const until = Math.min(i + 24, wanted.length); const looked = await Promise.all(wanted.slice(i, until).map(look)); i = until; groups.push(...looked.filter((group) => group.hits.length)); };
    await more();
    while (i < wanted.length && groups.reduce((sum, group) => sum + group.hits.length, 0) < 40) await more();
    groups.sort((a, b) => b.hits[0].score - a.hits[0].score);
    return { groups, left: wanted.length - i, words };
  };

  // pagefind's index
  let pagefind = null;
  const withPagefind = async () => {
    if (pagefind !== null) return pagefind;
    if (!location.protocol.startsWith("http") || !library.pagefind.length) return (pagefind = false);
    try {
      const at = (name) => new URL(`pagefind/${name}/`, location.href).href;
      const found = await import(at(library.pagefind[0]) + "pagefind.js");
      await found.options({ baseUrl: "/" });
      await found.init();
      for (const name of library.pagefind.slice(1)) await found.mergeIndex(at(name), { baseUrl: "/" });
      return (pagefind = found);
    } catch { return (pagefind = false); }
  };
  const byPagefind = async (finder, asked) => {
    const words = wordsOf(asked), search = await finder.search(asked);
    const data = await Promise.all(search.results.slice(0, 40).map((result) => result.data()));
    const groups = new Map();
    for (const page of data) {
      const id = page.meta.edition, all = page.raw_content ?? page.content, content = all.replace(/<\/?mark>/g, "").split(/[\s\u200B]+/);
      const group = groups.get(id) ?? { id, title: page.meta.title, hits: [], seen: new Map() };
      groups.set(id, group);
      for (const where of page.locations) {
        const i = page.anchors.findLastIndex((anchor) => anchor.location <= where);
        if (i < 0) continue;
        const anchor = page.anchors[i], name = anchor.id.replace(/~$/, ""), end = page.anchors[i + 1]?.location ?? content.length;
        let hit = group.seen.get(name);
        if (!hit) {
          const own = page.anchors.findIndex((one) => one.id === name);
          const text = own < 0 ? "" : content.slice(page.anchors[own].location, page.anchors[own + 1]?.location ?? content.length).join(" ");
          group.seen.set(name, (hit = { id: name, page: "", text, ocr: "", n: 0 }));
          group.hits.push(hit);
        }
        hit.n += 1;
        if (anchor.id.endsWith("~")) hit.ocr = content.slice(anchor.location, end).join(" ").replace(/\.$/, "");
      }
    }
    const kept = [...groups.values()].filter((group) => group.hits.length);
    // Paragraphs that have all the words come first.
    for (const group of kept) { const all = (hit) => words.filter((word) => fold(hit.text + " " + hit.ocr).includes(word)).length; group.hits.sort((a, b) => all(b) - all(a) || b.n - a.n); }
    return { groups: kept, left: Math.max(0, search.results.length - 40), words };
  };

  // Showing the hits
  const excerpt = (text, words) => {
    const folded = fold(text), out = document.createDocumentFragment();
    const same = folded.length === text.length;
    const at = same ? Math.max(0, Math.min(...words.map((word) => folded.indexOf(word)).filter((i) => i >= 0), text.length)) : 0;
    let from = at < text.length && at > 90 ? text.lastIndexOf(" ", at - 70) + 1 : 0;
    const until = Math.min(text.length, from + 230);
    if (from > 0) out.append("… ");
    while (same && from < until) {
      const next = words.map((word) => [folded.indexOf(word, from), word.length]).filter(([i]) => i >= 0 && i < until).sort((a, b) => a[0] - b[0])[0];
      if (!next) break;
      out.append(text.slice(from, next[0]));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(next[0], next[0] + next[1]);
      out.append(mark);
      from = next[0] + next[1];
    }
    out.append(text.slice(from, until), until < text.length ? " …" : "");
    return out;
  };
  const element = (name, text, attributes) => { const made = document.createElement(name); if (text) made.textContent = text; for (const key in attributes ?? {}) made.setAttribute(key, attributes[key]); return made; };
  const show = ({ groups, left, words }, asked) => {
    const total = groups.reduce((sum, group) => sum + group.hits.length, 0);
    told.textContent = total ? `${total} ${total === 1 ? "passage" : "passages"} in ${groups.length} ${groups.length === 1 ? "edition" : "editions"}${left ? "; add words to narrow the search" : ""}` : `No matches for “${asked}”.`;
    hits.replaceChildren(...groups.map((group) => {
      const section = element("section"), title = element("h2"), list = element("ol");
      title.append(element("a", group.title, { href: `${group.id}/index.html` }));
      for (const hit of group.hits.slice(0, 12)) {
        const view = hit.ocr ? "&view=both" : "";
        const link = element("a", "", { href: `${group.id}/index.html?find=${encodeURIComponent(words.join(" "))}${view}#${encodeURIComponent(hit.id)}` });
        if (hit.page) link.append(element("small", `p. ${hit.page}`));
        link.append(excerpt(hit.text, words));
        if (hit.ocr) link.append(" ", element("small", `OCR: ${hit.ocr}`, { class: "said" }));
        const item = element("li");
        item.append(link);
        list.append(item);
      }
      section.append(title, list);
      if (group.hits.length > 12) section.append(element("p", `and ${group.hits.length - 12} more`, { class: "facts" }));
      return section;
    }));
  };
  let turn = 0;
  const search = async () => {
    const asked = query.value.trim(), mine = ++turn;
    shelf.hidden = Boolean(asked);
    const state = new URLSearchParams(asked ? { q: asked } : {});
    history.replaceState(null, "", (asked ? "?" + state : location.pathname.replace(/.*\//, "") || "./"));
    if (!asked) { hits.replaceChildren(); told.textContent = first; return; }
    if (!library) await once("search/library.js");
    const finder = await withPagefind();
    let found = finder ? await byPagefind(finder, asked) : await builtIn(asked);
    if (finder && !found.groups.length) found = await builtIn(asked);
    if (mine === turn) show(found, asked);
  };
  let timer = 0;
  query.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 220); });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); search(); });
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) { query.value = asked; search(); }
})();

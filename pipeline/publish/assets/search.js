// Search over all texts, from disk and from a web server alike. Each hit is a paragraph
// that has every word asked for.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const { fold, tokens, parse, spans } = emendQuery;
  const form = $("ui-search"),
    query = $("ui-query"),
    within = $("ui-in"),
    told = $("ui-told"),
    hits = $("ui-hits"),
    shelf = $("ui-shelf"),
    sift = $("ui-sift");
  const first = told.innerHTML;
  const load = (src) =>
    new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = src;
      script.onload = done;
      script.onerror = fail;
      document.head.append(script);
    });
  let library = null;
  const lists = new Map(),
    texts = new Map(),
    loading = new Map();
  window.emendLibrary = (known) => {
    library = known;
  };
  window.emendWords = (part, lines) => lists.set(part, lines.split("\n"));
  window.emendPassages = (name, rows, pages) => texts.set(name, { rows, pages });
  const once = (src) => {
    if (!loading.has(src)) loading.set(src, load(src));
    return loading.get(src);
  };
  const partName = (shard, letter) =>
    `w-${shard}-${/[a-z0-9]/.test(letter) ? letter : "_" + letter.codePointAt(0).toString(16)}.js`;

  // The word lists say which editions have a word: lines of `word n n n`, one list for each
  // first letter.
  const listsOf = async (letter) => {
    const shards = Object.entries(library.shards).filter(([, [, letters]]) =>
      [...letters].includes(letter),
    );
    await Promise.all(shards.map(([shard]) => once("search/" + partName(shard, letter))));
    return shards.map(([shard, [editions]]) => [editions, lists.get(shard + letter) ?? []]);
  };
  const editionsWith = async (word, prefix) => {
    const found = new Set();
    for (const [editions, lines] of await listsOf([...word][0]))
      for (const line of lines)
        if (prefix ? line.startsWith(word) : line.startsWith(word + " "))
          for (const n of line.split(" ").slice(1)) found.add(editions[parseInt(n, 36)]);
    return found;
  };

  // Similar words: at most one letter added, dropped, changed or exchanged, two in long words
  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [],
      last = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const now = [i];
      for (let j = 1; j <= b.length; j++) {
        now[j] = Math.min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          now[j] = Math.min(now[j], before[j - 2] + 1);
      }
      if (Math.min(...now) > most) return most + 1;
      [before, last] = [last, now];
    }
    return last[b.length];
  };
  const similar = async (word) => {
    const most = word.length > 5 ? 2 : 1,
      letters = new Set([[...word][0], [...word][1] ?? ""]);
    let best = null;
    for (const [, lines] of await listsOf([...word][0]))
      if (lines.some((line) => line.startsWith(word))) return word + "*";
    for (const letter of letters)
      for (const [, lines] of letter ? await listsOf(letter) : [])
        for (const line of lines) {
          const [other, ...editions] = line.split(" "),
            far = distance(word, other, most);
          if (
            editions.length &&
            far > 0 &&
            far <= most &&
            (!best || far < best.far || (far === best.far && editions.length > best.n))
          )
            best = { word: other, far, n: editions.length };
        }
    return best?.word ?? "";
  };

  const look = async (n, look) => {
    const [id, title] = library.editions[n];
    if (!texts.has(id)) await once(id + "/search.js");
    return { id, title, hits: look(texts.get(id)) };
  };
  // In the editions that may have hits, until there are some
  const gather = async (wanted, inside) => {
    const groups = [],
      order = [...wanted].sort((a, b) => a - b);
    let i = 0;
    do {
      const looked = await Promise.all(order.slice(i, i + 24).map((n) => look(n, inside)));
      groups.push(...looked.filter((group) => group.hits.length));
      i += 24;
    } while (i < order.length && groups.reduce((sum, group) => sum + group.hits.length, 0) < 40);
    return { groups, left: Math.max(0, order.length - i) };
  };
  const passagesWith =
    (terms) =>
    ({ rows }) => {
      const found = [];
      for (const [id, page, text, ocr = [], pending = []] of rows) {
        const list = tokens(text),
          marks = [],
          said = new Set(),
          doubted = new Set();
        const every = terms.every((term) => {
          const here = spans(list, term);
          const read = ocr.filter((one) => spans(tokens(one), term).length),
            open = pending.filter((one) => spans(tokens(one), term).length);
          marks.push(...here);
          if (!here.length) {
            read.forEach((one) => said.add(one));
            open.forEach((one) => doubted.add(one));
          }
          return here.length || read.length || open.length;
        });
        if (every)
          found.push({
            id,
            page,
            text,
            marks: marks.sort((a, b) => a[0] - b[0]),
            ocr: [...said],
            pending: [...doubted],
          });
      }
      return found;
    };
  const only = (found) => {
    const n = library.editions.findIndex(([id]) => id === within.value);
    return within.value ? new Set([...found].filter((one) => one === n)) : found;
  };
  // p. 3 finds a page that is only counted, [3]
  const label = (n) => fold(n).replace(/[\s[\]]+/g, "");
  const find = async (asked) => {
    const { terms, page } = parse(asked);
    if (page) {
      const wanted = only(await editionsWith("§" + label(page), false));
      const found = await gather(wanted, ({ pages }) =>
        pages
          .filter(([, n]) => label(n) === label(page))
          .map(([id, n]) => ({ id, page: n, text: "", marks: [], ocr: [], pending: [] })),
      );
      if (found.groups.length) return { ...found, unit: "page" };
    }
    if (!terms.length) return { groups: [], left: 0 };
    const parts = terms.flatMap((term) =>
      term.words.map((word, i) => [word, term.prefix && i === term.words.length - 1]),
    );
    const sets = await Promise.all(parts.map(([word, prefix]) => editionsWith(word, prefix)));
    const wanted = only(sets.reduce((a, b) => new Set([...a].filter((n) => b.has(n)))));
    const found = await gather(wanted, passagesWith(terms));
    if (found.groups.length) return found;
    // Nothing has it: a similar word, or the words of a phrase apart
    let meant = asked,
      unknown = false;
    for (const [i, [word]] of parts.entries())
      if (!sets[i].size) {
        unknown = true;
        const other = await similar(word);
        if (other) meant = fold(meant).replace(word, other);
      }
    // `c++` → `c*`, not `c*++`
    const words = meant.replace(/[^\p{L}\p{N}\p{M}\s*"'’§-]+/gu, " ").trim();
    if (unknown) return { ...found, meant: meant === asked ? "" : words };
    const apart = parts.map(([word, prefix]) => word + (prefix ? "*" : "")).join(" ");
    return {
      ...found,
      meant:
        terms.some((term) => term.words.length > 1) &&
        (await gather(wanted, passagesWith(parse(apart).terms))).groups.length
          ? apart
          : "",
    };
  };

  // Showing the hits
  const element = (name, text, attributes) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const key in attributes ?? {}) made.setAttribute(key, attributes[key]);
    return made;
  };
  const excerpt = (text, marks) => {
    const out = document.createDocumentFragment(),
      start = marks[0]?.[0] ?? 0;
    let from = start > 90 ? text.lastIndexOf(" ", start - 70) + 1 : 0;
    const far = Math.max(from + 230, marks[0]?.[1] ?? 0),
      space = text.indexOf(" ", far),
      until = far >= text.length || space < 0 ? text.length : space;
    if (from > 0) out.append("… ");
    for (const [left, right] of marks) {
      if (left < from || right > until) continue;
      out.append(text.slice(from, left), element("mark", text.slice(left, right)));
      from = right;
    }
    out.append(text.slice(from, until), until < text.length ? " …" : "");
    return out;
  };
  const hitOf = (group, hit, asked) => {
    const state = hit.text
      ? new URLSearchParams({ find: asked, ...(hit.ocr.length ? { view: "both" } : {}) })
      : "";
    // In a text with a page for each chapter, the address begins with the chapter's file.
    const [id, file = "index.html"] = hit.id.split("#").reverse();
    const place = id ? "#" + encodeURIComponent(id) : "";
    const link = element("a", "", {
      href: `${group.id}/${file}${state ? "?" + state : ""}${place}`,
    });
    if (hit.page) link.append(element("small", `${emendSay("p.")} ${hit.page}`));
    link.append(excerpt(hit.text, hit.marks));
    if (hit.ocr.length)
      link.append(
        " ",
        element("small", `${emendSay("OCR")}: ${hit.ocr.join(", ")}`, { class: "said" }),
      );
    if (hit.pending.length)
      link.append(
        " ",
        element("small", `${emendSay("Pending")}: ${hit.pending.join(", ")}`, { class: "open" }),
      );
    const item = element("li");
    item.append(link);
    return item;
  };
  const MOST = 12;
  const show = ({ groups, left, meant, unit = "passage" }, asked) => {
    const total = groups.reduce((sum, group) => sum + group.hits.length, 0),
      count = (n, one) =>
        `${n.toLocaleString(document.documentElement.lang)} ${emendSay(n === 1 ? one : one + "s")}`,
      place = { hits: count(total, unit), editions: count(groups.length, "edition") },
      more = { more: count(left, "more edition") };
    told.textContent = !total
      ? emendSay("No matches for {asked}.", { asked })
      : left
        ? emendSay("At least {hits} in {editions}; ", place) +
          emendSay("{more} may have some: add words to narrow the search", more)
        : emendSay("{hits} in {editions}", place);
    if (meant) {
      const link = element("a", meant, {
        href:
          "?" + new URLSearchParams({ q: meant, ...(within.value ? { in: within.value } : {}) }),
      });
      link.addEventListener("click", (event) => {
        event.preventDefault();
        query.value = meant;
        search();
      });
      told.append(` ${emendSay("Did you mean")} `, link, "?");
    }
    hits.replaceChildren(
      ...groups.map((group) => {
        const section = element("section"),
          title = element("h2"),
          list = element("ol");
        title.append(
          element("a", group.title, { href: `${group.id}/index.html` }),
          element("small", ` ${group.hits.length}`),
        );
        list.append(...group.hits.slice(0, MOST).map((hit) => hitOf(group, hit, asked)));
        section.append(title, list);
        if (group.hits.length > MOST) {
          const more = element("button", emendSay("Show all {n}", { n: group.hits.length }), {
            type: "button",
            class: "tool",
          });
          more.addEventListener("click", () => {
            list.append(...group.hits.slice(MOST).map((hit) => hitOf(group, hit, asked)));
            list.children[MOST].firstChild.focus();
            more.remove();
          });
          section.append(more);
        }
        return section;
      }),
    );
  };
  let turn = 0;
  const search = async () => {
    const asked = query.value.trim(),
      mine = ++turn;
    shelf.hidden = Boolean(asked);
    if (sift) sift.hidden = Boolean(asked);
    const state = new URLSearchParams({
      ...(asked ? { q: asked } : {}),
      ...(within.value ? { in: within.value } : {}),
    });
    history.replaceState(
      null,
      "",
      state.size ? "?" + state : location.pathname.replace(/.*\//, "") || "./",
    );
    if (!asked) {
      hits.replaceChildren();
      told.innerHTML = first;
      return;
    }
    if (!library) await once("search/library.js");
    const found = await find(asked);
    if (mine === turn) show(found, asked);
  };
  let timer = 0;
  query.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, 220);
  });
  within.addEventListener("change", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
  const state = new URLSearchParams(location.search);
  if ([...within.options].some((option) => option.value === state.get("in")))
    within.value = state.get("in");
  if (state.get("q")) {
    query.value = state.get("q");
    search();
  }
})();

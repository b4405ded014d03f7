// The reading page: notes, the card that explains a correction, addresses,
// citations, the scan. Without it, the text is all there.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const make = (tag, text, attributes) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    Object.assign(element, attributes || {});
    return element;
  };
  const root = document.documentElement,
    main = $("ui-main"),
    text = document.querySelector(".text");

  // The title stands once: in the bar only when the title above the text is out of sight.
  new IntersectionObserver(
    ([entry]) =>
      root.classList.toggle("titled", entry.isIntersecting || entry.boundingClientRect.top > 0),
    { rootMargin: "-52px 0px 0px" },
  ).observe(document.querySelector(".title h1"));

  // Notes: on tap where they do not stand at the side.
  document.addEventListener("click", (event) => {
    const sign = event.target.closest("button.na");
    if (!sign) return;
    const note = $(sign.getAttribute("aria-controls"));
    const yes = note.classList.toggle("open");
    sign.setAttribute("aria-expanded", yes);
  });

  // Contents: a drawer where there is no room beside the text.
  const contents = $("ui-contents"),
    opener = $("ui-open-contents");
  if (contents && opener) {
    const open = (yes) => {
      contents.classList.toggle("open", yes);
      opener.setAttribute("aria-expanded", yes);
      if (yes) contents.querySelector("a, summary").focus();
    };
    opener.addEventListener("click", () => open(!contents.classList.contains("open")));
    contents.addEventListener("click", (event) => {
      if (event.target.closest("a")) open(false);
    });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && contents.classList.contains("open")) {
        open(false);
        opener.focus();
      }
    });
    addEventListener("pointerdown", (event) => {
      if (!contents.contains(event.target) && event.target !== opener) open(false);
    });
    const links = new Map(
      [...contents.querySelectorAll("ol a")].map((link) => [
        decodeURIComponent(link.hash.slice(1)),
        link,
      ]),
    );
    let now = null;
    const seen = new IntersectionObserver(
      (entries) => {
        for (const entry of entries)
          if (entry.isIntersecting) {
            const link = links.get(entry.target.id);
            if (!link) continue;
            now?.removeAttribute("aria-current");
            (now = link).setAttribute("aria-current", "true");
          }
      },
      { rootMargin: "-20% 0px -70% 0px" },
    );
    for (const id of links.keys()) if ($(id)) seen.observe($(id));
  }

  // The card
  const card = $("ui-card");
  let ledger = null,
    owner = null,
    pinned = false,
    timer = 0;
  const degrees = { high: 95, medium: 70, low: 35 };
  const row = (n) => {
    ledger ??= JSON.parse($("ui-ledger").textContent);
    const r = ledger.rows[n];
    if (!r) return null;
    const w = (i) => ledger.words[r[i]];
    return {
      n,
      before: r[0],
      after: r[1],
      kind: w(2),
      what: w(3),
      rule: w(4),
      says: w(5),
      confidence: w(6),
      evidence: w(7),
      by: w(8),
      page: w(9),
      left: r[10],
      right: r[11],
      held: r[12],
    };
  };
  const entriesOf = (mark) => mark.dataset.n.split(" ").map(row).filter(Boolean);
  const shown = (reading) =>
    reading.trim() ? reading : reading ? emendSay("a space") : emendSay("nothing");
  const describe = (entry) => {
    const readings = make("p", "", { className: "readings" });
    readings.append(
      make("del", shown(entry.before)),
      make("span", "→", { className: "arrow" }),
      make("ins", shown(entry.after)),
    );
    const list = make("dl");
    const say = (name, value) => {
      if (!value) return;
      const said = value instanceof Node ? value : make("dd", value);
      list.append(make("dt", emendSay(name)), said);
    };
    if (entry.held)
      say("Status", emendSay("Pending: proposed, not applied until an editor decides"));
    if (entry.held?.length) say("Or", entry.held.map(shown).join(", "));
    if (entry.left || entry.right) {
      const dd = make("dd", "", { className: "context" });
      dd.append(entry.left, make("b", entry.held ? entry.before : entry.after || "‸"), entry.right);
      say(entry.page ? emendSay("p. {n}", { n: entry.page }) : "Context", dd);
    }
    say("Kind", entry.what ? `${entry.what}` : entry.kind);
    say("Rule", entry.says ? `${entry.rule}: ${entry.says}` : entry.rule);
    const english = document.documentElement.lang === "en" ? "" : "en"; // as in the TEI
    if (entry.evidence) say("Evidence", make("dd", entry.evidence, { lang: english }));
    if (entry.confidence) {
      const dd = make("dd"),
        share = degrees[entry.confidence] ?? Math.floor(parseFloat(entry.confidence) * 100 + 1e-9);
      if (share >= 0) {
        const meter = make("span", "", { className: "meter" }),
          fillings = make("i");
        fillings.style.width = share + "%";
        meter.append(fillings);
        dd.append(meter);
      }
      dd.append(entry.confidence in degrees ? entry.confidence : `${share}%`);
      say("Confidence", dd);
    }
    say("By", entry.by);
    return [readings, list];
  };
  const fill = (entries) => {
    const way = make("p", "", { className: "way" });
    const link = make("a", emendSay("Show in list of corrections"), {
      href: owner.getAttribute("href") ?? `corrections.html#r.${encodeURIComponent(owner.id)}`,
    });
    const address = make("a", emendSay("Link to this place"), {
      href: "#" + encodeURIComponent(owner.id),
    });
    way.append(link, ...(owner.id ? [address] : []));
    card.replaceChildren(...entries.flatMap(describe), way);
  };
  const show = (mark, pin) => {
    const entries = entriesOf(mark);
    if (!entries.length) return;
    hide();
    owner = mark;
    pinned = pin;
    mark.classList.add("open");
    fill(entries);
    card.hidden = false;
    const at = mark.getClientRects()[0] || mark.getBoundingClientRect(),
      width = card.offsetWidth,
      height = card.offsetHeight;
    const below = at.bottom + height + 12 < innerHeight || at.top < height + 70;
    card.style.left =
      Math.max(
        12,
        Math.min(
          at.left + at.width / 2 - width / 2,
          document.documentElement.clientWidth - width - 12,
        ),
      ) +
      scrollX +
      "px";
    card.style.top = (below ? at.bottom + 8 : at.top - height - 8) + scrollY + "px";
    const over = at.bottom + 8 - card.getBoundingClientRect().top;
    // on a phone the card is at the bottom
    if (getComputedStyle(card).position === "fixed" && over > 0) scrollBy(0, over);
  };
  const hide = () => {
    clearTimeout(timer);
    owner?.classList.remove("open");
    card.hidden = true;
    owner = null;
    pinned = false;
  };
  const markOf = (target) =>
    target instanceof Element && root.dataset.marks !== "off" ? target.closest(".k[data-n]") : null;
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch" || pinned) return;
    clearTimeout(timer);
    const mark = markOf(event.target);
    if (mark && mark !== owner) timer = setTimeout(() => show(mark, false), 130);
    else if (!mark && owner && !card.contains(event.target)) timer = setTimeout(hide, 260);
  });
  document.addEventListener("focusin", (event) => {
    const mark = markOf(event.target);
    if (mark?.matches(":focus-visible")) show(mark, false);
    else if (!mark && !card.contains(event.target)) hide();
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const mark = markOf(event.target);
    if (mark) {
      event.preventDefault();
      show(mark, true);
      if (event.detail === 0) card.querySelector("a").focus();
      return;
    }
    if (event.target.closest?.(".k[data-n]")) {
      event.preventDefault();
      return;
    }
    if (!card.contains(event.target)) hide();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && owner) {
      const back = owner,
        inside = card.contains(document.activeElement);
      hide();
      if (inside) (back.focus({ preventScroll: true }), hide());
      return;
    }
    if (
      event.target.closest("input, select, textarea, dialog") ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    )
      return;
    if (event.key !== "n" && event.key !== "p") return; // the next correction, the one before
    const marks = [...text.querySelectorAll("a.k-ocr, a.k-print, a.k-held")];
    const from = owner ?? document.activeElement;
    let at = marks.indexOf(from);
    if (at < 0)
      at =
        marks.findIndex((mark) => mark.getBoundingClientRect().top > 80) -
        (event.key === "n" ? 1 : 0);
    const next = marks[at + (event.key === "n" ? 1 : -1)];
    if (next) {
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "center" });
      show(next, false);
    }
  });

  // The address of each paragraph
  const para = make("button", "¶", {
    className: "para",
    type: "button",
    title: emendSay("Copy a link to this paragraph"),
  });
  para.setAttribute("aria-label", para.title);
  para.hidden = true;
  let beside = null;
  document.body.append(para);
  text.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const block = event.target.closest("[data-u]");
    if (!block || block === beside) return;
    beside = block;
    const at = block.getBoundingClientRect();
    para.hidden = false;
    para.style.left = Math.max(0, at.left - 26) + scrollX + "px";
    para.style.top = at.top + scrollY + "px";
  });
  // A text is cited by its first page, which leads on to the chapter: chapters may be divided
  // otherwise one day.
  const addressOf = (id) => {
    const page = location.href.split(/[?#]/)[0],
      first = location.protocol === "file:" ? "index.html" : "";
    const whole = "chapter" in text.dataset ? page.replace(/[^/]*$/, first) : page;
    return whole + "#" + encodeURIComponent(id);
  };
  para.addEventListener("click", async () => {
    history.replaceState(null, "", "#" + encodeURIComponent(beside.id));
    try {
      await navigator.clipboard.writeText(addressOf(beside.id));
      para.textContent = "✓";
      setTimeout(() => (para.textContent = "¶"), 1200);
    } catch {
      /* the address bar has it */
    }
  });

  // Cite this
  const cite = $("ui-cite"),
    sentence = $("ui-cite-sentence"),
    whole = sentence.textContent;
  const firstWord = (range) => {
    const walker = document.createTreeWalker(
      range.commonAncestorContainer.parentNode,
      NodeFilter.SHOW_TEXT,
    );
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (
        range.intersectsNode(node) &&
        node.data.trim() &&
        node.parentElement.closest(".text") &&
        !node.parentElement.closest(".pb, .fw")
      )
        return node;
    return null;
  };
  $("ui-open-cite").addEventListener("click", () => {
    const selection = getSelection();
    const node =
      selection.rangeCount && !selection.isCollapsed ? firstWord(selection.getRangeAt(0)) : null;
    const block = node?.parentElement.closest("[data-u]");
    let cited = whole;
    if (block) {
      const pages = [...text.querySelectorAll(".pb, .from")].filter(
        (pb) => pb.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING,
      );
      const start = pages.at(-1),
        number = start && (start.dataset.page ?? start.textContent);
      const page = number ? `${emendSay("p. {n}", { n: number })}, ` : "";
      cited =
        whole.replace(/\.?( https?:\S+)?$/, "") +
        `, ${page}¶ ${block.dataset.u}. ${addressOf(block.id)}`;
    }
    sentence.textContent = cited;
    cite.showModal();
  });
  cite.addEventListener("click", async (event) => {
    if (event.target === cite) cite.close();
    const copied = event.target.dataset?.copy;
    if (!copied) return;
    try {
      await navigator.clipboard.writeText($(copied).textContent);
    } catch {
      const range = document.createRange();
      range.selectNodeContents($(copied));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand("copy");
    }
    event.target.textContent = emendSay("Copied");
    setTimeout(() => (event.target.textContent = emendSay("Copy")), 1500);
  });

  // What was searched for, lit in the paragraph that the hit led to, across the elements within it
  const asked = new URLSearchParams(location.search).get("find");
  if (asked && window.Highlight && CSS.highlights) {
    const target = $(decodeURIComponent(location.hash.slice(1))),
      block = target?.closest("p, li, .note, h2, h3, h4, h5, h6") ?? target;
    const light = () => {
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT),
        nodes = [];
      let whole = "",
        last = null;
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const other = node.parentElement.closest(".pb, .fw, .na, .note");
        if (other && block.contains(other) && other !== block) continue;
        if (
          node.parentElement.closest(
            root.dataset.view === "ocr" ? ".e" : root.dataset.view === "both" ? ".none" : ".o",
          )
        )
          continue;
        const reading = node.parentElement.closest(".o, .e");
        // two readings beside one another are two words
        if (reading !== last && root.dataset.view === "both") whole += " ";
        last = reading;
        nodes.push([node, whole.length]);
        whole += node.data;
      }
      const list = emendQuery.tokens(whole),
        at = (place, end) => {
          const [node, from] = nodes.findLast(([, from]) => (end ? from < place : from <= place));
          return [node, Math.min(place - from, node.length)];
        };
      CSS.highlights.set(
        "found",
        new Highlight(
          ...emendQuery
            .parse(asked)
            .terms.flatMap((term) => emendQuery.spans(list, term))
            .map(([from, to]) => {
              const range = new Range();
              range.setStart(...at(from));
              range.setEnd(...at(to, true));
              return range;
            }),
        ),
      );
    };
    if (block) {
      light();
      addEventListener("display", light);
    }
  }

  // A target inside a note that is closed: open it
  const reveal = () => {
    const target = location.hash && $(decodeURIComponent(location.hash.slice(1)));
    target?.closest?.(".note")?.classList.add("open");
  };
  addEventListener("hashchange", reveal);
  reveal();
})();

// The reader's display settings, kept between visits, and set before anything is drawn.
"use strict";
(() => {
  const root = document.documentElement;
  const first = {
    view: "edited",
    lines: "flow",
    marks: "on",
    scan: innerWidth < 960 ? "off" : "on",
    theme: "auto",
  };
  const kept = (name) => {
    try {
      return localStorage.getItem("emend-" + name);
    } catch {
      return null;
    }
  };
  const keep = (name, value) => {
    try {
      localStorage.setItem("emend-" + name, value);
    } catch {
      /* storage is off */
    }
  };
  root.classList.add("js");
  // The fonts in the style sheet take some milliseconds to unpack. The text is hidden until
  // then, and until its words have their forms, so that no line moves.
  if (document.fonts) {
    const late = new Promise((done) => setTimeout(done, 500));
    const fonts = ["1em Literata", "italic 1em Literata", "1em 'Source Sans'"].map((font) =>
      document.fonts.load(font),
    );
    root.classList.add("unpacking");
    const shaped = new Promise((done) => addEventListener("shaped", done, { once: true }));
    Promise.race([Promise.all([shaped, ...fonts]), late])
      .catch(() => null)
      .then(() => root.classList.remove("unpacking"));
  }
  const asked = new URLSearchParams(location.search);
  // A text without changes has one view: a reader who left another at "OCR" could not get back.
  const fixed = root.classList.contains("as-given") ? ["view", "marks"] : [];
  for (const name in first)
    root.dataset[name] =
      (!fixed.includes(name) && (asked.get(name) || kept(name))) || first[name];
  // Words that were hyphenated, or typed with straight quotation marks, are in one piece in the
  // page, with their other forms in attributes: data-o as the OCR read them, data-l in
  // printed lines.
  let untouched = true;
  const forms = () => {
    const { view, lines } = root.dataset,
      plain = view === "edited" && lines === "flow";
    if (plain && untouched) return;
    untouched = false;
    for (const word of document.querySelectorAll("[data-o], [data-l]")) {
      const { o, l } = word.dataset,
        edited = (word.dataset.e ??= word.textContent);
      const form =
        view === "ocr"
          ? (o ?? edited)
          : lines === "print"
            ? (l ?? edited)
            : view === "both" && l
              ? l.replace(/-?\n/, "¦")
              : edited;
      let inner = word; // below the addresses of other changes to the same word
      while (inner.firstElementChild) inner = inner.firstElementChild;
      inner.textContent = form;
    }
  };
  addEventListener("DOMContentLoaded", () => {
    forms();
    dispatchEvent(new Event("shaped"));
    for (const field of document.querySelectorAll("[data-switch]")) {
      const name = field.dataset.switch;
      const chosen = field.querySelector(`input[value="${CSS.escape(root.dataset[name])}"]`);
      if (chosen) chosen.checked = true;
      field.addEventListener("change", (event) => {
        const at = inSight();
        root.dataset[name] = event.target.value;
        keep(name, event.target.value);
        forms();
        if (at) scrollBy(0, at.element.getBoundingClientRect().top - at.top);
        dispatchEvent(new CustomEvent("display", { detail: name }));
      });
    }
    const show = document.getElementById("ui-show"),
      controls = document.getElementById("ui-controls");
    const open = (yes) => {
      controls.classList.toggle("open", yes);
      show.setAttribute("aria-expanded", yes);
    };
    if (show) {
      show.addEventListener("click", () => open(!controls.classList.contains("open")));
      addEventListener("keydown", (event) => {
        if (event.key === "Escape" && controls.classList.contains("open")) {
          open(false);
          show.focus();
        }
      });
      addEventListener("pointerdown", (event) => {
        if (!controls.contains(event.target) && event.target !== show) open(false);
      });
    }
  });
  // The paragraph at the top of the window stays in place when the text above it grows or shrinks.
  const inSight = () => {
    if (scrollY < 200) return null;
    for (const element of document.elementsFromPoint(innerWidth / 2, 140)) {
      const block = element.closest("p[id], h2, h3, li");
      if (block) return { element: block, top: block.getBoundingClientRect().top };
    }
    return null;
  };
})();

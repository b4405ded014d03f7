// The scan: the image of a word in its line, and of the page beside the text.

import { toast } from "./frame.js";
import { button, el } from "./parts.js";
import { state } from "./state.js";
import { t } from "./texts.js";

const $ = (id) => document.getElementById(id);
const STEPS = [1, 1.5, 2, 3, 4]; // of the width of its column
let framed = null;
let step = 0;

function frame(box, [left, top, width, height]) {
  Object.assign(box.style, {
    left: `${left * 100}%`,
    top: `${top * 100}%`,
    width: `${width * 100}%`,
    height: `${height * 100}%`,
  });
  return box;
}

/**
 * The image of a word and some of its line, with the word framed; null if there is none. `onclick`
 * is for the mouse.
 */
export function snippet(image, onclick = null) {
  if (!image) return null;
  if (image.remote)
    return el(
      "a",
      { href: image.remote, target: "_blank", rel: "noreferrer", class: "remote" },
      t("page image (web)"),
    );
  const [wide, high] = image.size;
  const crop = image.crop.join(",");
  const address = `image/${encodeURIComponent(state.id)}/${image.surface}?crop=${crop}`;
  const picture = el("img", {
    src: address,
    alt: t("The word and its line on the scan"),
    loading: "lazy",
    width: wide,
    height: high,
  });
  const sheet = el(
    "span",
    { class: "snippet-sheet" },
    picture,
    frame(el("span", { class: "box", "aria-hidden": "true" }), image.word),
  );
  sheet.style.aspectRatio = `${wide} / ${high}`;
  // A line is 2 to 2.9 rem high; what is too long for the column scrolls to the word.
  const lines = Math.max(1, Math.round(0.6 / Math.max(image.word[3], 0.05)));
  const rem = (wide / high) * lines;
  sheet.style.width = `max(${rem * 2}rem, min(100%, ${rem * 2.9}rem))`;
  const node = el("span", { class: "snippet", onclick }, sheet);
  const [left, , width] = image.word;
  let placed = false;
  new ResizeObserver(() => {
    if (!node.clientWidth) return;
    node.tabIndex = node.scrollWidth > node.clientWidth ? 0 : -1; // so that the keyboard scrolls it
    if (!placed) node.scrollLeft = (left + width / 2) * sheet.offsetWidth - node.clientWidth / 2;
    placed = true;
  }).observe(node);
  return node;
}

/** Whether a page's scan is beside the text. */
export function scanShown() {
  return !$("scan").hidden;
}

/**
 * Show the scan of a page beside the text, with a place framed (left, top, width, height, each from
 * 0 to 1).
 */
export function showScan(surface, on = null, title = "") {
  if (surface === null || surface === undefined) return toast(t("This place has no page image."));
  if (typeof surface === "string") return window.open(surface, "_blank", "noreferrer");
  const sheet = el("div", { class: "scan-sheet" });
  const picture = el("img", {
    src: `image/${encodeURIComponent(state.id)}/${surface}`,
    alt: title ? t("Scan of {page}", { page: title }) : t("Scan of the page"),
    draggable: "false",
  });
  picture.addEventListener("load", () => frameOnScan(on));
  sheet.append(picture);
  $("scan").replaceChildren(
    el(
      "div",
      { class: "scan-head" },
      el("strong", {}, title),
      el(
        "span",
        { class: "pair" },
        button(t("Smaller"), "-", "quiet", () => nearer(-1)),
        button(t("Larger"), "+", "quiet", () => nearer(1)),
        button(t("Close"), "i", "quiet", hideScan),
      ),
    ),
    el(
      "div",
      {
        class: "scan-page",
        tabindex: "0",
        role: "group",
        "aria-label": title ? t("Scan of {page}", { page: title }) : t("Scan of the page"),
      },
      sheet,
    ),
  );
  grasp($("scan").querySelector(".scan-page"));
  magnify($("scan").querySelector(".scan-page"));
  $("scan").hidden = false;
  document.body.classList.add("with-scan");
  framed = on;
}

/** Frame another place on the scan that is shown. */
export function frameOnScan(on) {
  const sheet = document.querySelector(".scan-sheet");
  if (!sheet) return;
  framed = on;
  sheet.querySelector(".box")?.remove();
  if (!on) return;
  const box = frame(el("span", { class: "box", "aria-hidden": "true" }), on);
  sheet.append(box);
  box.scrollIntoView({ block: "center", inline: "center" });
}

/** Show the scan one step larger or smaller. */
export function nearer(by) {
  const page = document.querySelector(".scan-page");
  if (!page) return;
  step = Math.max(0, Math.min(STEPS.length - 1, step + by));
  magnify(page);
  if (framed) frameOnScan(framed);
}

function magnify(page) {
  page.firstElementChild.style.width = `${STEPS[step] * 100}%`;
}

/** Let the mouse move the scan; a finger and the arrow keys do so by themselves. */
function grasp(page) {
  let from = null;
  page.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button) return;
    from = [event.clientX + page.scrollLeft, event.clientY + page.scrollTop];
    page.setPointerCapture(event.pointerId);
  });
  page.addEventListener("pointermove", (event) => {
    if (!from) return;
    page.scrollTo(from[0] - event.clientX, from[1] - event.clientY);
  });
  page.addEventListener("pointerup", () => (from = null));
  page.addEventListener("pointercancel", () => (from = null));
}

export function hideScan() {
  $("scan").hidden = true;
  $("scan").replaceChildren();
  document.body.classList.remove("with-scan");
}

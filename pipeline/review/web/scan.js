// The scan: the image of a word in its line, and of the page beside the text.

import { toast } from "./frame.js";
import { button, el } from "./parts.js";
import { state } from "./state.js";

const $ = (id) => document.getElementById(id);
let framed = null;

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
      "page image (web)",
    );
  const [wide, high] = image.size;
  const crop = image.crop.join(",");
  const address = `image/${encodeURIComponent(state.id)}/${image.surface}?crop=${crop}`;
  const picture = el("img", {
    src: address,
    alt: "The word and its line on the scan",
    loading: "lazy",
    width: wide,
    height: high,
  });
  const node = el(
    "span",
    { class: "snippet", onclick },
    picture,
    frame(el("span", { class: "box", "aria-hidden": "true" }), image.word),
  );
  node.style.aspectRatio = `${wide} / ${high}`;
  node.style.maxWidth = `min(100%, ${(wide / high) * 4.2}rem)`;
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
  if (surface === null || surface === undefined) return toast("This place has no page image.");
  if (typeof surface === "string") return window.open(surface, "_blank", "noreferrer");
  const sheet = el("div", { class: "scan-sheet" });
  const picture = el("img", {
    src: `image/${encodeURIComponent(state.id)}/${surface}`,
    alt: `Scan of ${title || "the page"}`,
    onclick: larger,
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
        button("Larger", "z", "quiet", larger),
        button("Close", "i", "quiet", hideScan),
      ),
    ),
    el(
      "div",
      {
        class: "scan-page",
        tabindex: "0",
        role: "group",
        "aria-label": `Scan of ${title || "the page"}`,
      },
      sheet,
    ),
  );
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

/** Switch the scan between the width of its column and twice that. */
export function larger() {
  const page = document.querySelector(".scan-page");
  if (!page) return;
  const large = page.classList.toggle("larger");
  document.querySelector("#scan .scan-head button").firstChild.data = large ? "Smaller" : "Larger";
  if (framed) frameOnScan(framed);
}

export function hideScan() {
  $("scan").hidden = true;
  $("scan").replaceChildren();
  document.body.classList.remove("with-scan");
}

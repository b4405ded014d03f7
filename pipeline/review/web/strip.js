// The image of each line, above its text: eScriptorium's way to compare one with the other.

import { el } from "./parts.js";
import { state } from "./state.js";
import { t } from "./texts.js";

const STEPS = [0.5, 0.75, 1, 1.5, 2, 3]; // of the width of the column
const ZOOM = "emend-zoom";
const MARGIN = 0.06; // of the strip's width, kept free beside the word that is shown

/** How large the images of lines are, as a share of the column's width. */
export const zoom = () => Number(localStorage.getItem(ZOOM)) || 1;

/** The next larger (or smaller) size; the same at the end. */
export function zoomed(by) {
  const at = STEPS.indexOf(zoom());
  const next = STEPS[Math.max(0, Math.min(STEPS.length - 1, (at < 0 ? 2 : at) + by))];
  localStorage.setItem(ZOOM, String(next));
  return next;
}

/** The image of a line; `picked` gets the place of a click, as shares of the page. */
export function strip(image, picked) {
  const [wide, high] = image.size;
  const crop = image.crop.join(",");
  const picture = el("img", {
    src: `image/${encodeURIComponent(state.id)}/${image.surface}?crop=${crop}`,
    alt: t("The line on the scan"),
    loading: "lazy",
    width: wide,
    height: high,
  });
  const sheet = el("div", { class: "strip-sheet" }, picture);
  sheet.style.aspectRatio = `${wide} / ${high}`;
  sheet.style.setProperty("--ratio", wide / high);
  sheet.addEventListener("click", (event) => {
    const box = sheet.getBoundingClientRect();
    const [left, top, width, height] = image.crop_on_page;
    picked(
      left + ((event.clientX - box.left) / box.width) * width,
      top + ((event.clientY - box.top) / box.height) * height,
    );
  });
  return el("div", { class: "strip" }, sheet);
}

/** Show a word in the strip of its line; `on` is its place, as shares of the page. */
export function frameOnStrip(node, image, on) {
  const sheet = node.firstElementChild;
  const [left, top, width, height] = image.crop_on_page;
  const inside = (on[1] + on[3] / 2 - top) / height;
  if (inside < 0 || inside > 1) return;
  const box = el("span", { class: "box", "aria-hidden": "true" });
  Object.assign(box.style, {
    left: `${((on[0] - left) / width) * 100}%`,
    top: `${((on[1] - top) / height) * 100}%`,
    width: `${(on[2] / width) * 100}%`,
    height: `${(on[3] / height) * 100}%`,
  });
  sheet.append(box);
  const room = node.clientWidth * MARGIN;
  const from = ((on[0] - left) / width) * sheet.offsetWidth;
  const to = from + (on[2] / width) * sheet.offsetWidth;
  if (from < node.scrollLeft + room || to > node.scrollLeft + node.clientWidth - room)
    node.scrollLeft = (from + to - node.clientWidth) / 2;
}

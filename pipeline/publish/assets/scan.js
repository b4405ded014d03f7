// The page image: it follows the text, and the text follows it. Beside the text, or on a
// phone below it.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement,
    text = document.querySelector(".text");
  const surfaces = JSON.parse($("ui-surfaces").textContent),
    sheet = document.querySelector(".sheet");
  const image = $("ui-scan-image"),
    lines = $("ui-scan-lines"),
    number = $("ui-scan-n");
  const surfaceOf = new Map(
    surfaces.flatMap((surface, i) => surface.zones.map(([zone]) => [zone, i])),
  );
  const partsOf = (zone) => text.querySelectorAll(`[data-z~="${zone}"]`);
  let now = -1;
  const turn = (i) => {
    const surface = surfaces[i];
    if (!surface?.url || i === now) return;
    now = i;
    image.src = surface.url;
    image.tiles = surface.tiles;
    image.alt = `Scan of page ${surface.n}`;
    if (surface.w && surface.h) {
      image.width = surface.w;
      image.height = surface.h;
      lines.setAttribute("viewBox", `0 0 ${surface.w} ${surface.h}`);
    }
    number.textContent = surface.n;
    sheet.scrollTop = 0;
    lines.replaceChildren(
      ...surface.zones.map(([zone, x, y, width, height]) => {
        const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        for (const [name, value] of Object.entries({ x, y, width, height }))
          rect.setAttribute(name, value);
        rect.dataset.zone = zone;
        return rect;
      }),
    );
  };

  // The image of the page being read. At the end of the text the line that decides moves down, so
  // that short last pages have their turn.
  const starts = [...text.querySelectorAll("[data-s]")];
  let led = 0; // until this time the image leads, and the text has just been scrolled to it
  const follow = () => {
    if (performance.now() < led || !starts.length) return;
    const room =
      innerHeight - (innerWidth < 960 && root.dataset.scan !== "off" ? innerHeight * 0.42 : 0);
    const rest = document.documentElement.scrollHeight - scrollY - innerHeight;
    const line = room * (0.4 + 0.6 * Math.max(0, 1 - rest / room));
    let low = 0,
      high = starts.length; // as few as possible are asked where they are: most are not laid out
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle].getBoundingClientRect().top > line) high = middle;
      else low = middle;
    }
    turn(+starts[low].dataset.s);
  };
  let waiting = false;
  addEventListener(
    "scroll",
    () => {
      if (!waiting) {
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          follow();
        });
      }
    },
    { passive: true },
  );
  addEventListener("display", follow);
  turn(starts.length ? +starts[0].dataset.s : 0);
  follow();

  const lead = (element, block) => {
    led = performance.now() + 500;
    element?.scrollIntoView({ block });
  };
  const step = (by) => {
    let i = now + by;
    while (surfaces[i] && !surfaces[i].url) i += by;
    if (!surfaces[i]) return;
    turn(i);
    lead(text.querySelector(`[data-s="${i}"]`), "start");
  };
  $("ui-scan-back").addEventListener("click", () => step(-1));
  $("ui-scan-on").addEventListener("click", () => step(1));
  $("ui-scan-zoom").addEventListener("click", (event) => {
    const full = image.parentElement.classList.toggle("full");
    event.target.setAttribute("aria-pressed", full);
  });

  // The line under the pointer or the finger, on both sides
  const bring = (rect) => {
    // into sight, within the sheet alone
    sheet.dispatchEvent(new CustomEvent("bring", { detail: rect }));
    const at = rect.getBoundingClientRect(),
      seen = sheet.getBoundingClientRect();
    if (at.top < seen.top || at.bottom > seen.bottom)
      sheet.scrollTop += at.top - seen.top - seen.height / 3;
    if (at.left < seen.left || at.left > seen.right - 60)
      sheet.scrollLeft += at.left - seen.left - 20;
  };
  const light = (zones) => {
    for (const lit of document.querySelectorAll(".lit[data-z], rect.lit"))
      lit.classList.remove("lit");
    zones.forEach((zone, i) => {
      if (i === 0 && surfaceOf.has(zone)) turn(surfaceOf.get(zone));
      const rect = lines.querySelector(`[data-zone="${zone}"]`);
      rect?.classList.add("lit");
      if (rect && i === 0) bring(rect);
      for (const part of partsOf(zone)) part.classList.add("lit");
    });
  };
  const zonesAt = (target) => target.closest?.("[data-z]")?.dataset.z.split(" ").map(Number);
  const lightAt = (event) => {
    const zones = zonesAt(event.target);
    if (zones) light(zones);
  };
  text.addEventListener("pointerover", lightAt);
  text.addEventListener("click", lightAt);
  document.addEventListener("focusin", (event) => {
    const part = event.target.closest?.("[data-n]"),
      zones = part && (zonesAt(part) ?? zonesAt(part.querySelector("[data-z]") ?? part));
    if (zones) light(zones);
  });
  lines.addEventListener("pointerover", (event) => {
    if (event.target.dataset.zone) light([+event.target.dataset.zone]);
  });
  lines.addEventListener("click", (event) => {
    const zone = event.target.dataset.zone;
    if (!zone) return;
    light([+zone]);
    lead(partsOf(zone)[0], "center");
  });

  // What was searched for is lit on the image as well.
  const [found] = CSS.highlights?.get("found") ?? [],
    sought = found && zonesAt(found.startContainer.parentElement);
  if (sought) {
    led = performance.now() + 2000; // while the page scrolls to the hit
    light(sought);
  }

  // A page number in the text shows its image.
  text.addEventListener("click", (event) => {
    const start = event.target.closest("[data-s]");
    if (!start || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (root.dataset.scan === "off")
      document.querySelector('input[name="ui-scan"][value="on"]')?.click();
    turn(+start.dataset.s);
    led = performance.now() + 500;
    history.replaceState(null, "", "#" + encodeURIComponent(start.id));
  });
})();

// The facsimile: the page image large, with deep zoom by OpenSeadragon, which is loaded only then.
// Pages are turned and lines lit by scan.js; this shows what it turned to.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement,
    sheet = document.querySelector(".sheet"),
    leaf = sheet.querySelector(".leaf"),
    image = $("ui-scan-image"),
    lines = $("ui-scan-lines"),
    nearer = $("ui-scan-zoom"),
    farther = $("ui-scan-out");
  const home = document.currentScript.src.replace(/[^/]*$/, "");
  let viewer = null,
    loading = null;
  const load = () =>
    (loading ??= new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = home + "openseadragon/openseadragon.min.js";
      script.onload = done;
      script.onerror = fail;
      document.head.append(script);
    }));
  // The tiles of an image are described in the page, for a page from disk may load no JSON.
  const turn = () =>
    viewer?.open(
      image.tiles
        ? { ...image.tiles, id: image.src.replace(/\.[^.]*$/, "") }
        : { type: "image", url: image.src },
    );
  const open = async () => {
    await load();
    if (viewer || root.dataset.scan !== "large") return;
    const place = document.createElement("div");
    place.className = "deep";
    leaf.hidden = true;
    sheet.append(place);
    viewer = OpenSeadragon({
      element: place,
      drawer: "canvas", // the others may not use an image of a page that was opened from disk
      showNavigationControl: false,
      showNavigator: false,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
      maxZoomPixelRatio: 3,
      animationTime: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 0.5,
    });
    viewer.canvas.setAttribute("role", "application");
    viewer.canvas.setAttribute("aria-label", sheet.getAttribute("aria-label"));
    viewer.addHandler("open", () => {
      lines.style.cssText = "";
      viewer.addOverlay({ element: lines, location: viewer.world.getItemAt(0).getBounds() });
    });
    viewer.addHandler("canvas-click", (event) => {
      if (event.quick && event.originalTarget?.matches?.("rect"))
        event.originalTarget.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    });
    turn();
  };
  const close = () => {
    if (!viewer) return;
    leaf.append(lines);
    lines.style.cssText = "";
    viewer.destroy();
    viewer = null;
    sheet.querySelector(".deep").remove();
    leaf.hidden = false;
  };
  const change = () => (root.dataset.scan === "large" ? open() : close());
  const zoom = (by) => (event) => {
    if (!viewer) return;
    event.stopImmediatePropagation();
    viewer.viewport.zoomBy(by).applyConstraints();
  };
  nearer.addEventListener("click", zoom(1.5), true);
  farther.addEventListener("click", zoom(1 / 1.5), true);
  // A line that is lit, in an image that is larger than its frame, comes into sight.
  sheet.addEventListener("bring", ({ detail: rect }) => {
    if (!viewer?.isOpen() || viewer.viewport.getZoom() < 1.05 * viewer.viewport.getHomeZoom())
      return;
    const width = image.width || 1,
      middle = (from, size) =>
        (rect[from].baseVal.value + rect[size].baseVal.value / 2) / width;
    viewer.viewport.panTo(new OpenSeadragon.Point(middle("x", "width"), middle("y", "height")));
  });
  new MutationObserver(turn).observe(image, { attributeFilter: ["src"] });
  addEventListener("display", change);
  change();
})();

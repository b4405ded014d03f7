// An address that is not on this page of a long text leads to the page that has it.
"use strict";
(() => {
  const find = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    if (!id || document.getElementById(id)) return;
    window.emendPlaces = (places) => {
      const found = Object.entries(places).find(([, ids]) => ids.includes(id));
      if (found) location.replace(found[0] + location.search + location.hash);
    };
    const script = document.createElement("script");
    script.src = "places.js";
    document.head.append(script);
  };
  addEventListener("hashchange", find);
  find();
})();

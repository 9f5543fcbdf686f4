"use strict";
// Each figure stands drawn in the page. When it comes near the window it is drawn again, as wide as
// fits, so that it answers to a pointer; what is printed stays the first drawing. The page's policy
// allows no code made from text, so expressions are read as trees (`ast`).
(() => {
  const narrow = matchMedia("(max-width: 48rem)");
  const enlivened = new Map();

  const enliven = async (figure) => {
    const specs = JSON.parse(figure.querySelector("script").textContent);
    const spec = narrow.matches ? specs.narrow : specs.wide;
    enlivened.get(figure)?.finalize();
    const drawn = await foedusEmbed(figure.querySelector(".live"), spec, {
      mode: "vega-lite",
      ast: true,
      actions: false,
      defaultStyle: false,
      logLevel: 1, // errors; Vega warns of columns that hold nothing
      renderer: "svg",
      tooltip: { disableDefaultStyle: true },
    });
    // The figure has one text alternative as a whole; its marks would be read one by one.
    figure.querySelector(".live svg").setAttribute("aria-hidden", "true");
    enlivened.set(figure, drawn);
    figure.classList.add("is-live");
  };

  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) {
          watcher.unobserve(target);
          enliven(target);
        }
      }
    },
    { rootMargin: "400px" },
  );
  for (const figure of document.querySelectorAll("figure.chart")) {
    watcher.observe(figure);
  }
  narrow.addEventListener("change", () => [...enlivened.keys()].forEach(enliven));
})();

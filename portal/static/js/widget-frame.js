// Tells the page around this frame how tall it is: once that page has asked, if it is of a site that may show it, and nobody else.

const { sites = "", local, held } = document.documentElement.dataset;
let around = null;

const isLocal = (origin) => local !== undefined && /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(origin);

const isAllowed = (origin) =>
  isLocal(origin) ||
  sites.split(" ").some((site) => {
    const [scheme, below] = site.split("://*.");
    return below ? origin.startsWith(`${scheme}://`) && origin.endsWith(`.${below}`) : origin === site;
  });

const tell = () => {
  const height = document.body.getBoundingClientRect().height;
  if (around && height) window.parent.postMessage({ hereabouts: { height, isHeld: held !== undefined } }, around);
};

if (window.parent !== window) {
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || data?.hereabouts !== "how tall?" || !isAllowed(origin)) return;
    around = origin;
    tell();
  });
  new ResizeObserver(tell).observe(document.body);
}

// An error summary takes the focus, so that a screen reader starts there.
document.querySelector("[data-focus]")?.focus();

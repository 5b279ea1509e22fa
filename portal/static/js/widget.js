// Shows listings on the page of another website, where its script element stands. Keeps nothing and asks for nothing by itself.
// Served by portal/widget/script.py as one function that is called with what it needs to know: `told`.

const PATIENCE = 8000;
const TALLEST = 30000;
const HELD = 0.9;

const isLocal = (origin) => told.local && /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(origin);

// A site is an origin, or https://*.name for all below a name.
const isAllowed = (origin) =>
  isLocal(origin) ||
  told.sites.some((site) => {
    const [scheme, below] = site.split("://*.");
    return below ? origin.startsWith(`${scheme}://`) && origin.endsWith(`.${below}`) : origin === site;
  });

const wordsFor = (script) => {
  const wish = script.dataset.language || script.closest("[lang]")?.lang || "";
  const codes = [wish.toLowerCase(), wish.toLowerCase().split("-")[0], told.first];
  return told.languages[codes.find((code) => Object.hasOwn(told.languages, code))];
};

const addressOf = (script, path) => {
  const address = new URL(path, script.src);
  for (const [name, value] of Object.entries(script.dataset)) {
    if (told.single.includes(name)) address.searchParams.set(name, value);
    if (Object.hasOwn(told.several, name)) {
      for (const one of value.split(/[\s,]+/)) address.searchParams.append(told.several[name], one);
    }
  }
  return address;
};

const linkFor = (script, words) => {
  const link = document.createElement("a");
  link.href = new URL(words.site, script.src);
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.lang = words.code;
  link.dir = words.direction;
  link.textContent = words.link;
  return link;
};

const frameFor = (script, words, giveUp) => {
  const { origin } = new URL(script.src);
  const frame = document.createElement("iframe");
  let wasHeard = false;
  let isNew = false;
  let loads = 0;
  frame.title = words.title;
  frame.loading = "lazy";
  frame.referrerPolicy = "strict-origin";
  frame.width = "100%";
  frame.height = "640";
  frame.style.width = "100%";
  frame.style.border = "0";
  frame.style.display = "block";
  // Only what our own page in this very frame says counts, and only a number.
  addEventListener("message", ({ source, origin: from, data }) => {
    const height = Number(data?.hereabouts?.height);
    if (source !== frame.contentWindow || from !== origin || !(height > 0 && height < TALLEST)) return;
    wasHeard = true;
    // A page that can be left at once stays low, so that the way out is always in sight.
    const most = data.hereabouts.isHeld ? Math.max(480, HELD * innerHeight) : TALLEST;
    frame.style.height = `${Math.min(Math.ceil(height), most)}px`;
    if (isNew && data.hereabouts.isHeld) frame.scrollIntoView({ block: "nearest" });
    isNew = false;
  });
  frame.addEventListener("load", () => {
    wasHeard = false;
    loads += 1;
    isNew = loads > 1;
    if (isNew && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    frame.contentWindow?.postMessage({ hereabouts: "how tall?" }, origin);
    setTimeout(() => wasHeard || giveUp(), PATIENCE);
  });
  document.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    if (effectiveDirective === "frame-src" && blockedURI.startsWith(origin)) giveUp();
  });
  frame.src = addressOf(script, words.page);
  return frame;
};

const show = (script) => {
  const words = wordsFor(script);
  const box = document.createElement("div");
  const giveUp = () => box.replaceChildren(linkFor(script, words));
  const into = document.getElementById(script.dataset.into ?? "");
  if (into) into.append(box);
  else if (script.closest("head")) document.body.append(box);
  else script.after(box);
  if (isAllowed(location.origin)) box.append(frameFor(script, words, giveUp));
  else giveUp();
};

// This script element, or all that name this script, where the browser does not tell which runs: modules.
const isOurs = ({ src }) => src && new URL(src).pathname === told.script;
const scripts = document.currentScript ? [document.currentScript] : [...document.scripts].filter(isOurs);
for (const script of scripts.filter((one) => !one.wasShown)) {
  script.wasShown = true;
  const mustWait = document.readyState === "loading" && (script.dataset.into || script.closest("head"));
  if (mustWait) document.addEventListener("DOMContentLoaded", () => show(script));
  else show(script);
}

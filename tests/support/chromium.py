"""A real Chromium against the real site on a port of this machine."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from weakref import WeakSet

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Frame, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from portal.__main__ import BROWSERS

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = Axe()
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desk": {"width": 1280, "height": 900},
    "narrow": {"width": 320, "height": 700},
}
NARROW_AND_WIDE = ("narrow", "desk")
"""The sizes at which pages are looked at: what fits 320 pixels fits a phone of 390."""
WITH_AXE: WeakSet[Page] = WeakSet()
"""Pages whose every document brings axe along: it is half a megabyte, which is sent to each of them once."""
SETTLED = "Promise.allSettled(document.getAnimations().map(one => one.finished))"
"""What is still fading in has no contrast yet."""
LOOK = f"""async ({{tags, known}}) => {{
  await {SETTLED};
  const isSeen = one => one.checkVisibility() && [...one.childNodes].some(inside => inside.nodeType === 3 && inside.data.trim());
  const coloursOf = one => {{
    const own = getComputedStyle(one);
    const told = [own.color, parseFloat(own.fontSize) >= (own.fontWeight >= 700 ? 18.66 : 24)];
    for (let at = one; at; at = at.parentElement) {{
      const style = at === one ? own : getComputedStyle(at);
      if (["absolute", "fixed", "sticky"].includes(style.position)) return null;
      told.push(style.opacity, style.backgroundImage, style.backgroundColor);
      if (/^rgb\\(/.test(style.backgroundColor)) break;
    }}
    return told.join();
  }};
  const sheets = [...document.styleSheets].map(one => one.href?.replace(location.origin, "") ?? "");
  const hasNewSheets = sheets.some(one => !known.includes(one));
  window.coloursLookedAt ??= new Set();
  for (const one of document.body.querySelectorAll("*")) {{
    if (!isSeen(one) && !one.matches("input, select, textarea")) continue;
    const colours = coloursOf(one);
    one.toggleAttribute("data-contrast", colours === null || !window.coloursLookedAt.has(colours));
    window.coloursLookedAt.add(colours);
  }}
  axe.configure({{ rules: [{{ id: "color-contrast", selector: "[data-contrast]" }}] }});
  const found = await axe.run({{
    resultTypes: ["violations"], preload: hasNewSheets, runOnly: {{ type: "tag", values: tags }},
    rules: {{ "css-orientation-lock": {{ enabled: hasNewSheets }} }},
  }});
  const wrong = found.violations.map(rule => `${{rule.id}}: ${{rule.help}} `
    + rule.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" | "));
  return {{ wrong, sheets }};
}}"""
"""Contrast is looked at once for the same letters on the same ground, of which a page has a few dozen and a thousand elements:
that rule alone takes most of the time. What is laid over others is looked at each time. That pages turn with the phone is asked
once of each sheet of style, whichever page brings it. What is well is told of no element: nobody reads it."""
SHEETS_LOOKED_AT: set[str] = set()
"""Addresses of sheets of style, each with what tells one state of it from another."""


@contextmanager
def started() -> Iterator[Chromium]:
    # The first that is there: the shell is the same browser without windows, and loads a page with half of the work.
    path = next(found for name in BROWSERS if (found := which(name)))
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The site on a free port; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def check_accessible(page: Page) -> None:
    """Fail on anything that axe finds, and on sideways scrolling."""
    page.wait_for_load_state()
    if page not in WITH_AXE:
        WITH_AXE.add(page)
        page.add_init_script(AXE.axe_script)
    wrong = axe_finds(page)
    assert not wrong, f"{page.url} at {page.viewport_size}: {wrong}"
    check_fits(page)


def axe_finds(where: Page | Frame) -> list[str]:
    """What is wrong on a page, or in a frame of one."""
    if where.evaluate("typeof axe") == "undefined":  # what was open already
        where.evaluate(AXE.axe_script)
    found = where.evaluate(LOOK, {"tags": RULES, "known": sorted(SHEETS_LOOKED_AT)})
    SHEETS_LOOKED_AT.update(found["sheets"])
    wrong: list[str] = found["wrong"]
    return wrong


def check_fits(page: Page) -> None:
    """Fail on sideways scrolling."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} pixels at {page.viewport_size}"


def check_at(page: Page, sizes: Iterable[str] = NARROW_AND_WIDE) -> None:
    """Fail on anything wrong with the page as it stands, at each size: it is loaded once and not for each. It keeps the last."""
    for size in sizes:
        page.set_viewport_size(SIZES[size])
        page.evaluate("new Promise(requestAnimationFrame)")
        check_accessible(page)


def picture(page: Page, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)

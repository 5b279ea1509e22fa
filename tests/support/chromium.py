"""A real Chromium against the real site on a port of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASKED = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
"""What is well is not told of each element of the page: nobody reads it."""
AXE = Axe()
SIZES = {
    "phone": {"width": 390, "height": 844},
    "desk": {"width": 1280, "height": 900},
    "narrow": {"width": 320, "height": 700},
}
NARROW_AND_WIDE = ("narrow", "desk")
"""The sizes at which pages are looked at: what fits 320 pixels fits a phone of 390."""


@contextmanager
def started() -> Iterator[Chromium]:
    path = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := which(name)))
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
    """Fail on anything that axe finds, on sideways scrolling, and on files that were refused."""
    page.wait_for_load_state()
    # What is still fading in has no contrast yet.
    page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished))")
    found: dict[str, Any] = AXE.run(page, options=ASKED).response
    wrong = [
        f"{rule['id']}: {rule['help']} {[node['html'][:160] for node in rule['nodes'][:3]]}"
        for rule in found["violations"]
    ]
    assert not wrong, f"{page.url}: {wrong}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} pixels"


def picture(page: Page, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)

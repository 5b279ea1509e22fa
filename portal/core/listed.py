"""Addresses that features give to the sitemap by themselves, so that it need not know them."""

from collections.abc import Callable, Iterable
from datetime import date

from flask import Flask, current_app

LISTED = "portal.listed"
Entry = tuple[str, date | None]
"""The path of a page, and the day on which it last changed, where that is known."""


def list_pages(app: Flask, pages: Callable[[], Iterable[Entry]]) -> None:
    """Have the sitemap ask for more pages. They are asked for within the request."""
    app.extensions.setdefault(LISTED, []).append(pages)


def listed_pages() -> list[Entry]:
    """All pages that features listed."""
    return [entry for pages in current_app.extensions.get(LISTED, ()) for entry in pages()]

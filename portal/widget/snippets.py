"""What goes into the pages of another website: the script or the plain frame, and what its policy must let through."""

from flask import url_for
from markupsafe import escape

from portal.core.pages import whole_address
from portal.widget.models import WidgetKey
from portal.widget.script import locales_of, words_in

FRAME_HEIGHT = 700
"""Pixels. A plain frame has one height; what is longer scrolls."""


def page_of(widget: WidgetKey) -> str:
    """The path of the page that its frame begins with."""
    return words_in(widget.key, locales_of(widget)[0])["page"]


def by_script(widget: WidgetKey) -> str:
    """The script, with a plain link for where scripts are off."""
    words = words_in(widget.key, locales_of(widget)[0])
    address, site = whole_address(url_for("widget.script", key=widget.key)), whole_address(words["site"])
    link = f'<a href="{escape(site)}" target="_blank" rel="noopener noreferrer">{escape(words["link"])}</a>'
    return f'<script src="{escape(address)}" async></script>\n<noscript>{link}</noscript>'


def by_frame(widget: WidgetKey) -> str:
    """The plain frame, for where no script may be added."""
    locale = locales_of(widget)[0]
    words = words_in(widget.key, locale)
    address = whole_address(words["page"])
    lines = f'<iframe src="{escape(address)}" title="{escape(words["title"])}" loading="lazy" referrerpolicy="strict-origin"'
    return f'{lines}\n  width="100%" height="{FRAME_HEIGHT}"></iframe>'


def rules() -> str:
    """What a website with a Content-Security-Policy of its own adds to it."""
    here = whole_address("")
    return f"script-src {here}; frame-src {here}"

"""The script of a widget: our own code from `static/js/widget.js`, with what one key needs to know before it.

It holds nothing about whoever loads it, so that every cache may keep it. Where the key is unknown or switched off, it names no
site that may show a frame, so that the plain link stands on the page.
"""

import json
from functools import cache

from flask import request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from portal.core import assets
from portal.core.brand import current_brand
from portal.core.i18n import LOCALES, Locale, default_locale, offered_locales
from portal.widget.models import WidgetKey
from portal.widget.starting import SEVERAL, SINGLE

ATTRIBUTES = {"language": "spoken"}
"""What attributes of the script are called, where that is not as the parameter: `data-language` is that of the widget itself."""
LARGEST = 5_000
"""Bytes of the whole script."""


def script_for(key: str, widget: WidgetKey | None) -> str:
    """The script that is served under a key. `widget` is None where there is none of that key."""
    is_open = widget is not None and widget.is_on
    locales = locales_of(widget)
    told = {
        "script": _bare(url_for("widget.script", key=key)),
        "sites": widget.sites if widget is not None and is_open else [],
        "local": widget is not None and is_open and widget.allows_local,
        "first": locales[0].code,
        "languages": {locale.code: words_in(key, locale) for locale in locales},
        "single": SINGLE,
        "several": {ATTRIBUTES.get(name, name): name for name in SEVERAL},
    }
    return f"((told)=>{{{_source()}}})({json.dumps(told, separators=(',', ':'))});\n"


def locales_of(widget: WidgetKey | None) -> list[Locale]:
    """The languages of a widget, the one to begin with first: those that were chosen and are offered, else all that are."""
    offered = offered_locales()
    chosen = [
        LOCALES[code] for code in (widget.languages if widget is not None else ()) if LOCALES.get(code) in offered
    ]
    return chosen or offered


def path_of(path: str, locale: Locale) -> str:
    """A path of the default language in another."""
    return path if locale == default_locale() else f"/{locale.code}{path}"


def words_in(key: str, locale: Locale) -> dict[str, str]:
    """What is said in one language, and the paths of the frame and of the site in it."""
    name = current_brand().name
    with force_locale(locale.code):
        title, link = _("Find support, by %(site)s", site=name), _("Find support on %(site)s", site=name)
    return {
        "code": locale.code,
        "direction": locale.direction,
        "page": path_of(_bare(url_for("widget.start", key=key)), locale),
        "site": path_of(_bare(url_for("directory.search")), locale),
        "title": title,
        "link": link,
    }


def _bare(path: str) -> str:
    """A path without the language of the request in hand."""
    return path.removeprefix(request.script_root)


@cache
def _source() -> str:
    """Our code without comments and indentation: a line of it is a line of a program still."""
    found = assets.load("js/widget.js")
    if found is None:
        raise LookupError("there is no static file js/widget.js")
    lines = (line.strip() for line in found.body.decode("utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))

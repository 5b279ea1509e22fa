"""Languages: which there are, which one a request is in, and how addresses carry it.

The default language has no prefix; every other has its code as the first part of the path (`/cy/services`). A small
WSGI layer moves that part into SCRIPT_NAME, so that routes are written once and `url_for` keeps the language by itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request
from flask_babel import Domain
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from portal.core.extensions import babel, settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass(frozen=True)
class Locale:
    """A language of the interface: its code (BCP 47), its own name, its direction, and the rule for its plurals.

    `plurals` is a gettext Plural-Forms value. Source: CLDR for whole numbers; Babel's own defaults are wrong for several.
    `checked`: a native reader has checked the translation.
    """

    code: str
    own_name: str
    direction: Literal["ltr", "rtl"]
    plurals: str
    checked: bool = False


PATH_SIGNS = "/:@!$&'()*+,;=~"
"""Signs that may stand in a path as they are."""
ENGLISH = Locale("en", "English", "ltr", "nplurals=2; plural=(n != 1);", checked=True)
LOCALES = {
    locale.code: locale
    for locale in (
        ENGLISH,
        Locale(
            "cy",
            "Cymraeg",
            "ltr",
            "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5);",
        ),
        Locale("ur", "اردو", "rtl", "nplurals=2; plural=(n != 1);"),
    )
}
UNPREFIXED = (
    "static",
    "healthz",
    "readyz",
    "metrics",
    "robots.txt",
    "sitemap.xml",
    "brand.css",
    "brand-logo",
    "api",
    "favicon.ico",
)
"""First parts of paths that are the same in every language."""
PAGES_ABOVE = frozenset({"api"})
"""Whole paths that are pages all the same, in every language: what is below them is for machines."""


def default_locale() -> Locale:
    """The language of addresses without a prefix: the first of PORTAL_LANGUAGES."""
    return LOCALES[settings().languages[0]]


def current_locale() -> Locale:
    """The language of this request, or the default outside one."""
    if has_request_context():
        code = request.environ.get("portal.language")
        if code in LOCALES:
            return LOCALES[code]
    return default_locale()


def offered_locales() -> list[Locale]:
    """The languages of this instance, in the operator's order."""
    return [LOCALES[code] for code in settings().languages if code in LOCALES]


def path_in(locale: Locale) -> str:
    """The address of the page in hand in another language, with its query."""
    prefix = "" if locale == default_locale() else f"/{locale.code}"
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return f"{prefix}{quote(request.path, safe=PATH_SIGNS)}{query}"


def home_in(locale: Locale) -> str:
    """The address of the home page in another language."""
    return "/" if locale == default_locale() else f"/{locale.code}/"


class LanguageInPath:
    """WSGI layer that takes the language out of the path and puts it into SCRIPT_NAME."""

    def __init__(self, application: Callable[..., Iterable[bytes]], languages: tuple[str, ...]) -> None:
        self.application = application
        self.default, self.prefixed = languages[0], frozenset(languages[1:])

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        first, _, rest = environ.get("PATH_INFO", "").removeprefix("/").partition("/")
        environ["portal.language"] = self.default
        if first in self.prefixed and (rest in PAGES_ABOVE or rest.partition("/")[0] not in UNPREFIXED):
            environ["portal.language"] = first
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
            environ["PATH_INFO"] = f"/{rest}"
        return self.application(environ, start_response)


class Words(Domain):  # type: ignore[misc, unused-ignore]
    """The words of the interface. Their language is settled once a page, where Flask-Babel settles it for every word.

    The catalogue in hand is kept where `force_locale` and `refresh` drop it.
    """

    def get_translations(self) -> NullTranslations:
        """The catalogue of the language in hand."""
        try:
            held: NullTranslations | None = g._get_current_object()._flask_babel.babel_translations
        except (AttributeError, RuntimeError):  # the first word of a page, or no page
            held = None
        if held is None:
            held = super().get_translations()  # type: ignore[no-untyped-call]
            if g:
                g._flask_babel.babel_translations = held
        return held


WORDS = Words()  # type: ignore[no-untyped-call]
MOST_KEPT = 16_384
"""Messages kept translated. Messages are ours, never what a person typed."""


def gettext(message: str, /, **parts: object) -> str:
    """A message in the language in hand, as Flask-Babel's own, which asks for the catalogue by a longer way."""
    said = _said(WORDS.get_translations(), message)
    return said % parts if parts else said


def lazy_gettext(message: str, /) -> LazyString:
    """A message in the language in hand when it is put out."""
    return LazyString(gettext, message)  # type: ignore[no-untyped-call]


@pass_eval_context
def _in_template(place: EvalContext, message: str, /, **parts: object) -> str:
    """A message of a template, its parts escaped. Jinja's own takes four calls for what takes one here."""
    catalogue = WORDS.get_translations()
    whole = _marked(catalogue, message) if place.autoescape else _said(catalogue, message)
    return whole % parts if parts or "%" in whole else whole


@lru_cache(maxsize=MOST_KEPT)
def _said(catalogue: NullTranslations, message: str) -> str:
    return catalogue.gettext(message)


@lru_cache(maxsize=MOST_KEPT)
def _marked(catalogue: NullTranslations, message: str) -> Markup:
    return Markup(catalogue.gettext(message))  # noqa: S704 (our own words)


def init_app(app: Flask, languages: tuple[str, ...], folder: str) -> None:
    """Bind Babel, the language layer, and what templates need of both. `folder` holds the translations."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = folder
    babel.init_app(  # type: ignore[no-untyped-call]
        app, locale_selector=lambda: current_locale().code, default_timezone="Europe/London"
    )
    babel.domain_instance = WORDS
    app.jinja_env.globals |= {"_": _in_template, "gettext": _in_template}
    app.wsgi_app = LanguageInPath(app.wsgi_app, languages)  # type: ignore[method-assign]

    @app.context_processor
    def _languages() -> dict[str, Any]:
        return {
            "current_locale": current_locale(),
            "offered_locales": offered_locales(),
            "path_in": path_in,
            "home_in": home_in,
        }

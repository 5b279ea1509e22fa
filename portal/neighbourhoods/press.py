"""Makes a PDF of a page, with what the extra "pdf" installs. Nothing is fetched: neither network nor files but our style sheets.

The page must be of our own making and hold no address of a picture that somebody typed.
"""

import logging
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markupsafe import Markup

from portal.core import assets
from portal.core.extensions import settings

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

KIND = "pdf/ua-1"
"""PDF/UA: tagged, with a language and a title, so that screen readers can read it. Source: ISO 14289-1."""
LARGEST = 8 * 1024 * 1024


class TooLarge(Exception):
    """A booklet that nobody should have to load."""


def is_here() -> bool:
    """Whether the extra is installed. Nothing is loaded by asking."""
    try:
        return find_spec("weasyprint") is not None
    except ValueError:
        return False


def titled(picture: Markup, words: str) -> Markup:
    """A drawing of ours with words for who does not see it, as a tagged PDF wants of each."""
    drawn = str(picture)
    end_of_tag = drawn.index(">") + 1
    return Markup("{}<title>{}</title>{}").format(Markup(drawn[:end_of_tag]), words, Markup(drawn[end_of_tag:]))  # noqa: S704


def pdf_of(html: str) -> bytes:
    """The page as a tagged PDF. Raises TooLarge. Takes seconds: it is for the worker."""
    # It is large, not always installed, and only the worker needs it.
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    class OurStatics(URLFetcher):
        """Gives our own static files, from memory. Anything else is refused."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> "URLFetcherResponse":
            return _static(url)

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    base = f"{settings().base_url}/"
    made: bytes = HTML(string=html, base_url=base, url_fetcher=OurStatics()).write_pdf(pdf_variant=KIND)
    if len(made) > LARGEST:
        raise TooLarge(len(made))
    return made


def _static(url: str) -> "URLFetcherResponse":
    from weasyprint.urls import URLFetcherResponse

    told, ours = urlsplit(url), urlsplit(settings().base_url)
    is_ours = (told.scheme, told.netloc) == (ours.scheme, ours.netloc) and told.path.startswith("/static/")
    found = assets.load(told.path.removeprefix("/static/")) if is_ours else None
    if found is None:
        raise ValueError("not a static file of ours")
    return URLFetcherResponse(url, found.body, {"Content-Type": found.mimetype})

"""The process that makes one PDF: a page comes in as JSON, the file goes out. It knows no database and no secret."""

import json
import sys
from urllib.parse import urlsplit

from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from portal.core import assets

KIND = "pdf/ua-1"
"""PDF/UA: tagged, with a language and a title, so that screen readers can read it. Source: ISO 14289-1."""
MEMORY_BYTES = 1 << 30


class OurStatics(URLFetcher):
    """Gives our own static files, from memory. Anything else is refused: other sites, other files, what is inside an address."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._ours = urlsplit(base)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The file of an address. Raises ValueError where it is none of ours; a page is then made without it."""
        told = urlsplit(url)
        is_ours = (told.scheme, told.netloc) == (self._ours.scheme, self._ours.netloc)
        found = (
            assets.load(told.path.removeprefix("/static/")) if is_ours and told.path.startswith("/static/") else None
        )
        if found is None:
            raise ValueError("not a static file of ours")
        return URLFetcherResponse(url, found.body, {"Content-Type": found.mimetype})


def pressed(html: str, base: str) -> bytes:
    """The page as a tagged PDF. `base`: scheme and host of our own addresses."""
    made: bytes = HTML(string=html, base_url=f"{base}/", url_fetcher=OurStatics(base)).write_pdf(pdf_variant=KIND)
    return made


def _bound(seconds: int) -> None:
    """Set the limits, where the system has them."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_DATA, MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    asked = json.load(sys.stdin.buffer)
    _bound(asked["seconds"])
    sys.stdout.buffer.write(pressed(asked["html"], asked["base"]))

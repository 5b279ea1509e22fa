"""QR codes: an address as a square that a phone can read."""

from functools import lru_cache

import segno
from markupsafe import Markup


def qr_svg(address: str) -> Markup:
    """An inline picture of an address, black on white, without a size of its own. The address must stand beside it."""
    picture = segno.make(address, error="m", micro=False)
    drawn = picture.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None, light="#fff")
    labelled = drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return Markup(labelled)  # noqa: S704 - drawn by the library from black and white fields; no text is in it


@lru_cache(maxsize=1_000)
def page_qr_svg(address: str) -> Markup:
    """The same of a page that is open to all, remembered: drawing it was a third of the work of a listing. Never of a secret."""
    return qr_svg(address)

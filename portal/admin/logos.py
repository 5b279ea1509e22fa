"""Which pictures may be a logo: a PNG, or an SVG that runs nothing and fetches nothing."""

import struct
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.core.brand import LARGEST_LOGO

PNG = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 2_000
FORBIDDEN = frozenset(
    {"script", "foreignobject", "iframe", "object", "embed", "image", "use", "style", "animate", "set", "a"}
)
"""Elements of SVG that run, fetch or lead somewhere. A logo needs none of them."""


def kind_of(picture: bytes) -> str | None:
    """The type of a picture that may be a logo, else None."""
    if not picture or len(picture) > LARGEST_LOGO:
        return None
    if picture.startswith(PNG):
        return "image/png" if _is_small_png(picture) else None
    return "image/svg+xml" if _is_plain_svg(picture) else None


def _is_small_png(picture: bytes) -> bool:
    if len(picture) < 33 or picture[12:16] != b"IHDR":
        return False
    width, height = (int(side) for side in struct.unpack(">II", picture[16:24]))
    return 0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS


def _is_plain_svg(picture: bytes) -> bool:
    try:
        root = fromstring(picture, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return False
    if _name(root.tag) != "svg":
        return False
    return all(
        isinstance(element.tag, str)
        and _name(element.tag) not in FORBIDDEN
        and not any(_leads_out(name, value) for name, value in element.attrib.items())
        for element in root.iter()
    )


def _leads_out(name: str, value: str) -> bool:
    plain = _name(name)
    if plain.startswith("on") or plain in {"href", "style", "src"}:
        return True
    told = value.replace(" ", "").lower()
    return "url(" in told and "url(#" not in told


def _name(tag: str) -> str:
    return tag.rpartition("}")[2].lower()

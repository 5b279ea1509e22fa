"""Which pictures may be a logo: a PNG, or an SVG that runs nothing, fetches nothing and leads nowhere.

An SVG is read as UTF-8, as browsers are told to read it. It may hold the shapes and properties named here, and nothing else.
"""

import re
import struct
from typing import NoReturn
from xml.etree.ElementTree import ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from portal.core.brand import LARGEST_LOGO

PNG = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 2_000
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = frozenset(
    SVG + name
    for name in (
        "svg", "g", "defs", "symbol", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
        "tspan", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern",
    )
)  # fmt: skip
"""Elements that only draw, or name what is drawn."""
LEADING = frozenset({"href", "style", "src", "base"})
"""Attributes that lead out of the picture, or hold rules that may."""
WITHIN = re.compile(r"url\(\s*[\"']?#[\w.:-]+[\"']?\s*\)", re.IGNORECASE)
FETCHING = re.compile(r"\\|(?:url|src|image|image-set|element|cross-fade)\(|script:|data:|@import", re.IGNORECASE)
"""What a property of CSS fetches with, and the backslash by which it may be written otherwise."""


class _Instruction(ValueError):
    """An instruction to whoever reads the file, such as one that names a style sheet."""


class _Tree(TreeBuilder):
    """Builds the tree, and refuses instructions, which would otherwise not be in it."""

    def pi(self, target: str, text: str | None = None) -> NoReturn:
        raise _Instruction(target)


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
    parser = DefusedXMLParser(target=_Tree(), forbid_dtd=True)
    try:
        parser.feed(picture.decode("utf-8-sig"))
        root = parser.close()
    except (ParseError, DefusedXmlException, ValueError):
        return False
    return root.tag == f"{SVG}svg" and all(
        element.tag in SHAPES and not any(_leads_out(name, value) for name, value in element.attrib.items())
        for element in root.iter()
    )


def _leads_out(name: str, value: str) -> bool:
    plain = name.rpartition("}")[2].lower()
    return plain.startswith("on") or plain in LEADING or FETCHING.search(WITHIN.sub("", value)) is not None

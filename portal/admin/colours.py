"""Colours that an administrator may choose, and the pairs in which one must be readable on the other.

Source: WCAG 2.2, 1.4.3, relative luminance and contrast ratio.
"""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

LEAST = 4.5
OURS = {
    "pine": "#0b5351",
    "pine-deep": "#083f3e",
    "pine-edge": "#052928",
    "dew": "#e0efea",
    "mist": "#f3f7f5",
    "lamp": "#ffc145",
    "ink": "#1b2b2b",
}
"""Names of design tokens that may be chosen, with ours. The others follow from none of these. Source: static/css/tokens.css."""
LABELS: dict[str, LazyString] = {
    "pine": _l("Main colour: header, buttons, links"),
    "pine-deep": _l("Main colour, darker: where you are"),
    "pine-edge": _l("Main colour, darkest: edges of buttons"),
    "dew": _l("Tint: bars and boxes"),
    "mist": _l("Behind the page"),
    "lamp": _l("The mark"),
    "ink": _l("Text of pages"),
}
PAIRS = (
    ("white", "pine"), ("white", "pine-deep"), ("white", "pine-edge"), ("pine", "mist"), ("pine", "dew"), ("ink", "white"),
    ("ink", "mist"), ("ink", "dew"), ("ink", "lamp"),
)  # fmt: skip
"""Letters and what they stand on."""


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, written like "#0b5351": from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def unreadable(chosen: Mapping[str, str]) -> list[tuple[str, str, float]]:
    """Pairs that cannot be read well with these colours over ours: letters, ground, contrast."""
    colours = {"white": "#ffffff", **OURS, **chosen}
    found = [(letters, ground, contrast(colours[letters], colours[ground])) for letters, ground in PAIRS]
    return [one for one in found if one[2] < LEAST]


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

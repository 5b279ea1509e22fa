"""How long a text to a phone is, counted as networks count: by the alphabet that it needs.

Source: 3GPP TS 23.038 (GSM 7-bit default alphabet and its extension table; UCS-2), TS 23.040 (parts of a longer text).
"""

from dataclasses import dataclass
from typing import Literal

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
"""Each takes two places."""
ALONE = {"gsm": 160, "ucs2": 70}
IN_PARTS = {"gsm": 153, "ucs2": 67}
"""Places in each part of a text of several: a header takes the rest."""
TYPOGRAPHY = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u2011": "-", "\t": " "}
)


@dataclass(frozen=True)
class Length:
    """How many `places` a text takes in its alphabet, and in how many `parts` it is sent."""

    alphabet: Literal["gsm", "ucs2"]
    places: int
    parts: int


def plain_signs(text: str) -> str:
    """A text with the signs of a keyboard in place of a typesetter's, which alone would cost the larger alphabet."""
    return text.translate(TYPOGRAPHY)


def length_of(text: str) -> Length:
    """The alphabet, places and parts of a text."""
    if all(letter in BASIC or letter in EXTENSION for letter in text):
        widths = [2 if letter in EXTENSION else 1 for letter in text]
        return Length("gsm", sum(widths), _parts(widths, "gsm"))
    widths = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    return Length("ucs2", sum(widths), _parts(widths, "ucs2"))


def fits(text: str) -> bool:
    """Whether a text keeps to what we send: one part of the basic alphabet (160), or two of the larger one (134)."""
    length = length_of(text)
    return length.parts <= (1 if length.alphabet == "gsm" else 2)


def _parts(widths: list[int], alphabet: Literal["gsm", "ucs2"]) -> int:
    """A sign of two places is never torn between two parts."""
    if sum(widths) <= ALONE[alphabet]:
        return 1
    parts, left = 1, IN_PARTS[alphabet]
    for width in widths:
        if width > left:
            parts, left = parts + 1, IN_PARTS[alphabet]
        left -= width
    return parts

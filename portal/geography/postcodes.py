"""How a postcode is written, and one whole number for each that sorts as postcodes do.

Source: Royal Mail, Programmers' guide to the PAF, "Postcode formats"; BS 7666.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["postcode", "sector", "district"]

OUTWARD = r"[A-Z]{1,2}(?:0|[1-9][0-9A-Z]?)"
FULL = re.compile(rf"({OUTWARD})([0-9])([A-Z]{{2}})")
SECTOR = re.compile(rf"({OUTWARD})([0-9])")
DISTRICT = re.compile(OUTWARD)
FULL_WITHIN = re.compile(rf"\b({OUTWARD}) ?([0-9])([A-Z]{{2}})\b")
PART_WITHIN = re.compile(rf"\b({OUTWARD})(?: ([0-9])[A-Z]?)?$")
LOOKS_FULL = re.compile(r"[A-Z0-9]{1,2}[0-9OI][A-Z0-9]{0,2}[0-9OI][A-Z]{2}")
TWINS = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}
LONGEST = 8

UNITS = 26 * 26
SECTORS = 10 * UNITS
FIRST_LETTER = 11
"""After a district's first digit: 0 for nothing, 1 to 10 for another digit, 11 to 36 for a letter."""
NO_KEY = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True)
class Postcode:
    """A postcode or its beginning: `outward` "LE2", `sector` "0" or none, `unit` "QB" or none."""

    outward: str
    sector: str = ""
    unit: str = ""

    @property
    def kind(self) -> Kind:
        """How much of a postcode this is."""
        return "postcode" if self.unit else "sector" if self.sector else "district"

    @property
    def text(self) -> str:
        """As people write it: "LE2 0QB", "LE2 0", "LE2"."""
        return f"{self.outward} {self.sector}{self.unit}".rstrip()

    @property
    def shared(self) -> str:
        """As much as an address bar may carry: the sector at most."""
        return f"{self.outward} {self.sector}".rstrip()

    @property
    def area(self) -> str:
        """The one or two letters at the start: "LE"."""
        return self.outward[: 2 if self.outward[1].isalpha() else 1]

    @property
    def bounds(self) -> tuple[int, int]:
        """First key, and the key after the last, of every postcode that begins so."""
        start = _outward_number(self.outward) * SECTORS
        if not self.sector:
            return start, start + SECTORS
        start += int(self.sector) * UNITS
        if not self.unit:
            return start, start + UNITS
        start += (ord(self.unit[0]) - 65) * 26 + ord(self.unit[1]) - 65
        return start, start + 1

    @property
    def lettered_bounds(self) -> tuple[int, int]:
        """Bounds of the districts that split this one by a letter, as W1A to W1W do W1; empty for anything else."""
        if self.sector or self.outward[-1].isalpha() or self.outward[-2].isdigit():
            return 0, 0
        start = _outward_number(self.outward)
        return (start + FIRST_LETTER) * SECTORS, (start + FIRST_LETTER + 26) * SECTORS


def readings(text: str) -> Iterator[Postcode]:
    """The ways to read capitals and digits as a postcode or part of one, likeliest first.

    As typed; then with O for 0 and I for 1 put right. "LE20" reads as a district, then as a sector.
    """
    compact = text.replace(" ", "")
    if not 2 <= len(compact) <= LONGEST - 1 or not compact.isalnum() or not compact.isascii():
        return
    seen = set()
    for spelling in _spellings(compact):
        for postcode in _readings_of(spelling, spaced_sector=_ends_in_lone_digit(text)):
            if postcode not in seen:
                seen.add(postcode)
                yield postcode


def within(text: str) -> Iterator[Postcode]:
    """Postcodes that stand among other words: the last full one, then a part at the end."""
    for found in reversed(list(FULL_WITHIN.finditer(text))):
        yield Postcode(*found.groups())
    if (part := PART_WITHIN.search(text)) is not None:
        yield Postcode(part[1], part[2] or "")


def looks_full(text: str) -> bool:
    """True where somebody clearly meant to type a whole postcode."""
    compact = text.replace(" ", "")
    return LOOKS_FULL.fullmatch(compact) is not None and any(letter.isdigit() for letter in compact)


def pack(letters: NDArray[np.uint8], outward_length: NDArray[Any]) -> NDArray[np.uint32]:
    """Keys of many postcodes, `NO_KEY` for what is none. `letters`: rows of outward padded to 4, then inward 3."""
    table = letters.astype(np.int64)
    first, second, third, fourth = (np.where(outward_length > place, table[:, place], 0) for place in range(4))
    double = (second >= 65) & (second <= 90)
    digit, extra = np.where(double, third, second) - 48, np.where(double, fourth, third)
    extra = np.where(extra == 0, 0, np.where(extra < 65, extra - 47, extra - 54))
    outward = ((first - 65) * 27 + np.where(double, second - 64, 0)) * 370 + digit * 37 + extra
    keys = outward * SECTORS + (table[:, 4] - 48) * UNITS + (table[:, 5] - 65) * 26 + table[:, 6] - 65
    right = (first >= 65) & (first <= 90) & (digit >= 0) & (digit <= 9) & (extra >= 0) & (extra <= 36)
    return np.where(right, keys, NO_KEY).astype(np.uint32)


def _outward_number(outward: str) -> int:
    double = outward[1].isalpha()
    second, rest = (ord(outward[1]) - 64, outward[2:]) if double else (0, outward[1:])
    extra = rest[1:]
    last = 0 if not extra else ord(extra) - (47 if extra.isdigit() else 54)
    return ((ord(outward[0]) - 65) * 27 + second) * 370 + int(rest[0]) * 37 + last


def _ends_in_lone_digit(text: str) -> bool:
    words = text.split()
    return len(words) > 1 and words[-1][0] in "0123456789OI" and len(words[-1]) <= 2


def _readings_of(compact: str, *, spaced_sector: bool) -> Iterator[Postcode]:
    if (full := FULL.fullmatch(compact)) is not None:
        yield Postcode(*full.groups())
    if spaced_sector:
        sector = SECTOR.fullmatch(compact) or re.fullmatch(rf"({OUTWARD})([0-9])[A-Z]", compact)
        if sector is not None:
            yield Postcode(sector[1], sector[2])
        return
    if DISTRICT.fullmatch(compact) is not None:
        yield Postcode(compact)
    if (joined := SECTOR.fullmatch(compact)) is not None:
        yield Postcode(joined[1], joined[2])


def _spellings(compact: str) -> list[str]:
    """As typed first, then the fewest swaps of O and 0, I and 1."""
    options = ["".join(letters) for letters in product(*(TWINS.get(letter, letter) for letter in compact))]
    return sorted(options, key=lambda option: sum(a != b for a, b in zip(option, compact, strict=True)))

"""Ids of SNOMED CT: 6 to 18 digits that end with what kind they are and a check digit. Source: SNOMED CT, SCTID data type.

Lists are checked when they are loaded: three codes of a national list had wrong check digits.
"""

import re
from typing import Literal

from stdnum import verhoeff

SYSTEM = "http://snomed.info/sct"
SHAPE = re.compile(r"[1-9][0-9]{5,17}")
SHORTENED = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]+")
"""What a spreadsheet makes of a long number: "7.66561E+14"."""
LONG = "1"
"""First digit of the partition of an id that holds the number of who issued it, which makes it longer."""
SHORTEST_LONG = 11

Kind = Literal["concept", "description", "relationship"]
Problem = Literal["shortened", "shape", "check digit", "kind"]
KINDS: dict[str, Kind] = {"0": "concept", "1": "description", "2": "relationship"}


def kind(code: str) -> Kind | None:
    """What an id stands for, by the two digits before its check digit; None where they say nothing that there is."""
    if not SHAPE.fullmatch(code) or code[-3] not in "01" or (code[-3] == LONG and len(code) < SHORTEST_LONG):
        return None
    return KINDS.get(code[-2])


def is_right(code: str) -> bool:
    """Whether an id is made as SNOMED makes them: length, kind and check digit. Whether it is in use cannot be told from it."""
    return kind(code) is not None and verhoeff.is_valid(code)


def problem(code: str) -> Problem | None:
    """What is wrong with the id of a concept, worst first, or None."""
    if SHORTENED.fullmatch(code):
        return "shortened"
    if not SHAPE.fullmatch(code):
        return "shape"
    if not verhoeff.is_valid(code):
        return "check digit"
    return None if kind(code) == "concept" else "kind"

"""Whole numbers that strangers write, bounded, so that any database can count with them."""

from flask import request
from werkzeug.routing import IntegerConverter

DIGITS = 9
"""What every whole-number column holds."""


class NumberInAddress(IntegerConverter):
    """`<int:…>` in the address of a page: a longer one leads to no page."""

    regex = rf"[0-9]{{1,{DIGITS}}}"


def whole_number(told: str, digits: int = DIGITS) -> int | None:
    """The number that the digits 0 to 9 spell; None for anything else, and for more digits than these."""
    return int(told) if told.isascii() and told.isdecimal() and len(told) <= digits else None


def page_number() -> int:
    """The page of a list that an address asks for; 1 where it asks for none."""
    return whole_number(request.args.get("page", ""), 7) or 1

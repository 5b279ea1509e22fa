"""Ids as documents tell them, and those that we make for records of a source that tells none."""

import hashlib
import re
from typing import Any

LONGEST = 200
MADE = re.compile(r"[0-9a-f]{24}")
"""What an id that we made looks like."""


def told_id(document: Any) -> str | None:
    """The id of a document, if it has one that can be asked for and kept: no NUL, no half of a pair of surrogates."""
    told = document.get("id") if isinstance(document, dict) else None
    if isinstance(told, bool) or not isinstance(told, str | int):
        return None
    text = str(told).strip()
    return text if 0 < len(text) <= LONGEST and text.isprintable() and text.strip(".") else None


def made_id(told: str) -> str:
    """An id made of what tells one record from another."""
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def is_made(external_id: str) -> bool:
    """Whether an id looks as if we made it. It is told to nobody then: what it is made of, such as an address, can be guessed."""
    return MADE.fullmatch(external_id) is not None

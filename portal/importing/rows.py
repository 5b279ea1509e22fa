"""One row of a file: its original document whole, or why it could not be read."""

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.importing.texts import storable

DEEPEST = 20
MOST_KEYS = 1_000
MOST_LETTERS = 5_000_000
"""Letters of rows that are held at once, about."""


class Refused(Exception):
    """Why a row cannot become a listing, as a plain sentence."""


@dataclass(frozen=True)
class Row:
    """A row and the line it began on. Either `document` or `problem` is there; beside a problem the `id`, where that is known."""

    line: int
    document: dict[str, Any] | None = None
    problem: str | None = None
    id: str | None = None


def checked(value: Any, depth: int = 0) -> Any:
    """The same JSON value with texts that a database can store. Raises Refused if too deep or not a true number."""
    if depth > DEEPEST:
        raise Refused(f"it is nested more than {DEEPEST} deep")
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise Refused("it holds a number that is too large")
    if isinstance(value, dict):
        if len(value) > MOST_KEYS:
            raise Refused(f"it has more than {MOST_KEYS:,} keys")
        return {storable(key): checked(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [checked(item, depth + 1) for item in value]
    return value


def digest_of(document: dict[str, Any]) -> str:
    """SHA-256 of a document, hex; the same for the same facts in another order of keys."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def in_batches(rows: Iterator[Row], most: int) -> Iterator[list[Row]]:
    """Rows in lists of at most so many, in order; fewer where they are long."""
    batch: list[Row] = []
    letters = 0
    for row in rows:
        batch.append(row)
        letters += letters_in(row.document)
        if len(batch) >= most or letters >= MOST_LETTERS:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch


def letters_in(value: Any) -> int:
    """How many letters there are in a JSON value, about; what it takes in memory."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(key) + letters_in(item) for key, item in value.items())
    if isinstance(value, list):
        return sum(map(letters_in, value)) + len(value)
    return 8

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


class Refused(Exception):
    """Why a row cannot become a listing, as a plain sentence."""


@dataclass(frozen=True)
class Row:
    """A row and the line it began on. Either `document` or `problem` is there."""

    line: int
    document: dict[str, Any] | None = None
    problem: str | None = None


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
    """Rows in lists of at most so many, in order."""
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= most:
            yield batch
            batch = []
    if batch:
        yield batch

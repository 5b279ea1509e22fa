"""Rows as text that is the same on every database, so that they can be compared and counted.

Spaces and the order of names within JSON do not count, nor whether a whole number was written 1 or 1.0.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.operations.copying.tables import Row


@dataclass
class Sum:
    """How many rows, and the digest of all of them in the order of their keys."""

    rows: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    def add(self, row: Row) -> None:
        """Count a row in."""
        self.rows += 1
        self._hash.update(spelled(row).encode())
        self._hash.update(b"\n")

    @property
    def digest(self) -> str:
        """64 hexadecimal digits."""
        return str(self._hash.hexdigest())


def spelled(row: Row, without: Iterable[str] = ()) -> str:
    """A row as one line of ASCII."""
    left_out = frozenset(without)
    return json.dumps([_spelled(value) for name, value in row.items() if name not in left_out])


def digest_of_all(digests: Iterable[str]) -> str:
    """One digest for those of all tables, in their order."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _spelled(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case dict():
            return {name: _spelled(value[name]) for name in sorted(value)}
        case list():
            return [_spelled(item) for item in value]
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case UUID() | bytes() | bytearray() | memoryview():
            return value.hex if isinstance(value, UUID) else bytes(value).hex()
        case Decimal():
            return f"{value.normalize():f}"
    raise TypeError(f"no way to spell a {type(value).__name__}")

"""A row as one line of JSON, and back: every value as it was, in the types that the tables have now."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, LargeBinary, Numeric, Table, Time, Uuid
from sqlalchemy.types import TypeEngine

from portal.core.fields import UtcDateTime
from portal.operations.copying.tables import Row

READ: tuple[tuple[type[TypeEngine[Any]], Callable[[Any], Any]], ...] = (
    (UtcDateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (Time, time.fromisoformat),
    (Uuid, UUID),
    (LargeBinary, bytes.fromhex),
)


def line(table: Table, row: Row) -> bytes:
    """The values of a row in the order of its columns. ASCII, ends with a line feed."""
    told = [
        value if isinstance(column.type, JSON) else _written(value)
        for column, value in zip(table.columns, row.values(), strict=True)
    ]
    return json.dumps(told, separators=(",", ":")).encode("ascii") + b"\n"


def row_of(table: Table, told: bytes) -> Row:
    """What `line` wrote. Raises ValueError."""
    values = json.loads(told)
    return {column.name: _read(column.type, value) for column, value in zip(table.columns, values, strict=True)}


def _written(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case UUID():
            return value.hex
        case Decimal():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
    raise TypeError(f"no way to write a {type(value).__name__}")


def _read(kind: TypeEngine[Any], value: Any) -> Any:
    if value is None or isinstance(kind, JSON):
        return value
    if isinstance(kind, Numeric) and isinstance(value, str):
        return Decimal(value)
    for type_, read in READ:
        if isinstance(kind, type_):
            return read(value)
    return value

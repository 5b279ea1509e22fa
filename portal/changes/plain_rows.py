"""Rows of the directory as plain JSON and back, by the names of their columns."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from portal.core.extensions import Base
from portal.core.fields import UtcDateTime

Values = dict[str, Any]
READERS: dict[type, Any] = {
    date: date.fromisoformat,
    time: time.fromisoformat,
    datetime: datetime.fromisoformat,
    Decimal: Decimal,
}


def told(row: Any, names: Iterable[str]) -> Values:
    """Columns of a row as plain JSON; those that say nothing are left out, so that equal facts are equal JSON."""
    values = {name: plain(getattr(row, name)) for name in names}
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def put(row: Any, names: Iterable[str], values: Mapping[str, Any]) -> None:
    """Set columns of a row from plain JSON. What is left out becomes empty, or the column's own default."""
    for name in names:
        value = stored(type(row), name, values.get(name))
        if value is None and (default := _default(type(row), name)) is not None:
            value = default
        if getattr(row, name) != value:
            setattr(row, name, value)


def stored(model: type[Base], name: str, value: Any) -> Any:
    """One value as its column holds it."""
    if value is None or value == "":
        return None
    kind = model.__table__.c[name].type
    reader = READERS.get(datetime if isinstance(kind, UtcDateTime) else kind.python_type)
    return reader(value) if reader and isinstance(value, str) else value


def plain(value: Any) -> Any:
    """One value as JSON holds it: dates and times as ISO 8601, amounts as decimal text."""
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return list(value) if isinstance(value, tuple) else value


def _default(model: type[Base], name: str) -> Any:
    default = model.__table__.c[name].default
    return default.arg if default is not None and default.is_scalar else None

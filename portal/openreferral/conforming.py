"""What leaves has the form that the standard wants: what has not is mended where that is sure, else left out and counted.

One website without "https://" or one address without "@" fails a whole feed at every validator. The value stays in the record.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from portal.directory.addresses import email_address, web_address
from portal.openreferral.flattening import Document
from portal.openreferral.schemas import is_sound
from portal.openreferral.tables import TABLES, Table

_COUNTED: ContextVar[Counter[str] | None] = ContextVar("left_out", default=None)


@contextmanager
def counting_left_out() -> Iterator[Counter[str]]:
    """Counts what is left out meanwhile, by table and column: "service.url". Every document that tells it counts."""
    counted: Counter[str] = Counter()
    token = _COUNTED.set(counted)
    try:
        yield counted
    finally:
        _COUNTED.reset(token)


def conforming(table: Table, document: Document) -> Document:
    """A row's values without those that break the standard's formats; what it requires stays, since it cannot be left out."""
    found: Document = {}
    for name, value in document.items():
        mended = value if name == "id" else _mended(table.name, name, value)  # ids are ours, and each is another
        if mended is not None:
            found[name] = mended
        elif name in table.required:
            found[name] = value
        else:
            _count(f"{table.name}.{name}")
    return found


def _count(name: str) -> None:
    if (counted := _COUNTED.get()) is not None:
        counted[name] += 1


@lru_cache(maxsize=20_000)
def _mended(table: str, name: str, value: Any) -> Any:
    mend = MENDS.get((table, name))
    mended = mend(value) if mend is not None else value
    return mended if mended is not None and is_sound(table, name, mended) else None


def _degrees(most: int) -> Callable[[Any], Any]:
    return lambda value: value if isinstance(value, int | float) and abs(value) <= most else None


def _positive(value: Any) -> Any:
    return value if isinstance(value, int) and value > 0 else None


MENDS: Mapping[tuple[str, str], Callable[[Any], Any]] = MappingProxyType(
    {
        ("service", "url"): web_address,
        ("service", "email"): email_address,
        ("service", "assurer_email"): email_address,
        ("organization", "website"): web_address,
        ("organization", "logo"): web_address,
        ("organization", "email"): email_address,
        ("accessibility", "url"): web_address,
        ("schedule", "schedule_link"): web_address,
        ("schedule", "interval"): _positive,
        ("location", "latitude"): _degrees(90),
        ("location", "longitude"): _degrees(180),
    }
)
"""What makes a value sure: the same that pages do before they link to it. None where it cannot be used."""
assert all(name in TABLES[table].columns for table, name in MENDS)

"""What one database keeps and another one refuses, found before anything is written. SQLite keeps nearly anything."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Time,
    Uuid,
    exists,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from portal.core.fields import UtcDateTime
from portal.operations.copying.tables import Facts, Key, Row

LARGEST = {SmallInteger: 2**15, Integer: 2**31, BigInteger: 2**63}
KINDS: tuple[tuple[type, type | tuple[type, ...], str], ...] = (
    (String, str, "text"),
    (Boolean, bool, "a yes or no"),
    (Integer, int, "a whole number"),
    (Float, (float, int), "a number"),
    (Numeric, Decimal, "a number"),
    (UtcDateTime, datetime, "a moment"),
    (Date, date, "a date"),
    (Time, time, "a time"),
    (Uuid, UUID, "an id"),
)


@dataclass(frozen=True)
class Problem:
    """A row that the target would refuse."""

    table: str
    key: str
    sentence: str

    def __str__(self) -> str:
        """For people: names no word of the row."""
        return f"{self.table} {self.key}: {self.sentence}"


def problems_of(facts: Facts, row: Row) -> Iterator[Problem]:
    """What PostgreSQL would refuse of a row."""
    for column in facts.table.columns:
        for wrong in _wrong_with(column, row[column.name]):
            yield Problem(facts.name, shown(facts.key_of(row)), f"{column.name} {wrong}.")


def unreadable(facts: Facts, connection: Connection) -> Iterator[Problem]:
    """Rows that cannot be read at all, such as dates that are none. Looks at one after the other."""
    where = [facts.table.c[name] for name in facts.key]
    try:
        keys: list[Key] = [tuple(key) for key in connection.execute(select(*where))]
    except (ValueError, TypeError, SQLAlchemyError):
        yield Problem(facts.name, "", "a row has an id that cannot be read.")
        return
    for key in keys:
        named = [column == value for column, value in zip(where, key, strict=True)]
        for column in facts.table.columns:
            try:
                connection.execute(select(column).where(*named)).first()
            except (ValueError, TypeError, ArithmeticError, RecursionError, SQLAlchemyError):
                yield Problem(facts.name, shown(key), f"{column.name} cannot be read.")


def orphans(facts: Facts, tables: dict[str, Facts], connection: Connection) -> Iterator[Problem]:
    """Rows that refer to rows that are not there."""
    for parent in (*facts.parents, *facts.own):
        child, other = facts.table, tables[parent.table].table.alias()
        is_there = exists().where(other.c[parent.referred] == child.c[parent.column])
        lost = select(*(child.c[name] for name in facts.key)).where(child.c[parent.column].is_not(None), ~is_there)
        for key in connection.execute(lost):
            yield Problem(facts.name, shown(tuple(key)), f"{parent.column} names a {parent.table} that is not there.")


def shown(key: Key) -> str:
    """A primary key for people."""
    return ", ".join(str(part) for part in key)


def _wrong_with(column: Column[Any], value: Any) -> Iterator[str]:
    if value is None:
        if not column.nullable:
            yield "is empty"
        return
    kind = column.type
    if isinstance(kind, JSON):
        yield from dict.fromkeys(_wrong_in_json(value))
        return
    for type_, expected, name in KINDS:
        if isinstance(kind, type_):
            if not isinstance(value, expected):
                yield f"is not {name}"
                return
            break
    if isinstance(value, str):
        yield from _wrong_in_text(value)
        if isinstance(kind, String) and kind.length and len(value) > kind.length:
            yield f"has {len(value):,} characters, and may have {kind.length}"
    elif isinstance(value, int) and isinstance(kind, Integer):
        most = next(most for size, most in LARGEST.items() if type(kind) is size)
        if not -most <= value < most:
            yield "is too large a number"
    elif isinstance(value, Decimal) and isinstance(kind, Numeric):
        digits = (kind.precision or 0) - (kind.scale or 0)
        if not value.is_finite() or (digits and abs(value) >= 10**digits):
            yield "is too large a number"


def _wrong_in_text(text: str) -> Iterator[str]:
    if "\0" in text:
        yield "holds a NUL character"
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        yield "holds half of a character (a lone surrogate)"


def _wrong_in_json(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield from _wrong_in_text(text)
            case float() as number if not math.isfinite(number):
                yield "holds something that is no number"
            case dict() as named:
                waiting += [*named, *named.values()]
            case list() as items:
                waiting += items

"""Rows that hold from a day until another: `valid_from` is the first day, `valid_to` the first on which it holds no more."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_


def holds_on(day: date, row: type[Any]) -> ColumnElement[bool]:
    """Of rows with `valid_from` and `valid_to`: those that hold on a day."""
    return and_(row.valid_from <= day, not_over(day, row))


def not_over(day: date, row: type[Any]) -> ColumnElement[bool]:
    """The same and those that are to come: what has not ended by a day."""
    return or_(row.valid_to.is_(None), row.valid_to > day)


def lasts_on(day: date, row: type[Any]) -> ColumnElement[bool]:
    """Of rows with `starts_on` and `ends_on`, their last day: those that last on a day."""
    return lasts_within(day, day, row)


def lasts_within(first: date, last: date, row: type[Any]) -> ColumnElement[bool]:
    """Of the same: those that last on some day of a stretch."""
    return and_(row.starts_on <= last, or_(row.ends_on.is_(None), row.ends_on >= first))


def is_in_force(day: date, one: Any) -> bool:
    """Whether a row that was read, with `valid_from` and `valid_to`, holds on a day."""
    return bool(one.valid_from <= day and (one.valid_to is None or one.valid_to > day))

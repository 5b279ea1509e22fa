"""What a form makes, once: sent again it makes nothing more; sent with something else chosen or typed, it makes another.

A page has one key. On a slow line somebody sends it, chooses otherwise and sends it again: both were meant.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core.extensions import db
from portal.core.forms import new_key
from portal.huddles.gap_models import HuddleGap
from portal.huddles.models import HuddleAction, HuddleCase

Row = TypeVar("Row", HuddleCase, HuddleAction, HuddleGap)


def sent_before(kind: type[Row], form_key: str, told: Mapping[str, Any]) -> Row | None:
    """The row that this form made, where it told the same, by column."""
    known = _of_key(kind, form_key)
    return known if known is not None and _says(known, told) else None


def made_once(kind: type[Row], form_key: str, told: Mapping[str, Any], **beside: Any) -> tuple[Row, bool]:
    """The row of what a form told, and whether it is new. `beside`: columns that are nobody's words.

    Raises IntegrityError where something else than the key stands in its way.
    """
    try:
        return _made(kind, form_key, told, beside), True
    except IntegrityError:
        known = _of_key(kind, form_key)
        if known is None:
            raise
    return (known, False) if _says(known, told) else (_made(kind, new_key(), told, beside), True)


def _made(kind: type[Row], form_key: str, told: Mapping[str, Any], beside: Mapping[str, Any]) -> Row:
    row = kind(**told, **beside, form_key=form_key)
    with db.session.begin_nested():
        db.session.add(row)
    return row


def _of_key(kind: type[Row], form_key: str) -> Row | None:
    return db.session.scalar(select(kind).where(kind.form_key == form_key))


def _says(row: HuddleCase | HuddleAction | HuddleGap, told: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in told.items())

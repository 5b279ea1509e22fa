"""What somebody may see, as a condition of a statement: it fails closed, in one place."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import QueryableAttribute

Organisations = frozenset[UUID] | None
"""Of organisations, those with these ids. None: all. As `Viewer.organisations_with` gives them."""


def is_among(column: QueryableAttribute[Any], held: Collection[Any] | None) -> ColumnElement[bool]:
    """The column holds one of these. None: whatever it holds; an empty collection: nothing fits."""
    if held is None:
        return true()
    return column.in_(held) if held else false()

"""What stands above a row and is told later in the same file: named once it is there."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from portal.core.extensions import Base, db

FARTHEST = 20
"""Steps up, at most, that are looked at for a row that would come to stand above itself."""


class Later:
    """Rows of one run, by table, whose parent is not there yet, each with the ids that it may have."""

    def __init__(self) -> None:
        self._wanted: dict[type[Base], dict[UUID, tuple[UUID, ...]]] = {}

    def note(self, model: type[Base], row_id: UUID, parents: Iterable[UUID | None]) -> None:
        """Remember whom a row wants above it, the best first."""
        self._wanted.setdefault(model, {})[row_id] = tuple(one for one in parents if one is not None)

    def settle(self, model: type[Base], column: str, made: set[UUID], same: str | None = None) -> None:
        """Name those of the rows that were made just now that others wait for. `same`: a column in which the two must agree."""
        waiting = self._wanted.get(model, {})
        found = {row: next((one for one in parents if one in made), None) for row, parents in waiting.items()}
        pairs = {row: parent for row, parent in found.items() if parent is not None and parent != row}
        if not pairs:
            return
        table: Any = model.__table__
        told = table.c[same] if same else table.c.id
        ids = {*pairs, *pairs.values()}
        known = {row.id: row[1] for row in db.session.execute(select(table.c.id, told).where(table.c.id.in_(ids)))}
        for row, parent in pairs.items():
            is_there = row in known and parent in known and (same is None or known[row] == known[parent])
            if is_there and not self._is_below(table.c[column], table.c.id, parent, row):
                db.session.execute(update(table).where(table.c.id == row).values({column: parent}))
            del waiting[row]

    @staticmethod
    def _is_below(column: Any, key: Any, start: UUID, row: UUID) -> bool:
        """Whether a row stands somewhere above another, or nobody can tell."""
        place: UUID | None = start
        for _step in range(FARTHEST):
            place = db.session.scalar(select(column).where(key == place))
            if place is None or place == row:
                return place == row
        return True

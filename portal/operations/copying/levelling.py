"""Making the target's rows those of the source. Every step can be cut off and done again.

Rows that went, and those that stand in the way of others, are taken out first, children before parents. Then rows are put in
parents first, and last of all what refers to the table itself.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, bindparam, delete, insert, tuple_, update

from portal.core.database import reading, writing
from portal.operations.copying.tables import BATCH, Facts, Key, Row
from portal.operations.copying.values import spelled

Item = TypeVar("Item")
Step = Callable[[int], None]
Pair = tuple[Row | None, Row | None]


@dataclass
class Level:
    """Brings the target to what `source` reads, a connection that sees one state throughout."""

    source: Connection
    target: Engine
    tables: list[Facts]
    step: Step

    def take_out(self) -> None:
        """Take rows out of the target that the source has no more, and those whose unique values others may need now."""
        doomed: dict[str, set[Key]] = {}
        for facts in self.tables:
            doomed[facts.name] = set(self._doomed(facts, doomed))
        self._forget_links(doomed)
        for facts in reversed(self.tables):
            columns = [facts.table.c[name] for name in facts.key]
            for keys in parts(doomed[facts.name], BATCH // 4):
                self._write(delete(facts.table).where(tuple_(*columns).in_(keys)))

    def put_in(self, facts: Facts) -> None:
        """Write rows that are missing or differ, but for what refers to the table itself."""
        for pairs in parts(self._pairs(facts), BATCH):
            new, changed = [], []
            for here, there in pairs:
                if here is None:
                    continue
                if there is None:
                    new.append(here | dict.fromkeys(facts.own_columns))
                elif spelled(here, facts.own_columns) != spelled(there, facts.own_columns):
                    changed.append(here)
            if new:
                self._write(insert(facts.table), new)
            self._change(facts, changed, [c.name for c in facts.table.columns if c.name not in facts.own_columns])
            self.step(len(pairs))

    def link(self, facts: Facts) -> None:
        """Write what refers to the table itself, now that all its rows are there."""
        if not facts.own:
            return
        for pairs in parts(self._pairs(facts), BATCH):
            changed = [here for here, there in pairs if here and there and spelled(here) != spelled(there)]
            self._change(facts, changed, sorted(facts.own_columns))

    def _doomed(self, facts: Facts, doomed: dict[str, set[Key]]) -> Iterator[Key]:
        for here, there in self._pairs(facts):
            if there is None:
                continue
            loses_parent = any((there[parent.column],) in doomed[parent.table] for parent in facts.parents)
            if here is None or loses_parent or any(here[name] != there[name] for name in facts.unique):
                yield facts.key_of(there)

    def _forget_links(self, doomed: dict[str, set[Key]]) -> None:
        for facts in self.tables:
            for parent in facts.own:
                gone = [key[0] for key in doomed[facts.name]]
                for some in parts(gone, BATCH // 4):
                    column = facts.table.c[parent.column]
                    self._write(update(facts.table).where(column.in_(some)).values({parent.column: None}))

    def _change(self, facts: Facts, rows: list[Row], names: Iterable[str]) -> None:
        set_ = [name for name in names if name not in facts.key]
        if not rows or not set_:
            return
        same = [facts.table.c[name] == bindparam(f"key_{name}") for name in facts.key]
        statement = update(facts.table).where(*same).values({name: bindparam(f"new_{name}") for name in set_})
        self._write(
            statement,
            [
                {f"key_{name}": row[name] for name in facts.key} | {f"new_{name}": row[name] for name in set_}
                for row in rows
            ],
        )

    def _pairs(self, facts: Facts) -> Iterator[Pair]:
        """The rows of both sides by key: together where both have one."""
        with self.target.connect() as connection:
            with reading():
                connection.begin()
            yield from _merged(facts, facts.rows(self.source), facts.rows(connection))

    def _write(self, statement: Any, rows: list[Row] | None = None) -> None:
        with writing(), self.target.begin() as connection:
            connection.execute(statement, rows)


def _merged(facts: Facts, here: Iterator[Row], there: Iterator[Row]) -> Iterator[Pair]:
    left, right = next(here, None), next(there, None)
    while left is not None or right is not None:
        before = right is None or (left is not None and facts.key_of(left) < facts.key_of(right))
        after = left is None or (right is not None and facts.key_of(left) > facts.key_of(right))
        yield (None if after else left), (None if before else right)
        if not after:
            left = next(here, None)
        if not before:
            right = next(there, None)


def parts(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """So many at a time."""
    waiting = iter(items)
    while some := list(islice(waiting, size)):
        yield some

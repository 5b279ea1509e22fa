"""Statements over many ids, compiled once for each database and number of ids, and then run as ready SQL.

They are written in SQLAlchemy, which would take longer to put one together anew than the database takes to answer it.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache, lru_cache, partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Connection, Dialect, Select, Uuid
from sqlalchemy.sql.selectable import CompoundSelect

SIZES = (1, 10, 50, 500)
"""How many ids one compiled statement takes: fewer are filled up with the last again. More are read in several runs."""
LONGEST_KEPT = 200
"""Characters of a JSON text that is worth remembering: lists of a few codes, most of them empty."""
IDS_KEPT = 2_000
"""Of each column: what comes again comes again soon."""
Process = Callable[[Any], Any]
"""Makes what Python sees of what the driver gave, which is never NULL here."""


class Compiled:
    """A statement with the expanding parameter `ids`, which may stand after IN only."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any]) -> None:
        self.statement = statement
        self.columns = tuple(statement.selected_columns)
        make_class: Any = namedtuple
        self._new: Callable[[Sequence[Any]], Any] = partial(
            tuple.__new__, make_class("Read", [column.key for column in self.columns])
        )
        self._sized = cache(partial(_Sized, statement))
        self._processes = cache(self._processes_of)

    def rows(self, connection: Connection, ids: Sequence[UUID]) -> list[Any]:
        """What is found for these ids, as named tuples of the values that SQLAlchemy would give."""
        found: list[Any] = []
        for some in (ids[at : at + SIZES[-1]] for at in range(0, len(ids), SIZES[-1])):
            size = next(size for size in SIZES if size >= len(some))
            ready: _Sized = self._sized(connection.dialect, size)
            driver_types, rows = _run(connection, ready.sql, ready.parameters(some))
            found += map(self._new, _processed(rows, self._processes(connection.dialect, driver_types)))
        return found

    def _processes_of(self, dialect: Dialect, driver_types: tuple[Any, ...]) -> tuple[tuple[int, Process], ...]:
        """What converts columns, by place. `driver_types`: as the cursor tells them."""
        found = []
        for place, (column, driver_type) in enumerate(zip(self.columns, driver_types, strict=True)):
            kind = column.type.dialect_impl(dialect)
            if process := kind.result_processor(dialect, driver_type):
                found.append((place, _quicker(kind, process)))
        return tuple(found)


class _Sized:
    """SQL for one number of ids, in the words of one driver, with the parameters that never change."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any], dialect: Dialect, size: int) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state({"ids": [uuid4() for _ in range(size)]}, escape_names=False)
        self.sql: str = state.statement
        self.names: list[str] = state.parameter_expansion["ids"]
        self.order: list[str] | None = state.positiontup
        self.bind: Process | None = state.processors.get(self.names[0])
        self.fixed = {
            name: state.processors[name](value) if name in state.processors else value
            for name, value in state.parameters.items()
        }

    def parameters(self, ids: Sequence[UUID]) -> Any:
        """Parameters for up to as many ids, as the driver takes them: in order, or by name."""
        told = list(map(self.bind, ids)) if self.bind else list(ids)
        told += told[-1:] * (len(self.names) - len(told))
        named = self.fixed | dict(zip(self.names, told, strict=True))
        return named if self.order is None else tuple([named[name] for name in self.order])


def _run(connection: Connection, sql: str, parameters: Any) -> tuple[tuple[Any, ...], Sequence[Any]]:
    """The driver's types and rows, from its own cursor where nobody listens: SQLAlchemy's takes as long as the query.

    What fails is run once more by SQLAlchemy, which tells of it and drops a lost connection as it always does.
    """
    if is_watched(connection):
        return _run_watched(connection, sql, parameters)
    with closing(connection.connection.cursor()) as cursor:
        try:
            cursor.execute(sql, parameters)
            return _types_of(cursor), cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error:
            return _run_watched(connection, sql, parameters)


def _run_watched(connection: Connection, sql: str, parameters: Any) -> tuple[tuple[Any, ...], Sequence[Any]]:
    with connection.exec_driver_sql(sql, parameters) as result:
        return _types_of(result.cursor), result.cursor.fetchall()


def is_watched(connection: Connection) -> bool:
    """True where someone is to be told of each statement, as when statements are counted."""
    told = connection.dispatch
    return bool(told.before_cursor_execute or told.after_cursor_execute) or connection.engine.echo is not False


def _types_of(cursor: Any) -> tuple[Any, ...]:
    return tuple([about[1] for about in cursor.description])


def _processed(rows: Sequence[Any], processes: Sequence[tuple[int, Process]]) -> Sequence[Any]:
    if not processes:
        return rows
    found = [list(row) for row in rows]
    for place, process in processes:
        for values in found:
            if (value := values[place]) is not None:
                values[place] = process(value)
    return found


def _quicker(kind: Any, process: Process) -> Process:
    """The same values, remembered where they come again: ids of terms, vocabularies and organisations, short lists."""
    if isinstance(kind, JSON):
        return partial(_from_json, process)
    return lru_cache(maxsize=IDS_KEPT)(process) if isinstance(kind, Uuid) else process


def _from_json(process: Process, text: str) -> Any:
    """The value of a JSON text, new each time: who gets it may change it."""
    if text == "[]":
        return []
    told = _texts(text) if len(text) <= LONGEST_KEPT else None
    return process(text) if told is None else list(told)


@lru_cache(maxsize=2000)
def _texts(text: str) -> tuple[str, ...] | None:
    """What a JSON list of texts holds. None for any other value."""
    value = json.loads(text)
    return tuple(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else None

"""Which tables are copied, in which order, and how their rows are read: as they are stored, encrypted words unopened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    select,
)
from sqlalchemy.types import TypeEngine

from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.jobs import Job
from portal.operations.models import CopyMark
from portal.search.models import SearchDocument, SearchSegment, SearchState, SearchTerm

BATCH = 1000
"""How many rows are read, written and committed at once."""
NOT_COPIED = frozenset(
    model.__tablename__ for model in (CopyMark, SearchDocument, SearchSegment, SearchState, SearchTerm)
)
"""The index is built anew from what is copied."""

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Parent:
    """A column that refers to a column of another table."""

    column: str
    table: str
    referred: str


@dataclass(frozen=True)
class Facts:
    """A table as it is copied. `own`: its columns that refer to itself. `unique`: columns of which values may not repeat."""

    table: Table
    parents: tuple[Parent, ...]
    own: tuple[Parent, ...]
    unique: frozenset[str]

    @property
    def name(self) -> str:
        """Of the table."""
        return self.table.name

    @cached_property
    def key(self) -> tuple[str, ...]:
        """Names of the columns of its primary key."""
        return tuple(column.name for column in self.table.primary_key.columns)

    @cached_property
    def own_columns(self) -> frozenset[str]:
        """Names of the columns that refer to the table itself."""
        return frozenset(parent.column for parent in self.own)

    def key_of(self, row: Mapping[str, Any]) -> Key:
        """The primary key of a row."""
        return tuple(row[name] for name in self.key)

    def rows(self, connection: Connection) -> Iterator[Row]:
        """Every row by its key: numbers by size, texts by their bytes, on every database."""
        by = [_by_bytes(connection, self.table.c[name]) for name in self.key]
        asked = select(self.table).order_by(*by).execution_options(stream_results=True)
        found = connection.execute(asked)
        for some in found.mappings().partitions(BATCH):
            yield from (self._settled(dict(row)) for row in some)

    def _settled(self, row: Row) -> Row:
        """A row as the copy has it: nobody works there yet, so no job is in anybody's hands."""
        if self.name == Job.__tablename__:
            row["lease_until"] = None
        return row


def facts(held: Mapping[str, Sequence[str]] | None = None) -> list[Facts]:
    """Every table that is copied, parents first. `held`: only these tables with these columns, as an older form had them."""
    if held is None:
        return list(_of_today())
    plain = MetaData()
    return [_facts(table, plain, held[table.name]) for table in _copied() if table.name in held]


@cache
def _of_today() -> tuple[Facts, ...]:
    """The same for as long as a process goes on, so that statements about them are put together once."""
    plain = MetaData()
    return tuple(_facts(table, plain, [column.name for column in table.columns]) for table in _copied())


def _copied() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if table.name not in NOT_COPIED]


def held_in(connection: Connection) -> dict[str, list[str]]:
    """Columns of ours by table, as far as this database has them: it may be older than the code."""
    looked = inspect(connection)
    there = set(looked.get_table_names()) - NOT_COPIED
    found: dict[str, list[str]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in there:
            names = {column["name"] for column in looked.get_columns(table.name)}
            found[table.name] = [column.name for column in table.columns if column.name in names]
    return found


def _facts(table: Table, plain: MetaData, names: Sequence[str]) -> Facts:
    held = [table.columns[name] for name in names]
    columns: list[Column[Any]] = [
        Column(
            column.name,
            _stored(column.type),
            primary_key=column.primary_key,
            nullable=column.nullable,
            autoincrement=False,
        )
        for column in held
    ]
    parents = [
        Parent(column.name, key.column.table.name, key.column.name) for column in held for key in column.foreign_keys
    ]
    return Facts(
        Table(table.name, plain, *columns),
        tuple(parent for parent in parents if parent.table != table.name),
        tuple(parent for parent in parents if parent.table == table.name),
        frozenset(_unique_columns(table)),
    )


def _stored(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    return Text() if isinstance(type_, EncryptedText) else type_


def _unique_columns(table: Table) -> Iterator[str]:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield from (column.name for column in constraint.columns)
    for index in table.indexes:
        if isinstance(index, Index) and index.unique:
            yield from (column.name for column in index.columns)


def _by_bytes(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    if connection.dialect.name == "postgresql" and isinstance(column.type, String):
        return column.collate("C")
    return column

"""One run of `portal copy`: look at the source, level the target, compare both sides."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.core import clock
from portal.core.database import reading
from portal.core.extensions import db
from portal.operations import upgrading
from portal.operations.copying import checks, target
from portal.operations.copying.levelling import Level
from portal.operations.copying.tables import Facts, facts
from portal.operations.copying.target import Refused
from portal.operations.copying.values import Sum, digest_of_all

MOST_PROBLEMS = 50
Progress = Callable[[int, int], None]
"""Told (rows done, rows in all)."""


@dataclass(frozen=True)
class Compared:
    """A table on both sides: rows and digest."""

    table: str
    rows: int
    digest: str
    copied_rows: int
    copied_digest: str

    @property
    def is_equal(self) -> bool:
        """Whether both sides say the same."""
        return (self.rows, self.digest) == (self.copied_rows, self.copied_digest)


@dataclass(frozen=True)
class Copied:
    """What came of a run. `problems` are rows that the target would refuse: then nothing was written. `seen_at`: as of when."""

    target: str
    seen_at: datetime
    tables: tuple[Compared, ...] = ()
    problems: tuple[checks.Problem, ...] = ()

    @property
    def is_equal(self) -> bool:
        """Whether every table is the same on both sides."""
        return not self.problems and all(one.is_equal for one in self.tables)

    @property
    def rows(self) -> int:
        """How many rows the target holds."""
        return sum(one.copied_rows for one in self.tables)


@dataclass
class _Count:
    """How far a run is: every row is looked at three times."""

    told: Progress
    of: int = 1
    done: int = 0

    def step(self, rows: int) -> None:
        self.done = min(self.done + rows, self.of)
        self.told(self.done, self.of)


@dataclass
class _Looked:
    sums: dict[str, Sum] = field(default_factory=dict)
    problems: list[checks.Problem] = field(default_factory=list)


def copy(to: str, progress: Progress = lambda _done, _of: None) -> Copied:
    """Make the database at this address hold what the current one holds. Safe to repeat after any stop.

    Raises WrongAddress or Refused.
    """
    url = target.address(to)
    if upgrading.revision() != upgrading.newest_revision():
        raise Refused("The database of this instance is not at the newest migration. Run first: portal upgrade")
    source, tables = db.engine, facts()
    mark = target.fingerprint(source)
    with snapshot(source) as here, target.opened(url) as there:
        seen_at = clock.now()
        with reading(), there.connect() as connection:
            if target.identity(connection) == target.identity(here):
                raise Refused("The target is the database of this instance itself.")
        target.prepare(there, tables)
        was_finished_with = target.claim(there, tables, mark)
        if was_finished_with and was_finished_with != _digest(_sums(there, tables, lambda _rows: None)):
            raise Refused("The target is a copy that has been used since it was made. Give an empty database.")
        rows = sum(here.scalar(select(func.count()).select_from(one.table)) or 0 for one in tables)
        count = _Count(progress, max(rows * 3, 1))
        looked = _look(here, tables, count.step, strict=there.dialect.name == "postgresql")
        if looked.problems:
            return Copied(target.shown(url), seen_at, problems=tuple(looked.problems))
        target.say_unfinished(there)
        _level(Level(here, there, tables, count.step))
        target.set_sequences(there, tables)
        copied = _sums(there, tables, count.step)
        found = Copied(target.shown(url), seen_at, tuple(_compared(tables, looked.sums, copied)))
        if found.is_equal:
            target.say_finished(there, _digest(copied))
        return found


def _level(level: Level) -> None:
    level.take_out()
    for one in level.tables:
        level.put_in(one)
        level.link(one)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, whoever writes meanwhile, and keeps nobody from writing."""
    with engine.connect() as connection:
        first = "select 1 from sqlite_master limit 1"
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            first = "select 1"
        with reading():
            connection.begin()
        connection.exec_driver_sql(first).first()
        yield connection


def _look(connection: Connection, tables: list[Facts], step: Callable[[int], None], *, strict: bool) -> _Looked:
    """Count the source, and find what the target would refuse."""
    looked = _Looked()
    named = {one.name: one for one in tables}
    for one in tables:
        sum_ = looked.sums[one.name] = Sum()
        last = None
        try:
            for row in one.rows(connection):
                key = one.key_of(row)
                if last is not None and not last < key:
                    looked.problems.append(
                        checks.Problem(
                            one.name, checks.shown(key), "its id, or that of the row before it, is not written as ours."
                        )
                    )
                last = key
                if strict:
                    looked.problems += checks.problems_of(one, row)
                sum_.add(row)
                step(1)
        except (ValueError, TypeError, ArithmeticError, RecursionError, SQLAlchemyError):
            with suppress(SQLAlchemyError):
                looked.problems += checks.unreadable(one, connection)
            if not looked.problems:
                raise
        looked.problems += checks.orphans(one, named, connection)
        if len(looked.problems) > MOST_PROBLEMS:
            break
    return looked


def _sums(engine: Engine, tables: list[Facts], step: Callable[[int], None]) -> dict[str, Sum]:
    found: dict[str, Sum] = {}
    with engine.connect() as connection:
        with reading():
            connection.begin()
        for one in tables:
            sum_ = found[one.name] = Sum()
            for row in one.rows(connection):
                sum_.add(row)
                step(1)
    return found


def _digest(sums: dict[str, Sum]) -> str:
    return digest_of_all(one.digest for one in sums.values())


def _compared(tables: list[Facts], here: dict[str, Sum], there: dict[str, Sum]) -> Iterator[Compared]:
    for name in (one.name for one in tables):
        yield Compared(name, here[name].rows, here[name].digest, there[name].rows, there[name].digest)

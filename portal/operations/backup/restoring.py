"""Making an instance from a backup: everything is looked at before the first write, and rows come in one transaction."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from sqlalchemy import Connection, bindparam, delete, insert, inspect, update
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.models import AccountToken, HeldForm, UserSession
from portal.core import audit
from portal.core.database import learn, reading, writing
from portal.core.extensions import db, settings
from portal.core.transactions import unit
from portal.directory import noting
from portal.operations import doctor, schema, upgrading
from portal.operations.backup import contents as packing
from portal.operations.backup import sealing
from portal.operations.backup.contents import Contents
from portal.operations.backup.refusing import Refused
from portal.operations.backup.rows import row_of
from portal.operations.copying.copying import Progress
from portal.operations.copying.levelling import parts
from portal.operations.copying.tables import BATCH, Facts, Row, facts
from portal.operations.copying.target import count_on, first_that_holds_facts
from portal.operations.copying.values import Sum
from portal.operations.readiness import Check

AFTER_START = frozenset({"worker", "jobs"})
"""Checks of the doctor that can only be good once a worker runs."""


@dataclass(frozen=True)
class Restored:
    """What became of a backup. `broken`: where the audit chain does not hold. `checks`: what the doctor found."""

    contents: Contents
    entries: int
    broken: audit.Break | None
    checks: tuple[Check, ...]

    @property
    def problems(self) -> list[Check]:
        """What must be put right before this instance serves."""
        return [one for one in self.checks if one.is_vital and not one.is_good and one.name not in AFTER_START]


def restore(file: Path, key: Path, tell: upgrading.Told, progress: Progress = lambda _done, _of: None) -> Restored:
    """Fill the empty instance of the current application from a backup, and bring it up to date. Raises Refused.

    It can be stopped at any moment: until all rows are in and counted, none is.
    """
    if not settings().data_keys:
        raise Refused("PORTAL_DATA_KEYS is missing: the keys of the instance that was backed up are needed.")
    _refuse_folder(settings().instance)
    settings().instance.chmod(0o700)
    with tempfile.TemporaryFile(dir=settings().instance) as plain:
        archive, contents = _opened(file, key, plain)
        with archive:
            _prepare(contents)
            with writing(), db.engine.begin() as connection:
                _put_rows(connection, archive, contents, progress)
            learn(db.engine)
            _put_files(archive, contents)
    tell(f"{contents.rows:,} rows and {len(contents.files):,} files are back, each as it was at {contents.made_at}.")
    upgrading.upgrade(tell)
    _begin_anew(contents)
    with reading():
        entries, broken = audit.verify()
        if broken is None and audit.head()[0] < contents.audit[0]:
            broken = audit.Break(contents.audit[0], "missing")
        checks = tuple(doctor.examine())
        db.session.remove()
    return Restored(contents, entries, broken, checks)


def _begin_anew(contents: Contents) -> None:
    """What was ended or used since the backup was made would be good again: sessions, links. Everybody signs in anew.

    Who copies our listings by what changed has read later ones, so all of them changed now.
    """
    with unit():
        noting.note_everything()
        for one in (UserSession, AccountToken, HeldForm):
            db.session.execute(delete(one))
        told = {"made_at": contents.made_at, "entry": contents.audit[0]}
        audit.record("instance.restored", by="operator", details=told)


def _opened(file: Path, key: Path, plain: BinaryIO) -> tuple[ZipFile, Contents]:
    try:
        with file.open("rb") as sealed:
            sealing.unlock(sealed, plain, key)
    except FileNotFoundError as error:
        raise Refused(f"There is no file {file}.") from error
    try:
        archive = ZipFile(plain)
        contents = packing.read(archive)
    except (BadZipFile, KeyError, ValueError) as error:
        raise Refused("This file is no backup of a portal.") from error
    if contents.revision not in schema.known():
        raise Refused(
            f"The backup is of a later version: migration {contents.revision} is not known here. Restore it with that version."
        )
    return archive, contents


def _refuse_folder(folder: Path) -> None:
    found = next(packing.files_of(settings()), None)
    if found is not None:
        raise Refused(f"{folder} is in use: it holds {found.relative_to(folder)}. Give an empty folder with --into.")


def _prepare(contents: Contents) -> None:
    """Bring the empty database to the form that the rows have. Raises Refused where it holds anything."""
    found = upgrading.revision()
    with reading(), db.engine.connect() as connection:
        names = set(inspect(connection).get_table_names()) - {"alembic_version"}
    if found is None and names:
        raise Refused(f"The database holds tables already, such as {min(names)}. Give an empty one.")
    if found is not None:
        held = first_that_holds_facts(db.engine, [one for one in facts() if one.name in names])
        if held or found != contents.revision:
            raise Refused(f"The database is in use: it {_used_by(held, found)}. Give an empty one.")
    schema.upgrade(contents.revision)


def _used_by(held: str | None, revision: str) -> str:
    return f"holds facts in the table {held}" if held else f"stands at migration {revision}"


def _put_rows(connection: Connection, archive: ZipFile, contents: Contents, progress: Progress) -> None:
    tables = facts({name: held.columns for name, held in contents.tables.items()})
    if unknown := set(contents.tables) - {one.name for one in tables}:
        raise Refused(f"The backup holds a table that this version does not know: {min(unknown)}.")
    done = 0
    try:
        for table in tables:
            with archive.open(f"tables/{table.name}") as file:
                for some in parts((row_of(table.table, told) for told in file), BATCH):
                    connection.execute(insert(table.table), [row | dict.fromkeys(table.own_columns) for row in some])
                    done += len(some)
                    progress(done, contents.rows * 2)
        for table in tables:
            _link_all(connection, archive, table)
            sum_ = Sum()
            for row in table.rows(connection):
                sum_.add(row)
            held = contents.tables[table.name]
            if (sum_.rows, sum_.digest) != (held.rows, held.digest):
                raise Refused(f"The table {table.name} did not come out as it was backed up. Nothing was restored.")
            done += sum_.rows
            progress(done, contents.rows * 2)
        count_on(connection, tables)
    except (SQLAlchemyError, ValueError) as error:
        raise Refused(
            f"This database cannot keep what the backup holds ({type(error).__name__}). Nothing was restored."
        ) from error


def _link_all(connection: Connection, archive: ZipFile, table: Facts) -> None:
    """Write what refers to the table itself, now that all its rows are there."""
    if not table.own:
        return
    same = [table.table.c[name] == bindparam(f"key_{name}") for name in table.key]
    statement = update(table.table).where(*same).values({name: bindparam(f"new_{name}") for name in table.own_columns})
    with archive.open(f"tables/{table.name}") as file:
        rows = (row_of(table.table, told) for told in file)
        linked = (row for row in rows if any(row[name] is not None for name in table.own_columns))
        for some in parts(linked, BATCH):
            connection.execute(statement, [_bound(table, row) for row in some])


def _bound(table: Facts, row: Row) -> Row:
    return {f"key_{name}": row[name] for name in table.key} | {f"new_{name}": row[name] for name in table.own_columns}


def _put_files(archive: ZipFile, contents: Contents) -> None:
    for name, digest in contents.files.items():
        data = archive.read(f"files/{name}")
        if packing.digest_of(data) != digest:
            raise Refused(f"The file {name} did not come out as it was backed up.")
        path = settings().instance / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o600)

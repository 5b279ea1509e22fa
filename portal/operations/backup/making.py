"""Making a backup while the instance serves: one moment of the database, read without holding anybody up."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.core import clock
from portal.core.audit import FIRST, AuditEntry
from portal.core.durable import sync
from portal.core.extensions import db, settings
from portal.operations import schema
from portal.operations.backup import keeping, sealing
from portal.operations.backup.contents import LIST, Contents, HeldTable, digest_of, files_of
from portal.operations.backup.refusing import Refused
from portal.operations.backup.rows import line
from portal.operations.copying.copying import Progress, snapshot
from portal.operations.copying.tables import BATCH, Facts, facts, held_in
from portal.operations.copying.values import Sum

LEVEL = 3
"""Of compression: above it time grows faster than files shrink."""


@dataclass(frozen=True)
class Made:
    """A finished backup: where it is, its size, its SHA-256 (as `sha256sum` prints it), and what it holds."""

    path: Path
    size: int
    digest: str
    contents: Contents


def make(where: Path, progress: Progress = lambda _done, _of: None) -> Made:
    """Write a backup to this new file, or into this folder under the present time. Raises Refused."""
    path = where / keeping.name_at(clock.now()) if where.is_dir() else where
    if path.exists():
        raise Refused(f"There is a file {path} already. A backup never overwrites one.")
    if not path.absolute().parent.is_dir():
        raise Refused(f"There is no folder {path.absolute().parent}.")
    recipients = sealing.recipients(settings().backup_recipients)
    with tempfile.TemporaryFile(dir=settings().instance) as plain:
        with ZipFile(plain, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
            contents = _packed(archive, progress)
        plain.seek(0)
        digest = _sealed(plain, path, recipients)
    return Made(path, path.stat().st_size, digest, contents)


def _packed(archive: ZipFile, progress: Progress) -> Contents:
    with snapshot(db.engine) as connection:
        seen_at = clock.now().isoformat(timespec="seconds")
        revision = _revision(connection)
        tables = facts(held_in(connection))
        count = _Count(progress, sum(_count(connection, one) for one in tables) or 1)
        held = {one.name: _pack(archive, one, connection, count) for one in tables}
        audit = _head(connection) if AuditEntry.__tablename__ in held else (0, FIRST)
    files = dict(_pack_files(archive))
    contents = Contents(revision, seen_at, audit, held, files)
    archive.writestr(LIST, contents.as_json())
    return contents


def _revision(connection: Connection) -> str:
    found = schema.of(connection)
    if found is None:
        raise Refused("There is nothing to back up: the database is empty.")
    if found not in schema.known():
        raise Refused(f"The database is at migration {found}, which this version does not know.")
    return found


def _pack(archive: ZipFile, table: Facts, connection: Connection, count: "_Count") -> HeldTable:
    sum_ = Sum()
    try:
        with archive.open(f"tables/{table.name}", "w", force_zip64=True) as file:
            for row in table.rows(connection):
                file.write(line(table.table, row))
                sum_.add(row)
                count.step()
    except (ValueError, TypeError, ArithmeticError, SQLAlchemyError) as error:
        raise Refused(f"A row of the table {table.name} cannot be read. Nothing was backed up.") from error
    return HeldTable(tuple(column.name for column in table.table.columns), sum_.rows, sum_.digest)


def _pack_files(archive: ZipFile) -> Iterator[tuple[str, str]]:
    for path in files_of(settings()):
        with suppress(FileNotFoundError):
            data, name = path.read_bytes(), path.relative_to(settings().instance).as_posix()
            archive.writestr(f"files/{name}", data)
            yield name, digest_of(data)


def _sealed(plain: BinaryIO, path: Path, recipients: sealing.Recipients) -> str:
    """Write the sealed file beside its place, bring it onto the disk, and put it there whole."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as sealed:
            sealing.lock(plain, sealed, recipients)
            sealed.flush()
            os.fsync(sealed.fileno())
            sealed.seek(0)
            digest = hashlib.file_digest(sealed, "sha256").hexdigest()
        os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    sync(path.absolute().parent)
    return digest


def _head(connection: Connection) -> tuple[int, str]:
    newest = select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    found = connection.execute(newest).first()
    return (found.number, found.hash) if found else (0, FIRST)


def _count(connection: Connection, table: Facts) -> int:
    return connection.scalar(select(func.count()).select_from(table.table)) or 0


@dataclass
class _Count:
    told: Progress
    of: int
    done: int = 0

    def step(self) -> None:
        self.done += 1
        if self.done % BATCH == 0 or self.done == self.of:
            self.told(min(self.done, self.of), self.of)

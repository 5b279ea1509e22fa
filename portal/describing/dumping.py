"""Making dumps, cleaning old ones, and forgetting those that are old enough. Every dump appears whole or not at all.

A dump of an earlier day cannot be made again: what it must not tell any more is taken out, whole listings at a time. Names of
persons are in none, agreed or not: an agreement can be taken back, and a dump that somebody copied cannot.
"""

import fcntl
import gzip
import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog

from portal.core import clock
from portal.core.durable import sync
from portal.core.extensions import db
from portal.core.jobs import job
from portal.describing import dumps
from portal.describing.dumps import Dump
from portal.describing.withheld import State
from portal.directory.persons import role_in
from portal.exporting.actions import every_document, held_still
from portal.exporting.folders import FolderProblem, writing_to
from portal.exporting.formats import Package
from portal.openreferral.flattening import Document

log = structlog.get_logger()

LANE = "dumps"
"""A thread of its own in the worker: a hundred thousand listings take minutes, and edits must not wait for them."""
LINES, PACKAGE = "services.ndjson.gz", "hsds.zip"
MAKING, LOCK = ".making", ".lock"
LEVEL = 6
A_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)
"""So that the same facts are the same bytes."""
A_PIECE = 1 << 20

Step = Callable[[int, int], None]


class DumpProblem(Exception):
    """Why no dump was made, as a plain sentence."""


@dataclass(frozen=True)
class Kept:
    """What one look did: days that were made, cleaned and removed."""

    made: tuple[date, ...] = ()
    cleaned: tuple[date, ...] = ()
    removed: tuple[date, ...] = ()


@dataclass(frozen=True)
class Making:
    """A dump that is about to be written: of which day, from which facts, and what may not be told, as of when."""

    day: date
    made_at: datetime
    looked_at: datetime
    state: State


@job("dumps.look", reads_only=True, lane=LANE)
def look() -> None:
    """Clean what has to be, make today's where there is none, remove what is old."""
    try:
        done = keep()
    except DumpProblem as problem:
        log.warning("dumps.not_made", why=str(problem))
        return
    if done != Kept():
        log.info("dumps.kept", made=len(done.made), cleaned=len(done.cleaned), removed=len(done.removed))


def keep(step: Step = lambda _done, _of: None, *, anew: bool = False) -> Kept:
    """Bring the dumps up to date. `anew`: make today's even where there is one. Raises DumpProblem."""
    with _alone() as home:
        today = clock.today()
        made: list[date] = []
        cleaned: list[date] = []
        present = dumps.found()
        looked_at = clock.now()
        state = dumps.state_for(present)
        db.session.rollback()
        for one in present:
            if one.date == today:
                anew = anew or bool(one.suspect(state))
            elif one.suspect(state):
                clean(one, state, looked_at, home)
                cleaned.append(one.date)
        if anew or dumps.is_due():
            make(today, home, step)
            made.append(today)
        kept = dumps.worth_keeping(dumps.found(), today)
        removed = [one.date for one in dumps.found() if one not in kept]
        for folder in dumps.leftovers(kept):
            shutil.rmtree(folder, ignore_errors=True)
        return Kept(tuple(made), tuple(cleaned), tuple(removed))


def make(day: date, home: Path, step: Step = lambda _done, _of: None) -> None:
    """The dump of a day, from the database as it is."""
    now = clock.now()
    with held_still() as count:
        state = State.since(now)

        def documents() -> Iterator[Document]:
            done = 0
            for some in every_document():
                yield from (document for _listing, document in some)
                done += len(some)
                step(done, count)

        _write(home, Making(day, now, now, state), documents(), count)


def clean(dump: Dump, state: State, looked_at: datetime, home: Path) -> None:
    """The dump of an earlier day without the listings that are suspect in this state, which is of `looked_at`."""
    suspect = dump.suspect(state)
    try:
        with gzip.open(dump.folder / LINES, "rt", encoding="utf-8") as lines:
            left = (document for line in lines if not suspect.holds(document := json.loads(line)))
            _write(home, Making(dump.date, dump.made_at, looked_at, state), left, dump.services)
    except (EOFError, ValueError, zlib.error):  # it is no dump any more, and tells nothing that could be cleaned
        log.error("dumps.unreadable", day=str(dump.date))
        shutil.rmtree(dump.folder, ignore_errors=True)


def nameless(document: Document) -> Document:
    """A document without any person's name among its contacts."""
    found: Document = {}
    for key, value in document.items():
        if key == "contacts":
            found[key] = [_role_alone(nameless(one)) for one in value]
        elif isinstance(value, dict):
            found[key] = nameless(value)
        elif isinstance(value, list):
            found[key] = [nameless(one) if isinstance(one, dict) else one for one in value]
        else:
            found[key] = value
    return found


def _role_alone(contact: Document) -> Document:
    name = role_in(contact.get("name"))
    return {key: name if key == "name" else value for key, value in contact.items() if key != "name" or name}


def _write(home: Path, about: Making, documents: Iterable[Document], count: int) -> None:
    making = home / MAKING
    try:
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700, parents=True)
        services = _files(making, documents, count)
        told: dict[str, Any] = {
            "date": str(about.day),
            "made_at": about.made_at.isoformat(),
            "looked_at": about.looked_at.isoformat(),
            "services": services,
            "private": dict(about.state.private),
            "withdrawn": about.state.lately(about.looked_at),
            "files": [_measured(making / name) for name in dumps.FORMATS],
        }
        dumps.written(making, told)
        for path in making.iterdir():
            sync(path)
        making.replace(home / dumps.name_of(about.day, clock.now()))
        sync(home)
    except (OSError, FolderProblem) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise DumpProblem(f"The dump of {about.day} cannot be written: {why}") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _files(making: Path, documents: Iterable[Document], count: int) -> int:
    """Both files, from one reading of the documents. Gives how many there were."""
    services, tables = 0, making / "tables"
    with (
        writing_to(tables) as folder,
        (making / LINES).open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=LEVEL, mtime=0) as lines,
    ):
        package = Package(folder, count)
        for document in map(nameless, documents):
            lines.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            package.write(None, document)
            services += 1
        package.close()
        names = folder.finish({"format": "hsds", "services": services})
    with zipfile.ZipFile(making / PACKAGE, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as packed:
        for name in names:
            about = zipfile.ZipInfo(name, A_DAY_OF_ZIP)
            about.compress_type = zipfile.ZIP_DEFLATED
            with (tables / name).open("rb") as source, packed.open(about, "w", force_zip64=True) as into:
                shutil.copyfileobj(source, into, A_PIECE)
    shutil.rmtree(tables)
    return services


@contextmanager
def _alone() -> Iterator[Path]:
    """Nobody else makes dumps meanwhile. What a killed run held is free again."""
    home = dumps.home()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DumpProblem(f"The folder of dumps cannot be written to: {error.strerror or error}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield home
    except BlockingIOError:
        raise DumpProblem("Dumps are being made already.") from None
    finally:
        os.close(lock)


def _measured(path: Path) -> dict[str, Any]:
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(A_PIECE):
            hashed.update(piece)
    return {"name": path.name, "size": path.stat().st_size, "sha256": hashed.hexdigest()}

"""One reading of a source as rows: of a feed page by page, of a file at an address, of a file that was sent."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from portal.core import clock
from portal.core.fetching import Fetcher, FetchProblem, fetcher, seconds_of
from portal.importing.bounded import Wanted, reading_file
from portal.importing.dialects import DIALECTS
from portal.importing.feed import LeftAlone, Walk, is_file, name_of
from portal.importing.lines import FileProblem
from portal.importing.mapping import Mapping, mapping_from
from portal.importing.nested.older import OLDER
from portal.importing.nested.service import WRAPPER
from portal.importing.opened import must_name, opened
from portal.importing.rows import Row
from portal.sources.ahead import read_ahead
from portal.sources.limits import FEED, FILE_BYTES, FILE_SECONDS, OVERLAP
from portal.sources.profiles import PROFILES

LONGEST_HEADER = 200


@dataclass(frozen=True)
class Wish:
    """What is to be read: copied from the setting, so that nothing of the database is held while it is read.

    `since`: the peer's own time of the last reading, where only later changes are wanted. `file` is read in place of an address.
    """

    profile: str
    address: str | None
    mapping: str | None
    since: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    file: Path | None = None


@dataclass
class Reading:
    """Rows, as they are read. Once they have ended: whether they were all there is, and what to know the next time.

    `is_unchanged`: nothing was sent, since it is what was read the last time.
    """

    rows: Iterator[Row]
    is_whole: bool = True
    is_unchanged: bool = False
    repeated: int = 0
    reached: dict[str, Any] = field(default_factory=dict)


@contextmanager
def reading_of(wish: Wish) -> Iterator[Reading]:
    """A reading of a source. Raises FileProblem here or where the rows break off."""
    if wish.file is not None:
        with _of_file(wish.file, wish) as reading:
            yield reading
        return
    if wish.address is None:
        raise FileProblem("This source has no address, and no file was sent.")
    if PROFILES[wish.profile].dialect is not None and not is_file(wish.address):
        with fetcher() as there:
            reading = Reading(iter(()))
            reading.rows = _of_feed(wish, there, reading)
            yield reading
        return
    with _of_address(wish, wish.address) as reading:
        yield reading


def _of_feed(wish: Wish, there: Fetcher, reading: Reading) -> Iterator[Row]:
    assert wish.address is not None
    dialect = DIALECTS[PROFILES[wish.profile].dialect or "3"]
    since = wish.since - OVERLAP if wish.since else None
    began = clock.now()
    walk = Walk(wish.address, there, FEED, dialect=dialect, since=since, extras=dialect.extras)
    yield from read_ahead(walk.rows(), lambda: walk.bytes_read)
    reading.is_whole, reading.repeated = walk.is_whole, walk.repeated
    if dialect.since is not None:
        reading.reached["cursor"] = (_moment(walk.date) or began).isoformat()


@contextmanager
def _of_address(wish: Wish, address: str) -> Iterator[Reading]:
    """A file at an address, unless it is what was read the last time."""
    asked = {"If-None-Match": wish.etag, "If-Modified-Since": None if wish.etag else wish.last_modified}
    headers = {name: value for name, value in asked.items() if value}
    with tempfile.TemporaryDirectory(prefix="portal-source-") as folder, fetcher(FILE_SECONDS) as there:
        path = Path(folder) / name_of(address)
        try:
            found = there.download(address, path, most=FILE_BYTES, headers=headers)
        except FetchProblem as problem:
            if problem.status == 304 and headers:
                yield Reading(iter(()), is_unchanged=True)
                return
            if problem.status in {429, 503} and problem.retry_after:
                raise LeftAlone(seconds_of(problem.retry_after, 0.0)) from None
            raise FileProblem(str(problem)) from None
        with _of_file(path, wish) as reading:
            known = {"etag": found.headers.get("etag"), "last_modified": found.headers.get("last-modified")}
            reading.reached |= {name: value for name, value in known.items() if value and _may_be_sent(value)}
            yield reading


@contextmanager
def _of_file(path: Path, wish: Wish) -> Iterator[Reading]:
    """A file or folder, read by a process of its own."""
    kind = PROFILES[wish.profile]
    mapping = mapping_from(wish.mapping, Path("mapping")) if wish.mapping and kind.wants_mapping else None
    sheet = mapping.sheet if mapping else None
    wanted = Wanted(
        path, kind.format if path.is_dir() or kind.format == "hsds" else None, sheet, flat=mapping is not None
    )
    with reading_file(wanted) as (_format, contents):
        ready = opened(contents, mapping, path.name)
        if ready.wants_mapping:
            _must_be_mapped(ready.mapping, path, is_given=mapping is not None)
        rows = ready.rows if kind.dialect != "1" else map(_older, ready.rows)
        yield Reading(rows)


def _must_be_mapped(mapping: Mapping, path: Path, *, is_given: bool) -> None:
    if not is_given:
        raise FileProblem(f"The file {path.name} is a table. Say which of its columns tells which fact, in a mapping.")
    must_name(mapping, path.name)


def _older(row: Row) -> Row:
    """A row of a file of Open Referral UK 1, under its own key."""
    if row.document is None or set(row.document) != {WRAPPER}:
        return row
    return Row(row.line, {OLDER: row.document[WRAPPER]}, id=row.id)


def _moment(told: str | None) -> datetime | None:
    """What time it is there, unless that is nonsense."""
    if told is None:
        return None
    try:
        moment = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if moment <= clock.now() + OVERLAP else None


def _may_be_sent(value: str) -> bool:
    return len(value) <= LONGEST_HEADER and value.isascii() and value.isprintable()

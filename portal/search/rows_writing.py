"""Writing the index that rows hold: each commit is one transaction, and one writer at a time holds the lock.

A commit adds a segment and names the documents of older ones that are gone; what nobody names any more is kept for a minute,
so that whoever reads it may finish.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import local
from typing import Any, Final
from uuid import uuid4
from zlib import crc32

import numpy as np
import psycopg

from portal.search import columns, storing
from portal.search.connections import Connections
from portal.search.merging import merged_with
from portal.search.packing import Entry, Packer, Torn, body_from, state_checksum, state_text
from portal.search.port import Document
from portal.search.rows_reading import Held, Opener, segment_checksum
from portal.search.rows_shelf import Rows

LOCK_SECONDS: Final = 30
"""How long a writer waits for another to finish."""

KEPT_SECONDS: Final = 60
"""How long segments stay that no state names any more."""

ANALYSED_FROM: Final = 1_000
"""After a build of so many documents the database looks at the tables, so that it plans well."""

_LOCKS: Final = 0x68657265
_DOCUMENTS: Final = "copy search_document (segment_id, number, body, checksum) from stdin (format binary)"
_TERMS: Final = "copy search_term (segment_id, field, term, docs, weights, places, checksum) from stdin (format binary)"
_SEGMENT: Final = "insert into search_segment (id, version, arrays, lexicon, checksum) values (%s, %s, %s, %s, %s)"
_STATE: Final = """
    insert into search_state (version, generation, is_sound, segments, checksum, changed_at)
    values (%s, %s, %s, %s, %s, now())
    on conflict (version) do update set generation = excluded.generation, is_sound = excluded.is_sound,
        segments = excluded.segments, checksum = excluded.checksum, changed_at = excluded.changed_at
"""
_RETIRE: Final = """
    update search_segment set retired_at = now() where version = %s and retired_at is null and id <> all(%s::uuid[])
"""
_OLD: Final = """
    select id from search_segment where version = %s and retired_at < now() - make_interval(secs => %s)
"""
_BODIES: Final = "select segment_id, number, body, checksum from search_document where segment_id = any(%s::uuid[])"
_OTHERS: Final = """
    select id from search_segment where version not in (
        select version from search_state where version = %s or changed_at >= now() - make_interval(secs => %s)
    )
"""
_OTHER_STATES: Final = """
    delete from search_state where version <> %s and changed_at < now() - make_interval(secs => %s)
"""
_LOST_TERMS: Final = "delete from search_term where not exists (select from search_segment where id = segment_id)"
_LOST_DOCUMENTS: Final = (
    "delete from search_document where not exists (select from search_segment where id = segment_id)"
)


class Writer:
    """Writes the index of one version of the code."""

    def __init__(self, connections: Connections, opener: Opener, version: str) -> None:
        self._connections = connections
        self._opener = opener
        self._version = version
        self._mine = local()

    @contextmanager
    def alone(self) -> Iterator["Transaction"]:
        """One transaction in which nobody else writes this index. Raises Away; inside itself it is the same one."""
        running: Transaction | None = getattr(self._mine, "transaction", None)
        if running is not None:
            yield running
            return
        self._connections.rows("select 1")  # lost connections are replaced here
        with self._connections.transaction() as driver:
            driver.execute(f"set local lock_timeout = {LOCK_SECONDS * 1000}")
            driver.execute("select pg_advisory_xact_lock(%s, %s)", (_LOCKS, crc32(self._version.encode()) - 2**31))
            self._mine.transaction = Transaction(driver, self._opener, self._version)
            try:
                yield self._mine.transaction
            finally:
                self._mine.transaction = None


class Transaction:
    """Changes that are committed together."""

    def __init__(self, driver: psycopg.Connection[Any], opener: Opener, version: str) -> None:
        self._driver = driver
        self._opener = opener
        self._version = version

    @property
    def rows(self) -> Rows:
        """Runs a statement in the transaction."""
        return lambda statement, parameters: self._driver.execute(statement, tuple(parameters)).fetchall()

    def update(self, documents: Sequence[Document], gone: frozenset[str]) -> None:
        """Put documents in and take out those with the ids that are gone. Raises Missing or Torn."""
        state = self._opener.state(self.rows)
        held = self._opener.held(self.rows, state)
        names = np.array([name.encode() for name in sorted(gone)])
        entries = [_without(entry, held[entry.name], names) for entry in state.entries]
        entries = [entry for entry in entries if entry.live]
        if documents:
            old = merged_with(len(documents), {entry.name: entry.live for entry in entries})
            merged = self._live([entry for entry in entries if entry.name in old])
            new = self._write([*merged, *documents])
            entries = [*(entry for entry in entries if entry.name not in old), new]
        self._commit(entries)
        self._delete(self.rows(_OLD, (self._version, KEPT_SECONDS)))

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Make these the whole index."""
        new = self._write(documents)
        self._commit([new] if new.count else [])
        if new.count >= ANALYSED_FROM:
            self._driver.execute("analyze search_term, search_document, search_segment")

    def make_empty(self) -> None:
        """Nobody reads the index before it is built again."""
        self._commit([], is_sound=False)

    def _write(self, documents: Iterable[Document]) -> Entry:
        """A new segment. Nothing is written for no documents."""
        segment, packer = uuid4(), Packer()
        with self._driver.cursor() as cursor:
            with cursor.copy(_DOCUMENTS) as copy:
                copy.set_types(("uuid", "int4", "text", "int8"))
                for document in documents:
                    copy.write_row((segment, *packer.add(document)))
            with cursor.copy(_TERMS) as copy:
                copy.set_types(("uuid", "varchar", "bytea", "bytea", "bytea", "bytea", "int8"))
                for row in packer.terms():
                    copy.write_row((segment, *row))
        new = Entry(segment.hex, packer.count, np.zeros(0, dtype=np.int64))
        if not new.count:
            return new
        held = Held(packer.columns(), packer.lexicon())
        arrays = columns.to_bytes(held.columns)
        checksum = segment_checksum(arrays, held.lexicon.packed)
        self._driver.execute(_SEGMENT, (segment, self._version, arrays, held.lexicon.packed, checksum))
        self._opener.keep(segment.hex, held)
        return new

    def _live(self, entries: Sequence[Entry]) -> list[Document]:
        """What is left in these segments. Raises Torn."""
        if not entries:
            return []
        found: dict[str, dict[int, str]] = {entry.name: {} for entry in entries}
        for segment, number, body, checksum in self.rows(_BODIES, ([*found],)):
            found[segment.hex][number] = body_from(number, body, checksum)
        bodies: list[str] = []
        for entry in entries:
            numbers = np.setdiff1d(np.arange(entry.count), entry.deleted).tolist()
            if not found[entry.name].keys() >= set(numbers):
                raise Torn("a document is missing")
            bodies += [found[entry.name][number] for number in numbers]
        return [storing.from_json(body) for body in bodies]

    def _commit(self, entries: Sequence[Entry], *, is_sound: bool = True) -> None:
        last = self.rows("select generation from search_state where version = %s", (self._version,))
        # The clock, so that tables which were emptied never count the same numbers again.
        generation = max(int(time.time() * 1_000_000), last[0][0] + 1 if last else 0)
        text = state_text(entries)
        told = (self._version, generation, is_sound, text, state_checksum(generation, text))
        self._driver.execute(_STATE, told)
        self._driver.execute(_RETIRE, (self._version, [entry.name for entry in entries]))

    def _delete(self, segments: Sequence[Sequence[Any]]) -> None:
        ids = [row[0] for row in segments]
        if ids:
            self._driver.execute("delete from search_term where segment_id = any(%s)", (ids,))
            self._driver.execute("delete from search_document where segment_id = any(%s)", (ids,))
            self._driver.execute("delete from search_segment where id = any(%s)", (ids,))

    def sweep(self, seconds: float) -> None:
        """Take away what other versions kept, once they have not written for so long, and rows that no segment owns."""
        self._delete(self.rows(_OTHERS, (self._version, seconds)))
        self._driver.execute(_OTHER_STATES, (self._version, seconds))
        self._driver.execute(_LOST_TERMS)
        self._driver.execute(_LOST_DOCUMENTS)


def _without(entry: Entry, held: Held, names: "np.ndarray[Any, Any]") -> Entry:
    """The entry with the documents of these names deleted too."""
    gone = np.flatnonzero(np.isin(held.columns.ids, names))
    return Entry(entry.name, entry.count, np.union1d(entry.deleted, gone)) if len(gone) else entry

"""The engine on PostgreSQL: rows keep what Whoosh's files keep, and the same arrays answer.

Every process looks before each search whether there is a newer commit. Any number of machines may read; writers wait for
each other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Final

from portal.search import rows_checking
from portal.search.connections import Connections
from portal.search.packing import Torn
from portal.search.port import Document, IndexUnavailable
from portal.search.rows_reading import Missing, Opener
from portal.search.rows_writing import Transaction, Writer
from portal.search.snapshot import Snapshot
from portal.search.snapshot_engine import Answer, SnapshotEngine

_TRIES: Final = 4
_REPORT: Final = """
    update search_state set is_sound = false where version = %s and generation = %s returning generation
"""


class PostgresEngine(SnapshotEngine):
    """An index in the tables of `portal/search/models.py`. `version`: of the code that keeps it."""

    def __init__(self, url: str, version: str) -> None:
        super().__init__()
        self._connections = Connections(url)
        self._version = version
        self._opener = Opener(version)
        self._writer = Writer(self._connections, self._opener, version)
        self._open: Snapshot | None = None
        self._opening = Lock()

    def _newest(self) -> Snapshot:
        generation = self._opener.look(self._connections.rows)
        held = self._open
        if held is None or held.generation != generation:
            with self._opening:
                held = self._open
                if held is None or held.generation != generation:
                    held = self._open = self._opened()
        if held.is_torn:
            raise IndexUnavailable("rows of the index are damaged")
        return held

    def _opened(self) -> Snapshot:
        """Open the newest commit. One that is replaced meanwhile may go missing: then try the one after."""
        for _ in range(_TRIES):
            generation = self._opener.look(self._connections.rows)
            try:
                return self._opener.snapshot(self._connections.rows)
            except Torn as fault:
                if self._is_torn(generation):
                    raise IndexUnavailable(repr(fault)) from fault
        raise IndexUnavailable("commits follow each other too fast")

    def _is_torn(self, generation: int) -> bool:
        """Whether rows of this commit are damaged, and not just replaced. Then nobody reads it before it is built again."""
        return bool(self._connections.rows(_REPORT, (self._version, generation)))

    def _of_newest(self, read: Callable[[Snapshot], Answer]) -> Answer:
        for _ in range(_TRIES):
            snapshot = self._snapshot()
            try:
                return read(snapshot)
            except IndexUnavailable as fault:
                self._let_go()
                if not isinstance(fault.__cause__, Torn):
                    snapshot.is_torn = False  # it is away, or this process is short of something
                    raise
                if self._is_torn(snapshot.generation):
                    raise
        raise IndexUnavailable("commits follow each other too fast")

    def forget(self) -> None:
        """Drop what is kept of words, so that the next search reads its words from the rows."""
        self._opener.cache.clear()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While inside, nobody else writes, and what is written is committed together in the end."""
        with self._writing():
            yield

    @contextmanager
    def _writing(self) -> Iterator[Transaction]:
        try:
            with self._writer.alone() as transaction:
                yield transaction
        finally:
            self._let_go()

    def update(self, documents: Sequence[Document], removed_ids: Iterable[str] = ()) -> None:
        """Put documents in, in place of those with the same id, and take others out, in one commit."""
        latest = {document.id: document for document in documents}
        gone = frozenset(removed_ids) | latest.keys()
        if not gone:
            return
        generation = self._opener.look(self._connections.rows)
        try:
            with self._writing() as transaction:
                transaction.update(list(latest.values()), gone)
        except Torn as fault:
            self._is_torn(generation)
            raise IndexUnavailable(repr(fault)) from fault

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Make these the whole index, in a new segment beside the old ones that one commit puts in their place."""
        with self._writing() as transaction:
            transaction.rebuild(documents)

    def mend(self) -> bool:
        """Make an empty index where there is none that can be read. It stays unavailable until it is rebuilt."""
        if self._is_sound():
            return False
        with self._writing() as transaction:
            if self._is_sound():
                return False
            transaction.make_empty()
        return True

    def _is_sound(self) -> bool:
        """Whether every row of the newest commit is as it was written. Raises Away."""
        try:
            rows_checking.check(self._connections, self._version)
        except (Torn, Missing):
            return False
        return True

    def sweep(self, seconds: float) -> None:
        """Take away what other versions of the code kept, once they have not written for so long."""
        with self._writing() as transaction:
            transaction.sweep(seconds)

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

"""The index on disk: opened anew after each commit, written by one at a time.

Index files are pickles, so the folder belongs to the service's user alone.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from time import monotonic, sleep, time_ns
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import RamStorage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from portal.search import columns, seal, storing, words
from portal.search.columns import Columns, words_for
from portal.search.pooling import Pool
from portal.search.port import IndexUnavailable
from portal.search.postings import Cache
from portal.search.sealed_storage import SealedStorage
from portal.search.snapshot import Segment, Snapshot
from portal.search.whoosh_shelf import WhooshShelf

LOCK_SECONDS: Final = 30.0
"""How long a writer waits for another to finish."""
LISTS_TRIED: Final = 5
"""How often a writer looks for the list of files before it says that there is none."""

_UNBUILT: Final = "unbuilt"
"""A file that stands beside an index which was mended and not built since: it lacks everything, so nobody may read it."""

BLOCK: Final = 1024
"""Postings that are written and read at once."""

PACKING: Final = 1
"""How hard blocks are packed: harder takes long and gains little."""

_TRIES: Final = 6
_WAIT_SECONDS: Final = 0.02
_TORN_SECONDS: Final = 1.0
"""How long a commit that could not be read is not tried again, so that pages go to the database at once."""

_SETTLED_NS: Final = 100_000_000
"""A folder that changed longer ago changes its time with the next change; sooner, two could share one tick of its clock."""

State = tuple[int, float]
"""Which commit is the newest: its number and when it was made, since a mended index counts from 0 again."""


class Files:
    """The files of one index in a folder, or in memory where there is none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._storage: Any = RamStorage() if folder is None else SealedStorage(folder)
        self._torn: tuple[State, float, str] | None = None
        self._open: tuple[State, Snapshot] | None = None
        self._seen: tuple[int, State] | None = None
        self._opening = Lock()
        self._cache = Cache()
        self._columns: dict[str, Columns] = {}
        if folder is None:
            FileIndex.create(self._storage, storing.schema())

    def _state(self) -> State:
        """Which commit is the newest. Raises IndexUnavailable where there is none."""
        if self._folder is None:
            return self._listed_state()
        try:
            changed = os.stat(self._folder).st_mtime_ns  # noqa: PTH116 (each search does it)
        except OSError as fault:
            raise IndexUnavailable(str(fault)) from fault
        seen = self._seen
        if seen is not None and seen[0] == changed:
            return seen[1]
        looked_at = time_ns()
        state = self._listed_state()
        if looked_at - changed > _SETTLED_NS:
            self._seen = changed, state
        return state

    def _listed_state(self) -> State:
        try:
            names = os.listdir(self._folder) if self._folder else self._storage.list()  # noqa: PTH208 (each search does it)
            if _UNBUILT in names:
                raise IndexUnavailable("the index waits to be built")
            number = max(int(name.split("_")[-1][:-4]) for name in names if name.endswith(".toc"))
            return number, os.stat(f"{self._folder}/{_commit(number)}").st_mtime if self._folder else 0.0  # noqa: PTH116
        except (OSError, ValueError) as fault:
            raise IndexUnavailable(str(fault)) from fault

    def snapshot(self) -> Snapshot:
        """The newest commit. Raises IndexUnavailable where there is nothing sound to read."""
        held, state = self._open, self._retried_state()
        if held is None or held[0] != state:
            with self._opening:
                held = self._open
                if held is None or held[0] != self._retried_state():
                    held = self._opened()
        if held[1].is_torn:
            raise IndexUnavailable("a file of the index could not be read")
        return held[1]

    def _retried_state(self) -> State:
        """A commit that ends just now takes the last one's name away: look again."""
        try:
            return self._state()
        except IndexUnavailable:
            sleep(_WAIT_SECONDS)
            return self._state()

    def _opened(self) -> tuple[State, Snapshot]:
        """Open the newest commit. While another process commits, files can go missing: then try the one after."""
        for attempt in range(_TRIES):
            state = self._retried_state()
            if self._torn is not None and self._torn[0] == state and monotonic() < self._torn[1]:
                raise IndexUnavailable(self._torn[2])
            try:
                snapshot = self._read(state)
            except Exception as fault:  # torn files can raise anything
                if attempt == _TRIES - 1:
                    self._torn = state, monotonic() + _TORN_SECONDS, repr(fault)
                    raise IndexUnavailable(repr(fault)) from fault
                sleep(_WAIT_SECONDS)
            else:
                if state == self._retried_state():
                    self._open = state, snapshot
                    return self._open
        raise IndexUnavailable("commits follow each other too fast")

    def _read(self, state: State) -> Snapshot:
        if self._folder is not None:
            seal.check_commit(self._folder, _commit(state[0]))
        reader = self._reader()
        segments: list[Segment] = []
        readers: dict[str, SegmentReader] = {}
        base = 0
        for leaf, _ in reader.leaf_readers():
            if not isinstance(leaf, SegmentReader):
                continue
            name = leaf.segment().segment_id()
            held = self._columns.get(name) or self._columns_of(leaf, name)
            readers[name] = leaf
            segments.append(Segment(name, held, base, np.array(sorted(leaf.deleted_docs_set), dtype=np.int64)))
            base += words_for(held.count) * 64
        self._columns = {segment.name: segment.columns for segment in segments}
        if self._folder is not None:
            self._storage.keep(readers)
        return Snapshot(segments, WhooshShelf(readers), self._cache)

    def _reader(self) -> Any:
        """What whoosh reads, tried once: by itself it tries a lost file for half a second, for each try of ours."""
        index = FileIndex(self._storage)
        told = index._read_toc()
        return index._reader(self._storage, told.schema, told.segments, told.generation)

    def _columns_of(self, reader: SegmentReader, name: str) -> Columns:
        """The columns of a segment, from their file, or where that is lost from the documents."""
        if self._folder is not None:
            with suppress(OSError, ValueError, KeyError, BadZipFile):
                return columns.load(self._folder / f"{name}.columns")
        return _built(reader)

    def _prepare(self, schema: Any, segment: Any) -> None:
        """Before a commit names a new segment: write its columns, and its seal, so that a torn file is known by it."""
        name = segment.segment_id()
        if self._folder is None or seal.is_there(self._folder, name):
            return
        reader = SegmentReader(self._storage, schema, segment)
        try:
            columns.save(_built(reader), self._folder / f"{name}.columns")
        finally:
            reader.close()
        seal.write(self._folder, name)

    def _committed(self, name: str) -> None:
        """After a commit: seal its own file. The commit stands, also where there is no room for that."""
        if self._folder is not None:
            with suppress(OSError):
                seal.write_commit(self._folder, name)

    def is_sound(self) -> bool:
        """Whether every byte of the newest commit is as it was written."""
        try:
            snapshot = self.snapshot()
            if self._folder is not None:
                seal.check_commit(self._folder, _commit(self._retried_state()[0]))
                for segment in snapshot.segments:
                    seal.check_segment(self._folder, segment.name)
        except (IndexUnavailable, OSError):
            return False
        return True

    def forget(self) -> None:
        """Drop the posting lists that are kept."""
        self._cache.clear()

    @contextmanager
    def writing(self, **options: Any) -> Iterator[Any]:
        """A writer, the only one. What it has not committed in the end is dropped. Raises IndexUnavailable."""
        try:
            writer = self._begun(options)
        except Exception as fault:  # another writes for long, or torn files, which can raise anything
            raise IndexUnavailable(repr(fault)) from fault
        try:
            yield writer
        except BaseException:
            self._take_back(writer)
            raise
        finally:
            if not writer.is_closed:
                with suppress(OSError):
                    writer.cancel()

    def _begun(self, options: dict[str, Any]) -> Any:
        """A writer. Who commits takes the list of files away that another is about to read: then it reads the next one."""
        for _again in range(LISTS_TRIED - 1):
            with suppress(FileNotFoundError):
                return self._writer(options)
        return self._writer(options)

    def _writer(self, options: dict[str, Any]) -> Any:
        return _Writer(FileIndex(self._storage), self._prepare, self._committed, timeout=LOCK_SECONDS, **options)

    def _take_back(self, writer: Any) -> None:
        """Delete what a failed commit has written, unless it is named already: on a full disk each try would leave its part."""
        if self._folder is None:
            return
        name = writer.newsegment.segment_id()
        with suppress(Exception):
            named = {segment.segment_id() for segment in FileIndex(self._storage)._segments()}
            left = [] if name in named else list(self._folder.glob(f"{name}.*"))
            for path in (*left, *self._folder.glob(f"{_commit(writer.generation)}.*")):
                path.unlink(missing_ok=True)

    def make_empty(self) -> None:
        """Throw away what is there and begin with an empty index, which on disk nobody reads before it is built."""
        if self._folder is None:
            self._storage = RamStorage()
        else:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            for path in self._folder.iterdir():
                if path.is_file():
                    path.unlink(missing_ok=True)
            (self._folder / _UNBUILT).touch()
            self._storage.keep(())
        FileIndex.create(self._storage, storing.schema())

    def now_built(self) -> None:
        """The index is complete: let it be read."""
        if self._folder is not None:
            (self._folder / _UNBUILT).unlink(missing_ok=True)


def _built(reader: SegmentReader) -> Columns:
    stored = [storing.from_json(reader.stored_fields(doc)["body"]) for doc in range(reader.doc_count_all())]
    return columns.columns_of(stored, {words.reading(document.language) for document in stored})


class _Writer(SegmentWriter):  # type: ignore[misc, unused-ignore]
    """Whoosh's writer, with something to be done for each segment before the commit, and for the commit's file after it."""

    def __init__(
        self,
        index: FileIndex,
        prepare: Callable[[Any, Any], None],
        committed: Callable[[str], None],
        **options: Any,
    ) -> None:
        try:
            super().__init__(index, codec=W3Codec(blocklimit=BLOCK, compression=PACKING), **options)
        except BaseException:
            lock = getattr(self, "writelock", None)
            if lock is not None and getattr(lock, "fd", None) is not None:
                lock.release()
            raise
        self._prepare = prepare
        self._committed = committed
        self.pool = Pool()

    def _commit_toc(self, segments: list[Any]) -> None:
        for segment in segments:
            self._prepare(self.schema, segment)
        super()._commit_toc(segments)
        self._committed(_commit(self.generation))


def _commit(number: int) -> str:
    """The name of a commit's own file."""
    return f"_MAIN_{number}.toc"

"""The engine on Whoosh's files. Whoosh keeps, commits and merges; questions are answered from arrays.

The worker alone writes. Every process looks before each search whether there is a newer commit, and then opens it anew:
never through `Searcher.refresh()`, which brings deleted documents back.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from whoosh.writing import CLEAR

from portal.search import storing
from portal.search.files import LOCK_SECONDS, Files
from portal.search.folder_lock import FolderLock
from portal.search.port import Document
from portal.search.snapshot import Snapshot
from portal.search.snapshot_engine import SnapshotEngine

REBUILD_MB: Final = 512
"""What a rebuild holds in memory before it sorts on the disk, which takes twice as long."""


class WhooshEngine(SnapshotEngine):
    """An index in a folder, or in memory where there is none."""

    def __init__(self, folder: Path | None) -> None:
        super().__init__()
        self._files = Files(folder)
        self._lock = FolderLock(folder, LOCK_SECONDS)

    def _newest(self) -> Snapshot:
        return self._files.snapshot()

    def forget(self) -> None:
        """Drop what is kept of words, so that the next search reads its words from the files."""
        self._files.forget()

    def alone(self) -> AbstractContextManager[None]:
        """While inside, nobody else writes. Each change is still a commit of its own."""
        return self._lock.held()

    def update(self, documents: Sequence[Document], removed_ids: Iterable[str] = ()) -> None:
        """Put documents in, in place of those with the same id, and take others out, in one commit."""
        latest = {document.id: document for document in documents}
        gone = frozenset(removed_ids) | latest.keys()
        if not gone:
            return
        self._files.snapshot()
        with self._files.writing() as writer:
            for name in sorted(gone):
                writer.delete_by_term("id", name)
            for document in latest.values():
                writer.add_document(**storing.fields_of(document))
            writer.commit()
        self._let_go()
        self._files.snapshot()

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Make these the whole index, in a new segment beside the old ones that one commit puts in their place."""
        if not self.ready():
            self._files.make_empty()
        with self._files.writing(limitmb=REBUILD_MB) as writer:
            for document in documents:
                writer.add_document(**storing.fields_of(document))
            writer.commit(mergetype=CLEAR)
        self._files.now_built()
        self._let_go()
        self._files.snapshot()

    def mend(self) -> bool:
        """Make an empty index where there is none that can be read. It stays unavailable until it is rebuilt."""
        if self._files.is_sound():
            return False
        self._files.make_empty()
        self._let_go()
        return True

"""The engine on Whoosh's files. Whoosh keeps, commits and merges; questions are answered from arrays.

The worker alone writes. Every process looks before each search whether there is a newer commit, and then opens it anew:
never through `Searcher.refresh()`, which brings deleted documents back.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from whoosh.writing import CLEAR

from portal.search import columns, storing
from portal.search.answering import Answering
from portal.search.columns import unpack
from portal.search.counting import counts
from portal.search.files import Files
from portal.search.port import Document, IndexUnavailable, Query, Result
from portal.search.spelling import Speller

REBUILD_MB: Final = 512
"""What a rebuild holds in memory before it sorts on the disk, which takes twice as long."""


class WhooshEngine:
    """An index in a folder, or in memory where there is none."""

    def __init__(self, folder: Path | None) -> None:
        self._files = Files(folder)
        self._speller = Speller()

    # Reading

    def search(self, query: Query) -> Result:
        """Results of one page with their counts."""
        began = perf_counter()
        answering = Answering(self._files.snapshot(), query)
        facets, untold = counts(answering)
        return Result(
            total=columns.count(answering.found),
            hits=answering.page(),
            facets=facets,
            untold=untold,
            radii=answering.radii(),
            relaxed=answering.matched.relaxed,
            took_ms=(perf_counter() - began) * 1000,
        )

    def count(self, query: Query) -> int:
        """How many results the query has."""
        return columns.count(Answering(self._files.snapshot(), query).found)

    def ids(self) -> frozenset[str]:
        """Ids of everything that can be found."""
        snapshot = self._files.snapshot()
        return frozenset(name.decode() for name in snapshot.ids[unpack(snapshot.live)])

    def stored(self, id: str) -> Document | None:
        """The document as it was indexed."""
        snapshot = self._files.snapshot()
        live = unpack(snapshot.live)
        for segment in snapshot.segments:
            for number in (segment.columns.ids == id.encode()).nonzero()[0]:
                if live[segment.base + number]:
                    with snapshot.reading():
                        return storing.from_json(segment.reader.stored_fields(int(number))["body"])
        return None

    def suggest(self, words: str, language: str = "en") -> str | None:
        """The words with misspelt ones put right from words that occur in documents."""
        return self._speller.suggest(self._files.snapshot(), words, language)

    def ready(self) -> bool:
        """Whether there is a sound index to search."""
        try:
            self._files.snapshot()
        except IndexUnavailable:
            return False
        return True

    def forget(self) -> None:
        """Drop what is kept of words, so that the next search reads its words from the files."""
        self._files.forget()

    # Writing

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
        self._files.snapshot()

    def mend(self) -> bool:
        """Make an empty index where there is none that can be read. It stays unavailable until it is rebuilt."""
        if self._files.is_sound():
            return False
        self._files.make_empty()
        return True

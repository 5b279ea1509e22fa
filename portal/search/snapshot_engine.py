"""What every engine does alike that answers from snapshots."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import TypeVar

from portal.search import columns, storing
from portal.search.answering import Answering
from portal.search.columns import unpack
from portal.search.counting import counts
from portal.search.explaining import explained
from portal.search.port import Document, IndexUnavailable, Query, Result, Why
from portal.search.snapshot import Snapshot
from portal.search.spelling import Speller

Answer = TypeVar("Answer")


class SnapshotEngine(ABC):
    """Reading. Whoever inherits gives the newest snapshot, and writes."""

    def __init__(self) -> None:
        self._speller = Speller()
        self._still: ContextVar[list[Snapshot] | None] = ContextVar("still", default=None)

    @abstractmethod
    def _newest(self) -> Snapshot:
        """The newest commit. Raises IndexUnavailable where there is nothing sound to read."""

    @contextmanager
    def still(self) -> Iterator[None]:
        """While inside, every question is answered from the same commit, the newest at the first of them."""
        token = self._still.set([])
        try:
            yield
        finally:
            self._still.reset(token)

    def _snapshot(self) -> Snapshot:
        held = self._still.get()
        if held is None:
            return self._newest()
        if not held or held[0].is_torn:
            held[:] = [self._newest()]
        return held[0]

    def _let_go(self) -> None:
        """Inside `still` too, the next question is answered from the commit that is newest then."""
        if held := self._still.get():
            held.clear()

    def _of_newest(self, read: Callable[[Snapshot], Answer]) -> Answer:
        """What is read from the newest snapshot. Raises IndexUnavailable where there is nothing sound to read."""
        return read(self._snapshot())

    def search(self, query: Query) -> Result:
        """Results of one page with their counts."""
        return self._of_newest(lambda snapshot: _result(snapshot, query))

    def explain(self, query: Query, ids: Iterable[str]) -> Mapping[str, Why]:
        """What the scores of these documents are made of, where they answer."""
        return self._of_newest(lambda snapshot: explained(Answering(snapshot, query), ids))

    def count(self, query: Query) -> int:
        """How many results the query has."""
        return self._of_newest(lambda snapshot: columns.count(Answering(snapshot, query).found))

    def ids(self) -> frozenset[str]:
        """Ids of everything that can be found."""
        return self._of_newest(
            lambda snapshot: frozenset(name.decode() for name in snapshot.ids[unpack(snapshot.live)])
        )

    def stored(self, id: str) -> Document | None:
        """The document as it was indexed."""
        return self._of_newest(lambda snapshot: _stored(snapshot, id))

    def suggest(self, words: str, language: str = "en") -> str | None:
        """The words with misspelt ones put right from words that occur in documents."""
        return self._of_newest(lambda snapshot: self._speller.suggest(snapshot, words, language))

    def ready(self) -> bool:
        """Whether there is a sound index to search."""
        try:
            self._of_newest(lambda _: None)
        except IndexUnavailable:
            return False
        return True


def _result(snapshot: Snapshot, query: Query) -> Result:
    began = perf_counter()
    answering = Answering(snapshot, query)
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


def _stored(snapshot: Snapshot, id: str) -> Document | None:
    for segment in snapshot.segments:
        for number in (segment.columns.ids == id.encode()).nonzero()[0].tolist():
            if number not in segment.deleted:
                with snapshot.reading():
                    return storing.from_json(snapshot.shelf.stored(segment.name, number))
    return None

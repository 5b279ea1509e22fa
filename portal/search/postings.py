"""The documents that have a word, with the weight that it has in each, as arrays.

Whoosh's posting reader steps through documents one at a time, in Python. Its blocks of 128 are read whole here instead. This
is the one place that knows how they are laid out (`whoosh.codec.whoosh3`); other readers are stepped through as usual.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.matching import Matcher
from whoosh.reading import SegmentReader

Postings = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]
"""Numbers of documents, ascending, and weights."""

NONE: Final[Postings] = (np.zeros(0, dtype=np.int64), np.zeros(0))


def postings_of(reader: SegmentReader, field: str, term: str) -> Postings:
    """Postings of a term in one segment, deleted documents perhaps among them."""
    if (field, term) not in reader:
        return NONE
    matcher = reader.postings(field, term)
    if reader.has_deletions() and hasattr(matcher, "child"):
        matcher = matcher.child
        matcher.reset()  # it was moved past the first deleted ones
    return _by_block(matcher) if type(matcher) is W3LeafMatcher else _by_step(matcher)


def _by_step(matcher: Matcher) -> Postings:
    docs: list[int] = []
    weights: list[float] = []
    while matcher.is_active():
        docs.append(matcher.id())
        weights.append(matcher.weight())
        matcher.next()
    return np.array(docs, dtype=np.int64), np.array(weights, dtype=np.float64)


def _by_block(matcher: Any) -> Postings:
    docs: list[npt.NDArray[np.int64]] = []
    weights: list[npt.NDArray[np.float64]] = []
    while matcher.is_active():
        matcher._read_data()
        steps, heavy, _ = matcher._data
        docs.append(np.cumsum(steps))
        weights.append(np.broadcast_to(np.asarray(1.0 if heavy is None else heavy, dtype=np.float64), len(steps)))
        matcher._next_block()
    return np.concatenate(docs), np.concatenate(weights)


class Cache:
    """Arrays that were used last, as many as `limit` numbers in all."""

    def __init__(self, limit: int = 4_000_000) -> None:
        self._limit = limit
        self._held: OrderedDict[tuple[str, ...], Postings] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: tuple[str, ...], make: Callable[[], Postings]) -> Postings:
        """The arrays kept under the key, made and kept first where they are not there."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
                return found
        made = make()
        with self._lock:
            if key not in self._held:
                self._held[key] = made
                self._size += len(made[0]) + 16
            while self._size > self._limit and len(self._held) > 1:
                _, (docs, _) = self._held.popitem(last=False)
                self._size -= len(docs) + 16
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self._size = 0

"""The index as it stood after one commit, laid out so that a question is answered from arrays alone.

Documents of all segments are numbered through. Each segment starts at a multiple of 64, so that its bits can be copied as
they are; numbers between two segments are never live.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count as counting_up
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from portal.search.columns import (
    DENIES,
    HAS,
    SERVES,
    Bits,
    Columns,
    Flags,
    Floats,
    Ints,
    Key,
    count,
    on_sphere,
    pack,
    words_for,
)
from portal.search.port import UNTOLD, IndexUnavailable, Point
from portal.search.postings import NONE, Cache, Postings
from portal.search.shelf import Shelf, Wanted
from portal.search.weights import WEIGHTS

NEVER: Final = np.iinfo(np.int64).max
"""Stands for "no session" among starts, so that such documents come last."""

_NUMBERS = counting_up()


@dataclass(frozen=True)
class Segment:
    """One segment of the index: its columns, the number of its first document, and which of its documents are deleted."""

    name: str
    columns: Columns
    base: int
    deleted: Ints


@dataclass(frozen=True)
class Facet:
    """The rows of one facet: a row a value for who has it; where "no" can be told another a value for who is silent about it;
    and a last one for who has told nothing at all.
    """

    values: tuple[str, ...]
    rows: Bits
    at: slice
    can_deny: bool

    @cached_property
    def number(self) -> Mapping[str, int]:
        """Value to row."""
        return {value: row for row, value in enumerate(self.values)}

    def silent(self, value: str) -> Bits:
        """Who has said neither yes nor no to a value."""
        row = self.number.get(value)
        silent: Bits
        if row is None:
            silent = ~np.zeros_like(self.rows[0])
        else:
            silent = self.rows[len(self.values) + row] if self.can_deny else ~self.rows[row]
        return silent


@dataclass
class Snapshot:
    """One state of the index."""

    segments: Sequence[Segment]
    shelf: Shelf
    cache: Cache
    generation: int = 0
    is_torn: bool = False
    _windows: OrderedDict[Any, Any] = field(default_factory=OrderedDict)
    _last: tuple[Point, Floats] | None = None
    name: str = field(default_factory=lambda: str(next(_NUMBERS)))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """While the shelf is read: whatever something torn raises means IndexUnavailable, now and later."""
        try:
            yield
        except IndexUnavailable:
            raise
        except Exception as fault:
            self.is_torn = True
            raise IndexUnavailable(repr(fault)) from fault

    @cached_property
    def size(self) -> int:
        """How many numbers documents have, a multiple of 64."""
        return sum(words_for(segment.columns.count) * 64 for segment in self.segments)

    @cached_property
    def live(self) -> Bits:
        """Documents that are there and not deleted."""
        flags = np.zeros(self.size, dtype=np.bool_)
        for segment in self.segments:
            flags[segment.base : segment.base + segment.columns.count] = True
            flags[segment.deleted + segment.base] = False
        return pack(flags)

    @cached_property
    def alive(self) -> int:
        """How many documents there are."""
        return count(self.live)

    @cached_property
    def ids(self) -> npt.NDArray[np.bytes_]:
        """Ids of documents."""
        longest = max((segment.columns.ids.dtype.itemsize for segment in self.segments), default=1)
        return self._laid(lambda columns: columns.ids, np.dtype(("S", longest)))

    @cached_property
    def checked(self) -> Ints:
        """Days of the last confirmation."""
        return self._laid(lambda columns: columns.checked, np.dtype(np.int64))

    @cached_property
    def worth(self) -> Floats:
        """The share of its score that demerit leaves each document."""
        left: Floats = 1 - WEIGHTS.demerit * np.clip(
            self._laid(lambda columns: columns.demerit, np.dtype(np.int64)), 0, 9
        )
        return left

    def _laid(self, column: Callable[[Columns], Any], kind: np.dtype[Any]) -> npt.NDArray[Any]:
        whole = np.zeros(self.size, dtype=kind)
        for segment in self.segments:
            whole[segment.base : segment.base + segment.columns.count] = column(segment.columns)
        return whole

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The readings under which documents are indexed."""
        return tuple(sorted(frozenset().union(*(segment.columns.languages for segment in self.segments))))

    @cached_property
    def rows(self) -> Mapping[Key, Bits]:
        """The bits of each facet's values and of each area served."""
        keys = sorted({key for segment in self.segments for key in segment.columns.keys})
        number = {key: row for row, key in enumerate(keys)}
        whole = np.zeros((len(keys), self.size // 64), dtype=np.uint64)
        for segment in self.segments:
            first = segment.base // 64
            mine = [number[key] for key in segment.columns.keys]
            whole[mine, first : first + segment.columns.bits.shape[1]] = segment.columns.bits
        return dict(zip(keys, whole, strict=True))

    @cached_property
    def _table(self) -> tuple[Bits, Mapping[str, Facet]]:
        values: dict[str, set[str]] = {}
        for kind, facet, value in self.rows:
            if kind != SERVES:
                values.setdefault(facet, set()).add(value)
        parts = {facet: self._rows_of(facet, sorted(found)) for facet, found in sorted(values.items())}
        whole = np.concatenate([rows for rows, _ in parts.values()]) if parts else self.nobody.reshape(1, -1)[:0]
        facets: dict[str, Facet] = {}
        start = 0
        for facet, (rows, can_deny) in parts.items():
            at = slice(start, start + len(rows))
            facets[facet] = Facet(tuple(sorted(values[facet])), whole[at], at, can_deny)
            start = at.stop
        return whole, facets

    def _rows_of(self, facet: str, values: Sequence[str]) -> tuple[Bits, bool]:
        has = np.stack([self.row(HAS, facet, value) for value in values])
        denies = np.stack([self.row(DENIES, facet, value) for value in values])
        either = has | denies
        can_deny = bool(denies.any())
        nothing = ~np.bitwise_or.reduce(either, axis=0, keepdims=True)
        return np.concatenate([has, ~either, nothing] if can_deny else [has, nothing]), can_deny

    @property
    def table(self) -> Bits:
        """The rows of all facets, one facet after the other."""
        return self._table[0]

    @property
    def facets(self) -> Mapping[str, Facet]:
        """What is told, facet by facet."""
        return self._table[1]

    @cached_property
    def labels(self) -> Sequence[tuple[bool, str, str]]:
        """What each row of the table counts: whether those who have not told, the facet, and the value."""
        found: list[tuple[bool, str, str]] = []
        for facet, held in self.facets.items():
            found += [(False, facet, value) for value in held.values]
            found += [(True, facet, value) for value in held.values if held.can_deny]
            found.append((True, facet, UNTOLD))
        return found

    @cached_property
    def nobody(self) -> Bits:
        """No document."""
        return np.zeros(self.size // 64, dtype=np.uint64)

    def row(self, kind: str, facet: str, value: str) -> Bits:
        """Who has, denies or serves this."""
        return self.rows.get((kind, facet, value), self.nobody)

    @cached_property
    def _points(self) -> tuple[Floats, Ints, Ints]:
        """The three coordinates of all points, the first point of each document that has any, and that document's number."""
        docs = [segment.columns.point_doc + segment.base for segment in self.segments]
        whole = np.concatenate([np.zeros(0, dtype=np.int64), *docs])
        points = np.concatenate([np.zeros((0, 3)), *(segment.columns.points for segment in self.segments)])
        firsts = np.flatnonzero(np.diff(whole, prepend=-1))
        return np.ascontiguousarray(points.T), firsts, whole[firsts]

    def chords(self, near: Point) -> Floats:
        """The square of the straight line to each document's nearest point on a sphere of radius 1, infinite where it has none.

        It grows with the distance and costs less. A page asks several times.
        """
        last = self._last
        if last is None or last[0] != near:
            last = self._last = near, self._chords(near)
        return last[1]

    def _chords(self, near: Point) -> Floats:
        points, firsts, docs = self._points
        whole = np.full(self.size, np.inf)
        if len(docs):
            found = np.zeros(points.shape[1])
            for axis, at in zip(points, on_sphere([near])[0], strict=True):
                apart = axis - at
                apart *= apart
                found += apart
            whole[docs] = found if len(docs) == len(found) else np.minimum.reduceat(found, firsts)
        return whole

    def sessions_in(self, start: int, end: int) -> list[tuple[Ints, Ints, Ints]]:
        """Documents, starts and ends of the sessions that overlap [start, end), each part in order of starts."""
        found = []
        for segment in self.segments:
            columns = segment.columns
            first = np.searchsorted(columns.starts, start - columns.longest)
            last = np.searchsorted(columns.starts, end)
            chosen = columns.ends[first:last] > start
            found.append(
                (
                    columns.session_doc[first:last][chosen] + segment.base,
                    columns.starts[first:last][chosen],
                    columns.ends[first:last][chosen],
                )
            )
        return found

    def having(self, intervals: tuple[tuple[int, int], ...]) -> Bits:
        """Documents with a session that overlaps one of the intervals."""
        kept: Bits = self._kept(("having", intervals), lambda: pack(self._having(intervals)))
        return kept

    def windowed(self, windows: tuple[tuple[tuple[int, int], ...], ...]) -> Bits:
        """A row for each of these sets of intervals."""
        kept: Bits = self._kept(("windowed", windows), lambda: np.stack([pack(self._having(each)) for each in windows]))
        return kept

    def _having(self, intervals: tuple[tuple[int, int], ...]) -> Flags:
        flags = np.zeros(self.size, dtype=np.bool_)
        for start, end in intervals:
            for docs, _, _ in self.sessions_in(start, end):
                flags[docs] = True
        return flags

    @cached_property
    def timed(self) -> Bits:
        """Documents that have told a session."""
        flags = np.zeros(self.size, dtype=np.bool_)
        for segment in self.segments:
            flags[segment.columns.session_doc + segment.base] = True
        return pack(flags)

    def next_starts(self, now: int, intervals: tuple[tuple[int, int], ...] | None) -> Ints:
        """The start of each document's first session not over, among those that overlap the intervals if given."""
        kept: Ints = self._kept(("next", now, intervals), lambda: self._next_starts(now, intervals))
        return kept

    def _next_starts(self, now: int, intervals: tuple[tuple[int, int], ...] | None) -> Ints:
        first: Ints = np.full(self.size, NEVER, dtype=np.int64)
        for start, end in ((now, NEVER),) if intervals is None else intervals:
            for docs, starts, ends in self.sessions_in(start, end):
                ahead = ends > now
                np.minimum.at(first, docs[ahead], starts[ahead])
        return first

    def _kept(self, key: Any, make: Callable[[], Any]) -> Any:
        found = self._windows.get(key)
        if found is None:
            found = self._windows[key] = make()
            while len(self._windows) > 64:
                self._windows.popitem(last=False)
        return found

    def postings(self, field_name: str, term: str) -> Postings:
        """Documents that have a term, deleted ones among them, and its weight in each."""
        held = [self.cache.find((segment.name, field_name, term)) for segment in self.segments]
        missing = [segment for segment, found in zip(self.segments, held, strict=True) if found is None]
        if missing:
            read = iter(self._read([(segment.name, field_name, term) for segment in missing]))
            held = [next(read) if found is None else found for found in held]
        parts = [
            (segment.base, found) for segment, found in zip(self.segments, held, strict=True) if found and len(found[0])
        ]
        if not parts:
            return NONE
        docs = np.concatenate([found[0] + base for base, found in parts])
        return docs, np.concatenate([found[1] for _, found in parts])

    def expect(self, field_name: str, terms: Iterable[str]) -> None:
        """Terms that are asked for next: a shelf that stands far away is asked for all of them at once."""
        if not self.shelf.is_far:
            return
        wanted = [(segment.name, field_name, term) for term in dict.fromkeys(terms) for segment in self.segments]
        if missing := [one for one in wanted if self.cache.find(one) is None]:
            self._read(missing)

    def _read(self, wanted: Sequence[Wanted]) -> list[Postings]:
        with self.reading():
            found = self.shelf.postings(wanted)
        return [self.cache.keep(key, each) for key, each in zip(wanted, found, strict=True)]

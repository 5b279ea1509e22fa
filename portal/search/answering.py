"""One question answered from a snapshot: who answers, who would under other filters, in which order."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from portal.search.asking import asked
from portal.search.columns import HAS, SERVES, Bits, Floats, Ints, count, has, pack, unpack
from portal.search.port import EVERYWHERE, REMOTE, WHEN, Clause, Hit, Query, Reach
from portal.search.ranking import ORDERS, SOMEWHERE_KM, Column, blended, first
from portal.search.scoring import Matched, matched
from portal.search.snapshot import NEVER, Snapshot


@dataclass
class Answering:
    """A question put to a snapshot. Nothing is worked out before it is needed."""

    snapshot: Snapshot
    query: Query
    _within: dict[float, Bits] = field(default_factory=dict)

    @cached_property
    def distances(self) -> Floats | None:
        """Kilometres to each document's nearest point, where a place was given."""
        return None if self.query.near is None else self.snapshot.distances(self.query.near)

    @property
    def is_placed(self) -> bool:
        """Whether a place was given."""
        return self.query.near is not None or bool(self.query.area_codes)

    def near(self, radius: float) -> Bits:
        """Documents with a point within the radius."""
        if self.distances is None:
            return self.snapshot.nobody
        if radius not in self._within:
            self._within[radius] = pack(self.distances <= radius)
        return self._within[radius]

    @property
    def radius(self) -> float:
        """How far away is near."""
        return self.query.reach_km if self.query.within_km is None else self.query.within_km

    @cached_property
    def serving(self) -> Bits:
        """Documents that come to, or take in, people of the areas asked for."""
        found = self.snapshot.nobody
        for area in self.query.area_codes - {REMOTE, EVERYWHERE}:
            found = found | self.snapshot.row(SERVES, "", area)
        return found

    @cached_property
    def anywhere(self) -> Bits:
        """Documents for which the place does not matter."""
        return self.snapshot.row(SERVES, "", REMOTE) | self.snapshot.row(SERVES, "", EVERYWHERE)

    def in_reach(self, radius: float) -> Bits:
        """Documents in reach, were near that far."""
        if not self.is_placed:
            return self.snapshot.live
        return (self.near(radius) | self.serving | self.anywhere) & self.snapshot.live

    @cached_property
    def matched(self) -> Matched:
        """Documents with the words. Settled without the filters, so that each filter's count stays true when it is set."""
        words = asked(self.query.words, self.query.language)
        return matched(self.snapshot, words, sorted(self.query.topics), self.in_reach(self.query.reach_km))

    @cached_property
    def partial(self) -> Bits:
        """Documents that have only some of the words. They stand after all others, however sorted."""
        return self.snapshot.nobody if self.matched.partial is None else self.matched.partial

    def having(self, facet: str, value: str, radius: float) -> Bits:
        """Documents that have the value, near enough where that matters."""
        row = self.snapshot.row(HAS, facet, value)
        if (facet, value) in self.query.on_visit and self.query.near is not None:
            return row & self.near(radius)
        return row

    def passing(self, clause: Clause, radius: float) -> Bits:
        """Documents that pass one filter."""
        rows = [self.having(clause.facet, value, radius) for value in sorted(clause.values)]
        passed: Bits = (np.bitwise_and if clause.every else np.bitwise_or).reduce(rows, axis=0)
        return passed

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The filters with something in them."""
        return tuple(clause for clause in self.query.clauses if clause.values)

    def ticks(self, facet: str) -> list[str]:
        """The values of a facet that are all needed."""
        values = (clause.values for clause in self.clauses if clause.every and clause.facet == facet)
        return sorted(frozenset().union(*values))

    @cached_property
    def chosen(self) -> tuple[tuple[int, int], ...]:
        """The intervals of the times that were chosen."""
        windows = self.query.windows
        return tuple(part for window in windows if window.value in self.query.when for part in window.intervals)

    def answers(self, radius: float, without: str | None = None, *, all_of: bool = False) -> Bits:
        """Documents that answer, the one-is-enough ticks of one facet left out, or with `all_of` all its ticks."""
        found = self.in_reach(radius)
        if self.matched.found is not None:
            found = found & self.matched.found
        for clause in self.clauses:
            if clause.facet != without or (clause.every and not all_of):
                found = found & self.passing(clause, radius)
        if self.query.when and without != WHEN:
            found = found & self.snapshot.having(self.chosen)
        return found

    @cached_property
    def found(self) -> Bits:
        """Documents that answer."""
        return self.answers(self.radius)

    def base_for(self, facet: str) -> Bits:
        """Documents that answer but for the one-is-enough ticks of the facet, or the times chosen."""
        is_on = any(clause.facet == facet and not clause.every for clause in self.clauses) or (
            facet == WHEN and bool(self.query.when)
        )
        return self.answers(self.radius, without=facet) if is_on else self.found

    @cached_property
    def docs(self) -> Ints:
        """Numbers of the documents that answer."""
        return np.flatnonzero(unpack(self.found))

    @cached_property
    def next_starts(self) -> Ints:
        """Starts of next sessions."""
        return self.snapshot.next_starts(self.query.now, self.chosen if self.query.when else None)

    def kilometres(self, docs: Ints) -> Floats:
        """Distances of documents that are near; infinite for others, which are reached without a journey."""
        if self.distances is None:
            return np.full(len(docs), np.inf)
        away = self.distances[docs]
        return np.where(away <= self.radius, away, np.inf)

    def scores(self, docs: Ints) -> Floats:
        """The scores of documents."""
        relevance = np.ones(len(docs)) if self.matched.scores is None else self.matched.scores[docs]
        unplaced = np.where(has(self.anywhere, docs), np.inf, SOMEWHERE_KM)
        return blended(relevance, self.kilometres(docs) if self.is_placed else unplaced, self.snapshot.demerit[docs])

    def column(self, name: str) -> Column:
        """What the documents are ordered by under this name, the smallest first."""
        columns: dict[str, Column] = {
            "partial": lambda docs: has(self.partial, docs),
            "score": lambda docs: -self.scores(docs),
            "distance": self.kilometres,
            "next": lambda docs: self.next_starts[docs],
            "checked": lambda docs: -self.snapshot.checked[docs],
            "id": lambda docs: self.snapshot.ids[docs],
        }
        return columns[name]

    def page(self) -> tuple[Hit, ...]:
        """The hits of the page that was asked for."""
        start = max(self.query.offset, 0)
        wanted = start + max(self.query.limit, 0)
        if start >= len(self.docs) or wanted == start:
            return ()
        names = ORDERS[self.query.sort] if self.matched.partial is None else ("partial", *ORDERS[self.query.sort])
        order = [self.column(name) for name in names]
        docs = first(self.docs, wanted, order)[start:]
        found = zip(
            self.snapshot.ids[docs].tolist(),
            self.scores(docs).tolist(),
            self.kilometres(docs).tolist(),
            self.reaches(docs),
            self.next_starts[docs].tolist(),
            strict=True,
        )
        return tuple(
            Hit(name.decode(), score, away if reach == "near" else None, reach, None if ahead == NEVER else ahead)
            for name, score, away, reach, ahead in found
        )

    def reaches(self, docs: Ints) -> list[Reach]:
        """Why the place lets each of these documents in: the first reason that holds."""
        if not self.is_placed:
            return ["none"] * len(docs)
        remote = self.snapshot.row(SERVES, "", REMOTE)
        reasons = zip(*(has(row, docs).tolist() for row in (self.near(self.radius), self.serving, remote)), strict=True)
        return [
            "near" if near else "serves" if serves else "remote" if remote else "everywhere"
            for near, serves, remote in reasons
        ]

    def radii(self) -> dict[float | None, int]:
        """Results for each distance."""
        found: dict[float | None, int] = {far: count(self.answers(far)) for far in self.query.radii_km}
        found[None] = count(self.answers(self.query.reach_km))
        return found

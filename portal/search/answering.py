"""One question answered from a snapshot: who answers, who would under other filters, in which order."""

from dataclasses import dataclass, field
from math import pi, sin

import numpy as np

from portal.search.asking import Asked, asked
from portal.search.columns import EARTH_KM, HAS, SERVES, Bits, Flags, Floats, Ints, count, has, pack, unpack
from portal.search.leading import leaders
from portal.search.nearness import alike
from portal.search.once import once
from portal.search.port import EVERYWHERE, REMOTE, TOPIC, WHEN, Clause, Hit, Query, Reach
from portal.search.ranking import ORDERS, SOMEWHERE_KM, Column, blended, first
from portal.search.scoring import Matched, matched
from portal.search.snapshot import NEVER, Snapshot
from portal.search.weights import WEIGHTS


@dataclass
class Answering:
    """A question put to a snapshot. Nothing is worked out before it is needed."""

    snapshot: Snapshot
    query: Query
    _within: dict[float, Bits] = field(default_factory=dict)
    _reached: dict[float, Bits] = field(default_factory=dict)

    @once
    def chords(self) -> Floats | None:
        """How far each document's nearest point is, as the snapshot measures it, where a place was given."""
        return None if self.query.near is None else self.snapshot.chords(self.query.near)

    @property
    def is_placed(self) -> bool:
        """Whether a place was given."""
        return self.query.near is not None or bool(self.query.area_codes)

    def near(self, radius: float) -> Bits:
        """Documents with a point within the radius."""
        if self.chords is None:
            return self.snapshot.nobody
        if radius not in self._within:
            self._within[radius] = pack(self.chords <= chord_of(radius))
        return self._within[radius]

    @property
    def radius(self) -> float:
        """How far away is near."""
        return self.query.reach_km if self.query.within_km is None else self.query.within_km

    @once
    def serving(self) -> Bits:
        """Documents that come to, or take in, people of the areas asked for."""
        found = self.snapshot.nobody
        for area in self.query.area_codes - {REMOTE, EVERYWHERE}:
            found = found | self.snapshot.row(SERVES, "", area)
        return found

    @once
    def anywhere(self) -> Bits:
        """Documents for which the place does not matter."""
        return self.snapshot.row(SERVES, "", REMOTE) | self.snapshot.row(SERVES, "", EVERYWHERE)

    def in_reach(self, radius: float) -> Bits:
        """Documents in reach, were near that far."""
        if not self.is_placed:
            return self.snapshot.live
        if radius not in self._reached:
            self._reached[radius] = (self.near(radius) | self.serving | self.anywhere) & self.snapshot.live
        return self._reached[radius]

    @once
    def matched(self) -> Matched:
        """Documents with the words. Settled without the filters, so that each filter's count stays true when it is set."""
        return matched(self.snapshot, self.asked, self.topics, self.in_reach(self.query.reach_km), self.query.meaning)

    @once
    def asked(self) -> Asked:
        """The words, cut into parts."""
        return asked(self.query.words, self.query.language)

    @once
    def topics(self) -> dict[str, float]:
        """Topics understood, and how certain each is."""
        certain = dict(self.query.certain)
        return {topic: certain.get(topic, 1.0) for topic in self.query.topics}

    @once
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

    @once
    def clauses(self) -> tuple[Clause, ...]:
        """The filters with something in them."""
        return tuple(clause for clause in self.query.clauses if clause.values)

    def ticks(self, facet: str) -> list[str]:
        """The values of a facet that are all needed."""
        values = (clause.values for clause in self.clauses if clause.every and clause.facet == facet)
        return sorted(frozenset().union(*values))

    @once
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

    @once
    def found(self) -> Bits:
        """Documents that answer."""
        return self.answers(self.radius)

    def base_for(self, facet: str) -> Bits:
        """Documents that answer but for the one-is-enough ticks of the facet, or the times chosen."""
        is_on = any(clause.facet == facet and not clause.every for clause in self.clauses) or (
            facet == WHEN and bool(self.query.when)
        )
        return self.answers(self.radius, without=facet) if is_on else self.found

    @once
    def docs(self) -> Ints:
        """Numbers of the documents that answer."""
        return np.flatnonzero(unpack(self.found))

    @once
    def next_starts(self) -> Ints:
        """Starts of next sessions."""
        return self.snapshot.next_starts(self.query.now, self.chosen if self.query.when else None)

    def kilometres(self, docs: Ints) -> Floats:
        """Distances of documents that are near; infinite for others, which are reached without a journey."""
        if self.chords is None:
            return np.full(len(docs), np.inf)
        return self._away[self._places(docs)]

    def _places(self, docs: Ints) -> Ints:
        """Where documents that answer stand among all that answer."""
        return docs[:0] if not len(docs) else np.searchsorted(self.docs, docs)

    @once
    def _away(self) -> Floats:
        """Kilometres to each document that answers where it is near, infinite for those that are not."""
        away = np.full(len(self.docs), np.inf)
        if self.chords is not None:
            far = self.chords[self.docs]
            near = far <= chord_of(self.radius)
            away[near] = 2 * EARTH_KM * np.arcsin(np.minimum(np.sqrt(far[near]) / 2, 1.0))
        return away

    def scores(self, docs: Ints) -> Floats:
        """The scores of documents that answer."""
        return self._scores[self._places(docs)]

    @once
    def _scores(self) -> Floats:
        relevance = self.matched.relevance(self.docs)
        if self.matched.found is not None:
            relevance = relevance + self.meant
        return blended(relevance, self.journeys, self.is_soon, self.snapshot.worth[self.docs])

    @once
    def meant(self) -> Floats:
        """What being alike in meaning adds to the score of each document that answers."""
        gained: Floats = WEIGHTS.meaning * np.maximum(self.likeness - WEIGHTS.alike_from, 0.0)
        return gained

    @once
    def likeness(self) -> Floats:
        """How alike in meaning each document that answers is to the question."""
        return alike(self.snapshot.segments, self.query.meaning, self.docs)

    @property
    def journeys(self) -> Floats:
        """Kilometres to each document that answers as the order counts them."""
        if self.is_placed:
            return self._away
        return np.where(has(self.anywhere, self.docs), np.inf, SOMEWHERE_KM)

    @property
    def is_soon(self) -> Flags:
        """Which of the documents that answer have a session within the next days."""
        starts = self.next_starts[self.docs]
        return starts < self.query.now + WEIGHTS.soon_days * 24 * 60

    @property
    def has_leaders(self) -> bool:
        """Whether some stand first for the needs that were named."""
        return self.query.sort == "best" and len(self.query.leading) > 1

    @once
    def leaders(self) -> Bits:
        """Documents that come first so that each need that was named has one among the first."""
        flags = np.zeros(self.snapshot.size, dtype=np.bool_)
        flags[self.docs[list(self.led)]] = True
        return pack(flags)

    @once
    def led(self) -> dict[int, list[int]]:
        """Those documents by where they stand in `docs`, and the numbers of the needs that each leads for."""
        rows = [self.snapshot.row(HAS, TOPIC, topic) for topic in self.query.leading]
        return leaders(self.docs, np.where(has(self.partial, self.docs), 0.0, self._scores), rows)

    def column(self, name: str) -> Column:
        """What the documents are ordered by under this name, the smallest first."""
        columns: dict[str, Column] = {
            "partial": lambda docs: has(self.partial, docs),
            "following": lambda docs: ~has(self.leaders, docs),
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
        names = ORDERS[self.query.sort]
        if self.has_leaders:
            names = ("following", *names)
        if self.matched.partial is not None:
            names = ("partial", *names)
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
        radii = (*self.query.radii_km, self.query.reach_km)
        if self.chords is None or any(
            (one.facet, value) in self.query.on_visit for one in self.clauses for value in one.values
        ):
            numbers = [count(self.answers(radius)) for radius in radii]
        else:
            everywhere = self._but_for_place
            unmoved = everywhere & (self.serving | self.anywhere)
            far = np.sort(self.chords[np.flatnonzero(unpack(everywhere & ~unmoved))])
            within = np.searchsorted(far, [chord_of(radius) for radius in radii], side="right") + count(unmoved)
            numbers = within.tolist()
        return dict(zip((*self.query.radii_km, None), numbers, strict=True))

    @property
    def _but_for_place(self) -> Bits:
        """Documents that would answer wherever they were."""
        found = self.snapshot.live
        if self.matched.found is not None:
            found = found & self.matched.found
        for clause in self.clauses:
            found = found & self.passing(clause, self.radius)
        return found & self.snapshot.having(self.chosen) if self.query.when else found


def chord_of(kilometres: float) -> float:
    """The square of the straight line between points on a sphere of radius 1 that are so far apart on the earth."""
    return 4.0 if kilometres >= pi * EARTH_KM else (2 * sin(kilometres / EARTH_KM / 2)) ** 2

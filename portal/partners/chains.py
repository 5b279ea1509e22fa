"""Whether somebody would have their work from themselves: chains of partners, each of which has its work from the next.

A chain holds where all its links do on some day. Two that work for each other in turn, one after the other, make none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Link:
    """`below` has its work from `above` from one day to another, both included; without an end it goes on."""

    below: UUID
    above: UUID
    starts_on: date
    ends_on: date | None = None

    @property
    def last(self) -> date:
        """Its last day."""
        return self.ends_on or date.max


def ring_of(new: Link, links: Iterable[Link]) -> Sequence[UUID]:
    """The partners of the ring that a new link would close, from who is above it on; empty where it closes none."""
    by_below: dict[UUID, list[Link]] = {}
    for one in links:
        by_below.setdefault(one.below, []).append(one)
    waiting: list[tuple[tuple[UUID, ...], date, date]] = [((new.above,), new.starts_on, new.last)]
    known: set[tuple[UUID, date, date]] = set()
    while waiting:
        path, first, last = waiting.pop()
        if path[-1] == new.below:
            return path
        for link in by_below.get(path[-1], ()):
            begins, ends = max(first, link.starts_on), min(last, link.last)
            if begins <= ends and (link.above, begins, ends) not in known:
                known.add((link.above, begins, ends))
                waiting.append(((*path, link.above), begins, ends))
    return ()


def overlap(first: date, last: date | None, other_first: date, other_last: date | None) -> bool:
    """Whether two spans have a day in common. Without a last day a span goes on."""
    return first <= (other_last or date.max) and other_first <= (last or date.max)

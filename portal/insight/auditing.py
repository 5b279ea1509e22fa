"""What somebody who sees every published figure can work out of the hidden ones, and what else to hide so that it is nothing.

Every figure is a whole number of which readers know a range: 0; 1 to 7; 8 and over by its rounding; anything, where it is not
shown. Relations bind them: what adds up to the same, what cannot be more than what. Ranges are narrowed by one relation after the
other until nothing moves. Where a small figure could then be told apart from 1 to 7, tables or rows that led there are not shown,
the least wanted first, and all is tried again. Only what readers see goes into that choice, never a true number; so what is left
out tells no more of a small figure than what is shown. Source: decision 79.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from portal.core.small_numbers import SMALLEST, STEP

Name = Hashable
Unit = tuple[int, str]
"""What is hidden together, such as one table or one row: how much it is wanted (the least first), and its name."""
MOST = 10**12
"""More than anything counts to: no limit is known."""
MOST_SMALL = SMALLEST - 1


class CannotBeMadeSafe(Exception):
    """A small figure can be worked out whatever else is hidden, from figures that were published before."""


@dataclass(frozen=True)
class Range:
    """What readers know of a figure."""

    low: int = 0
    high: int = MOST

    @property
    def is_small(self) -> bool:
        """Whether it is told that there are 1 to 7."""
        return (self.low, self.high) == (1, MOST_SMALL)


NOTHING_KNOWN = Range()
SMALL = Range(1, MOST_SMALL)


@dataclass(frozen=True)
class Relation:
    """The sum of `less` is never more than the sum of `more`. A figure may count several times."""

    less: tuple[tuple[Name, int], ...]
    more: tuple[tuple[Name, int], ...]


def at_most(less: Iterable[Name], more: Iterable[Name], *, times: int = 1) -> Relation:
    """The sum of these is at most so many times the sum of those."""
    return Relation(tuple((one, 1) for one in less), tuple((one, times) for one in more))


def equal(one: Sequence[Name], other: Sequence[Name]) -> tuple[Relation, Relation]:
    """Both add up to the same."""
    return at_most(one, other), at_most(other, one)


@dataclass
class Figures:
    """All figures of a publication with those of earlier ones that bind them, and the relations between them.

    `units`: by figure, with which others it is hidden; a figure without a unit is published already, or never was.
    `beside`: by unit, figures that add up to the same as those of the unit do. While these are small together, the unit is hidden
    whatever stands in it: were it hidden only where it tells too much, that would tell the same.
    """

    ranges: dict[Name, Range] = field(default_factory=dict)
    units: dict[Name, Unit] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    beside: dict[Unit, Sequence[Name]] = field(default_factory=dict)


def range_of(count: int) -> Range:
    """What readers know of a figure that is published by the rule."""
    if count == 0:
        return Range(0, 0)
    if count < SMALLEST:
        return SMALL
    return of_rounded(STEP * round(count / STEP))


def of_rounded(value: int) -> Range:
    """What readers know of a figure by its rounded value. Ties go to neither side: a count is whole and the step is odd."""
    return Range(0, 0) if value == 0 else Range(max(SMALLEST, value - STEP // 2), value + STEP // 2)


def hidden(figures: Figures) -> frozenset[Unit]:
    """What is not to be shown. Raises CannotBeMadeSafe."""
    gone = {
        unit for unit, names in figures.beside.items() if 0 < sum(figures.ranges[one].high for one in names) < SMALLEST
    }
    while True:
        more = _leading_there(figures, frozenset(gone))
        if not more:
            return frozenset(gone)
        gone |= more


def leaks(figures: Figures, gone: frozenset[Unit]) -> dict[Name, Range]:
    """Figures of which readers can tell more than that there are 1 to 7: those that are small, or not shown and small at most."""
    narrowing = _Narrowing(figures, gone)
    return {name: narrowing.range_at(place) for name, place in narrowing.places.items() if narrowing.is_told(place)}


def _leading_there(figures: Figures, gone: frozenset[Unit]) -> set[Unit]:
    narrowing, found = _Narrowing(figures, gone), set()
    for name, place in narrowing.places.items():
        if not narrowing.is_told(place):
            continue
        own = {figures.units[name]} if name in figures.units else set()
        led = (narrowing.causes[place] | own) - gone
        if not led:
            raise CannotBeMadeSafe(str(name))
        found.add(min(led))
    return found


class _Narrowing:
    """One run: figures as places in lists, narrowed until nothing moves."""

    def __init__(self, figures: Figures, gone: frozenset[Unit]) -> None:
        self.places: dict[Name, int] = {}
        self.low: list[int] = []
        self.high: list[int] = []
        self.causes: list[set[Unit]] = []
        self.own: list[Unit | None] = []
        self.watched: list[bool] = []
        for name, known in figures.ranges.items():
            unit = figures.units.get(name)
            self._put(name, NOTHING_KNOWN if unit in gone else known, unit, is_watched=unit in gone or known.is_small)
        self.rows: list[list[tuple[int, int]]] = []
        self.touching: dict[int, list[int]] = defaultdict(list)
        for relation in figures.relations:
            self._bind(relation)
        self._narrow()

    def range_at(self, place: int) -> Range:
        return Range(self.low[place], self.high[place])

    def is_told(self, place: int) -> bool:
        """Whether a figure that nobody may know is known to be small, and better than as 1 to 7."""
        if not self.watched[place]:
            return False
        low, high = self.low[place], self.high[place]
        return 0 < high < SMALLEST and (high < MOST_SMALL or low > 1)

    def _put(self, name: Name, known: Range, unit: Unit | None, *, is_watched: bool) -> int:
        self.places[name] = len(self.low)
        self.low.append(known.low)
        self.high.append(known.high)
        self.causes.append(set())
        self.own.append(unit)
        self.watched.append(is_watched)
        return self.places[name]

    def _bind(self, relation: Relation) -> None:
        """As a row of (place, times) whose sum is at most 0."""
        row: list[tuple[int, int]] = []
        for sign, part in ((1, relation.less), (-1, relation.more)):
            for name, times in part:
                place = self.places.get(name)
                if place is None:  # a number that is nowhere published
                    place = self._put(name, NOTHING_KNOWN, None, is_watched=False)
                row.append((place, sign * times))
        for place, _times in row:
            self.touching[place].append(len(self.rows))
        self.rows.append(row)

    def _narrow(self) -> None:
        waiting = list(range(len(self.rows)))
        is_waiting = [True] * len(self.rows)
        while waiting:
            number = waiting.pop()
            is_waiting[number] = False
            for place in self._narrowed_by(self.rows[number]):
                for other in self.touching[place]:
                    if not is_waiting[other]:
                        is_waiting[other] = True
                        waiting.append(other)

    def _narrowed_by(self, row: list[tuple[int, int]]) -> list[int]:
        """Narrow all of one relation as far as the others of it allow. Gives those that moved."""
        least, endless = 0, 0
        for place, times in row:
            if times > 0:
                least += times * self.low[place]
            elif self.high[place] >= MOST:
                endless += 1
            else:
                least += times * self.high[place]
        if endless > 1:
            return []
        moved = []
        for place, times in row:
            is_endless = times < 0 and self.high[place] >= MOST
            if endless and not is_endless:
                continue
            others = least if is_endless else least - times * (self.low[place] if times > 0 else self.high[place])
            if times > 0 and self.low[place] <= (limit := -others // times) < self.high[place]:
                self.high[place] = limit
            elif times < 0 and self.low[place] < (limit := -(-others // -times)) <= self.high[place]:
                self.low[place] = limit
            else:  # nothing new, or what cannot be: somebody moved house between two steps
                continue
            moved.append(place)
            self._note_cause(place, row)
        return moved

    def _note_cause(self, place: int, row: list[tuple[int, int]]) -> None:
        for other, _times in row:
            if other == place:
                continue
            if (unit := self.own[other]) is not None:
                self.causes[place].add(unit)
            self.causes[place] |= self.causes[other]

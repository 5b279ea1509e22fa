"""What was looked for and not found in a whole month, added up so that no small number can be read or worked out."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import ColumnElement, func, select

from portal.core import clock
from portal.core.encryption import CannotDecrypt
from portal.core.extensions import db
from portal.core.i18n import LOCALES
from portal.core.i18n import gettext as _
from portal.core.small_numbers import SMALLEST, is_small, known, may_tell_total, told, untold
from portal.core.wording import clock_time
from portal.directory.models import MissedSearch, MissedWords
from portal.directory.needs import NEEDS
from portal.insight.months import Month, last_half, months_kept
from portal.insight.spoken import both_names
from portal.search.words import stops

MOST_PLACES = 6
"""Districts that a row names where all are shown."""
LEAST_SEARCHES = 3
"""A word is shown only if it stood in so many searches."""
MOST_WORDS = 60
MOST_READ = 20_000
LONGEST_PHRASE = 4
"""Words of a search that is shown as a whole too."""


@dataclass(frozen=True)
class Wanted:
    """What to show: a month, one district or all (""), one need or all ("")."""

    month: Month
    district: str = ""
    need: str = ""


@dataclass(frozen=True)
class Figure:
    """One label and a number as it may be told; None where it is left out."""

    label: str
    count: str | None


@dataclass(frozen=True)
class Line:
    """One need: in all, and in which districts, most first. `has_more`: there are others, with smaller figures."""

    need: str
    total: str | None
    places: tuple[Figure, ...]
    has_more: bool


@dataclass(frozen=True)
class Searches:
    """The page. `months` and `districts` are those that can be chosen: districts with figures that are not small."""

    wanted: Wanted
    months: tuple[Month, ...]
    lines: tuple[Line, ...]
    languages: tuple[Figure, ...]
    hours: tuple[Figure, ...]
    kinds: tuple[Figure, ...]
    districts: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was missed in the whole month."""
        return not self.languages


def searches(month: str, district: str, need: str) -> Searches:
    """Missed searches of a month ("2026-10"). What cannot be chosen is taken for the last that is over, or for "all"."""
    months = tuple(months_kept())
    chosen = next((one for one in months if one.slug == month), months[0])
    during = _during(chosen)
    cells = _cells(during)
    districts = _districts(cells)
    wanted = Wanted(chosen, district if district in districts else "", need if need in NEEDS else "")
    hours, by_hour = _sums(during, MissedSearch.hour), Counter[int]()
    for hour, count in hours.items():
        by_hour[clock.local(hour).hour] += count
    kinds = _sums(during, MissedSearch.kind)
    return Searches(
        wanted=wanted,
        months=months,
        lines=_lines(cells, wanted),
        languages=_list(
            {_language(code): count for code, count in _sums(during, MissedSearch.language).items()}, by_size=True
        ),
        hours=_list({clock_time(time(hour)): by_hour[hour] for hour in range(24)} if hours else {}),
        kinds=_list({_kind(kind): kinds.get(kind, 0) for kind in ("none", "poor")} if kinds else {}),
        districts=districts,
    )


@dataclass(frozen=True)
class Words:
    """What was said often from one day to another, most first."""

    first: date
    last: date
    figures: tuple[Figure, ...]


def frequent_words() -> Words:
    """Words, and searches of a few words, that stood in at least three missed searches of the last half month that is over."""
    first, last = last_half()
    return Words(first, last, _often(first, last))


def _often(first: date, last: date) -> tuple[Figure, ...]:
    rows = (
        select(MissedWords)
        .where(MissedWords.day >= first, MissedWords.day <= last)
        .order_by(MissedWords.day.desc(), MissedWords.id)
        .limit(MOST_READ)
        .with_only_columns(MissedWords.words)
    )
    found: Counter[str] = Counter()
    try:
        for words in db.session.scalars(rows):
            found.update(_sayings(words))
    except CannotDecrypt:  # a key was taken away too early: the doctor tells of it
        return ()
    often = [(said, count) for said, count in found.items() if count >= LEAST_SEARCHES]
    often.sort(key=lambda one: (-known(one[1]), one[0]))
    return tuple(Figure(said, told(count)) for said, count in often[:MOST_WORDS])


def _sayings(words: str) -> set[str]:
    """What one search says, each once: its words that mean something, and the whole where it is short."""
    said = words.split()
    found = {word for word in said if len(word) > 2 and word not in stops("en")}
    return found | {words} if 1 < len(said) <= LONGEST_PHRASE else found


def _during(month: Month) -> ColumnElement[bool]:
    begins, ends = month.moments
    return (MissedSearch.hour >= begins) & (MissedSearch.hour < ends)


def _cells(during: ColumnElement[bool]) -> Mapping[str, Mapping[str, int]]:
    """How many, by need and district."""
    question = (
        select(MissedSearch.need, MissedSearch.district, func.sum(MissedSearch.count))
        .where(during)
        .group_by(MissedSearch.need, MissedSearch.district)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for need, district, count in db.session.execute(question):
        found[need][district] = int(count)
    return found


def _sums(during: ColumnElement[bool], column: Any) -> Mapping[Any, int]:
    question = select(column, func.sum(MissedSearch.count)).where(during).group_by(column)
    return {value: int(count) for value, count in db.session.execute(question)}


def _districts(cells: Mapping[str, Mapping[str, int]]) -> tuple[str, ...]:
    total: Counter[str] = Counter()
    for row in cells.values():
        total.update(row)
    return tuple(sorted(district for district, count in total.items() if district and count >= SMALLEST))


def _lines(cells: Mapping[str, Mapping[str, int]], wanted: Wanted) -> tuple[Line, ...]:
    """A row for each need, those with the largest figures that may be told first."""
    found: list[tuple[int, Line]] = []
    for need, row in cells.items():
        if wanted.need and need != wanted.need:
            continue
        if wanted.district:
            count = row.get(wanted.district, 0)
            if count:
                found.append((known(count), Line(_label(need), told(count), (), has_more=False)))
            continue
        total = sum(row.values())
        is_told = is_small(total) or may_tell_total(list(row.values()))
        shown = sorted(
            ((count, place) for place, count in row.items() if not is_small(count)),
            key=lambda one: (-known(one[0]), one[1]),
        )
        most = len(shown) if wanted.need else MOST_PLACES
        places = tuple(Figure(place or _("no place given"), told(count)) for count, place in shown[:most])
        size = known(total) if is_told else sum(known(count) for count, _place in shown)
        found.append(
            (size, Line(_label(need), told(total) if is_told else None, places, has_more=len(row) > len(places)))
        )
    return tuple(line for _size, line in sorted(found, key=lambda one: (-one[0], one[1].need)))


def _list(counts: Mapping[str, int], *, by_size: bool = False) -> tuple[Figure, ...]:
    """A table of one column. What it adds up to is known from the large one, so figures beside a hidden one go too."""
    labels, numbers = list(counts), list(counts.values())
    hidden = untold(numbers)
    figures = [(label, None if at in hidden else told(numbers[at]), numbers[at]) for at, label in enumerate(labels)]
    if by_size:
        figures.sort(key=lambda one: (one[1] is None, -known(one[2]) if one[1] else 0, one[0]))
    return tuple(Figure(label, count) for label, count, _number in figures)


def _label(need: str) -> str:
    return str(NEEDS[need].label) if need in NEEDS else _("No need was understood, or urgent help was shown")


def _language(code: str) -> str:
    return both_names(code) if code in LOCALES else _("Not kept: urgent help was shown")


def _kind(kind: str) -> str:
    return _("Nothing was found") if kind == "none" else _("Little was found, or it fits only loosely")

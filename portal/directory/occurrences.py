"""When things happen: the one place that turns sessions and opening hours into dates.

List, filter, calendar and the open interface all ask here. Times are on clocks in the United Kingdom; what comes out is
aware and in UTC. A start that the spring clock change skips happens an hour later by the clock; a time that the autumn
change repeats is the first of the two.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from dateutil import rrule

from portal.core import clock
from portal.core.working_days import Nation, bank_holidays

__all__ = ["Nation"]

Frequency = Literal["weekly", "monthly", "dates"]

WEEKDAYS = {
    "MO": rrule.MO,
    "TU": rrule.TU,
    "WE": rrule.WE,
    "TH": rrule.TH,
    "FR": rrule.FR,
    "SA": rrule.SA,
    "SU": rrule.SU,
}
BYDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
FARTHEST = timedelta(days=400)
"""How far ahead a next date is looked for: a yearly event is found, an ended one costs little."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """A date on which a timetable differs: "cancelled" takes it out, "extra" puts one in, perhaps at other times.

    What moved from one day to another is one of each.
    """

    date: date
    kind: Literal["cancelled", "extra"]
    starts_at: time | None = None
    ends_at: time | None = None


@dataclass(frozen=True)
class Timetable:
    """How something repeats: one session, or one line of opening hours.

    weekly: every `interval` weeks counted from the week of `first_date`, on `byday` ("TU", "MO,WE") or else on the weekday of
    `first_date`. monthly: every `interval` months, on nth weekdays ("1MO", "-1FR") or `bymonthday` ("1,15"). dates: only the
    extra dates among `changes`. `off`: first and last days of times without it, such
    as school holidays. `ends_at` at or before `starts_at` is on the next day; none means that the end is not known.
    """

    frequency: Frequency
    starts_at: time
    ends_at: time | None = None
    interval: int = 1
    byday: str = ""
    bymonthday: str = ""
    first_date: date | None = None
    last_date: date | None = None
    on_bank_holidays: bool = False
    nation: Nation = "england"
    off: tuple[tuple[date, date], ...] = ()
    changes: tuple[Change, ...] = ()
    is_opening: bool = False
    name: str | None = None
    note: str | None = None


@dataclass(frozen=True, order=True)
class Occurrence:
    """One time that it happens. Aware, in UTC. `end` is none where the end is not known."""

    start: datetime
    end: datetime | None = None

    @property
    def known_end(self) -> datetime:
        """The end, or an hour after the start where none is known."""
        return self.end or self.start + timedelta(hours=1)


def occurrences(timetable: Timetable, after: datetime, before: datetime) -> list[Occurrence]:
    """Every time that ends after one moment and starts before another, earliest first. Both moments are aware."""
    first, last = clock.local(after).date() - ONE_DAY, clock.local(before).date()
    found = {
        occurrence
        for day, starts_at, ends_at in _days(timetable, first, last)
        if (occurrence := _on(day, starts_at, ends_at)).known_end > after and occurrence.start < before
    }
    return sorted(found, key=lambda occurrence: (occurrence.start, occurrence.known_end))


def upcoming(timetables: Iterable[Timetable], after: datetime, count: int = 4) -> list[Occurrence]:
    """The next times of several timetables together, earliest first: what is on now, then what comes. At most `count`."""
    every = list(timetables)
    for reach in (timedelta(days=8), timedelta(days=35), timedelta(days=130), FARTHEST):
        found = merged(every, after, after + reach)
        if len(found) >= count:
            return found[:count]
    return found


def merged(timetables: Iterable[Timetable], after: datetime, before: datetime) -> list[Occurrence]:
    """The times of several timetables between two moments, earliest first, each once."""
    found = {occurrence for timetable in timetables for occurrence in occurrences(timetable, after, before)}
    return sorted(found, key=lambda occurrence: (occurrence.start, occurrence.known_end))


def cancelled_dates(timetable: Timetable, first: date, last: date) -> list[date]:
    """Dates on which it would happen but does not: cancellations and bank holidays. For "closed on" lines."""
    rule = set(_rule_dates(timetable, first, last))
    return sorted(rule - {day for day, _starts, _ends in _days(timetable, first, last)})


def _days(timetable: Timetable, first: date, last: date) -> Iterator[tuple[date, time, time | None]]:
    """Each day on which it happens, with its times on that day."""
    cancelled = {change.date for change in timetable.changes if change.kind == "cancelled"}
    for day in _rule_dates(timetable, first, last):
        is_off = not timetable.on_bank_holidays and day in bank_holidays(timetable.nation, day.year)
        is_off = is_off or any(begins <= day <= ends for begins, ends in timetable.off)
        if day not in cancelled and not is_off:
            yield day, timetable.starts_at, timetable.ends_at
    for change in timetable.changes:
        if change.kind == "extra" and first <= change.date <= last:
            has_own_times = change.starts_at is not None
            starts_at = change.starts_at or timetable.starts_at
            yield change.date, starts_at, change.ends_at if has_own_times or change.ends_at else timetable.ends_at


def _rule_dates(timetable: Timetable, first: date, last: date) -> tuple[date, ...]:
    """Days that the rule alone gives, within its own first and last dates."""
    first = max(first, timetable.first_date) if timetable.first_date else first
    last = min(last, timetable.last_date) if timetable.last_date else last
    if timetable.frequency == "dates" or first > last:
        return ()
    anchor = timetable.first_date or first
    interval = max(timetable.interval, 1)
    if timetable.frequency == "weekly":
        byday = timetable.byday or tuple(WEEKDAYS)[anchor.weekday()]
        return _weekly(byday, interval, _week(anchor) % interval, first, last)
    bymonthday = timetable.bymonthday or ("" if timetable.byday else str(anchor.day))
    return _monthly(timetable.byday, bymonthday, interval, _month(anchor) % interval, first, last)


@lru_cache(maxsize=8192)
def _weekly(byday: str, interval: int, phase: int, first: date, last: date) -> tuple[date, ...]:
    """Days of every `interval`th week. `phase` is the remainder by which its weeks are told apart."""
    days = [WEEKDAYS[name] for _nth, name in BYDAY.findall(byday.upper())]
    if not days:
        return ()
    start = first - timedelta(days=first.weekday())
    start += timedelta(weeks=(phase - _week(start)) % interval)
    rule = rrule.rrule(rrule.WEEKLY, dtstart=_midnight(start), interval=interval, byweekday=days, until=_midnight(last))
    return tuple(day.date() for day in rule if day.date() >= first)


@lru_cache(maxsize=8192)
def _monthly(byday: str, bymonthday: str, interval: int, phase: int, first: date, last: date) -> tuple[date, ...]:
    """Days of every `interval`th month: nth weekdays, else days of the month."""
    days = [WEEKDAYS[name](int(nth)) if nth else WEEKDAYS[name] for nth, name in BYDAY.findall(byday.upper())]
    numbers = [int(number) for number in re.findall(r"-?\d{1,2}", bymonthday) if 1 <= abs(int(number)) <= 31]
    if not days and not numbers:
        return ()
    months = _month(first) + (phase - _month(first)) % interval
    if months // 12 > last.year:
        return ()
    rule = rrule.rrule(
        rrule.MONTHLY,
        dtstart=_midnight(date(months // 12, months % 12 + 1, 1)),
        interval=interval,
        byweekday=days or None,
        bymonthday=numbers or None,
        until=_midnight(last),
    )
    return tuple(day.date() for day in rule if day.date() >= first)


def _on(day: date, starts_at: time, ends_at: time | None) -> Occurrence:
    """One day's occurrence in UTC. If the spring change swallows its end, it keeps the length it is said to have."""
    start = _utc(day, starts_at)
    if ends_at is None:
        return Occurrence(start)
    ends_on = day if ends_at > starts_at else day + ONE_DAY
    end = _utc(ends_on, ends_at)
    if end <= start:
        end = start + (datetime.combine(ends_on, ends_at) - datetime.combine(day, starts_at))
    return Occurrence(start, end)


def _utc(day: date, at: time) -> datetime:
    return datetime.combine(day, at.replace(tzinfo=None, fold=0), clock.LONDON).astimezone(UTC)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _week(day: date) -> int:
    return (day.toordinal() - 1) // 7


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1

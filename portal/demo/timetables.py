"""Reads the demo's short notes of times: "TU 10-12", "2/TH 14-16", "-1FR 19-21.30", "6xMO 18-20", "daily 18-23 +bh".

Parts are separated by ";". "2/" is every second week, "1MO" the first Monday of a month, "6x" a course of six dates. "+bh"
goes on through bank holidays.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from typing import Literal

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
NAMED = re.compile("|".join(NAMES))
NOTE = re.compile(
    r"(?:(?P<interval>\d)/|(?P<course>\d+)x)?(?P<days>daily|[-\dA-Z,]+) "
    r"(?P<starts>[\d.]+)-(?P<ends>[\d.]+)(?P<bh> \+bh)?(?: (?P<name>[^;]+))?"
)


@dataclass(frozen=True)
class Change:
    """One date that differs from the rule."""

    date: date
    kind: Literal["cancelled", "extra"]
    note: str | None = None


@dataclass(frozen=True)
class Times:
    """One session, in the words of its table."""

    freq: Literal["weekly", "monthly", "dates"]
    interval: int
    byday: str | None
    dtstart: date
    starts_at: time
    ends_at: time
    on_bank_holidays: bool
    name: str | None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Hours:
    """One line of opening hours."""

    byday: str
    opens_at: time
    closes_at: time


def sessions(notes: str, today: date, chance: Random, shift: int = 0) -> list[Times]:
    """The sessions of a note, with their dates set around today. `shift` moves weekdays on, for a twin elsewhere."""
    return [_session(found, today, chance, shift) for found in _parts(notes)]


def opening_hours(notes: str) -> list[Hours]:
    """The opening hours of a note such as "MO,TU,WE 9-13"."""
    return [Hours(_days(found["days"], 0), _time(found["starts"]), _time(found["ends"])) for found in _parts(notes)]


def shift_for(notes: str, name: str, told: str, chance: Random) -> int:
    """By how many working days to move a twin's sessions, so that its name and texts stay true."""
    first = next((found["days"] for found in _parts(notes)), "")[-2:]
    if (named := NAMED.search(name)) is not None and first in DAYS[:5]:
        return (NAMES.index(named[0]) - DAYS.index(first)) % 5
    return 0 if NAMED.search(told) or first not in DAYS[:5] else chance.randint(1, 4)


def moved_words(text: str, shift: int) -> str:
    """A text whose weekdays are moved on like the sessions."""
    return NAMED.sub(lambda found: NAMES[(NAMES.index(found[0]) + shift) % 5], text)


def _parts(notes: str) -> Iterator[dict[str, str]]:
    for part in filter(None, (part.strip() for part in notes.split(";"))):
        found = NOTE.fullmatch(part)
        if found is None:
            raise ValueError(f"times that cannot be read: {part}")
        yield found.groupdict(default="")


def _session(found: dict[str, str], today: date, chance: Random, shift: int) -> Times:
    days = _days(found["days"], shift)
    starts_at, ends_at = _time(found["starts"]), _time(found["ends"])
    goes_on, name = bool(found["bh"]), found["name"] or None
    began = today - timedelta(weeks=chance.randint(20, 150))
    if found["course"]:
        first = _next(days, today + timedelta(days=chance.randint(2, 12)))
        changes = tuple(Change(first + timedelta(weeks=week), "extra") for week in range(int(found["course"])))
        return Times("dates", 1, None, first, starts_at, ends_at, goes_on, name, changes)
    if re.search(r"\d", days):
        return Times("monthly", 1, days, began, starts_at, ends_at, goes_on, name)
    interval = int(found["interval"] or 1)
    return Times(
        "weekly", interval, days, began, starts_at, ends_at, goes_on, name, _breaks(days, today, goes_on, chance)
    )


def _breaks(days: str, today: date, goes_on: bool, chance: Random) -> tuple[Change, ...]:
    """Closed on Christmas Day where bank holidays are open; else a rest over Christmas for about half."""
    if goes_on:
        return (Change(_coming(today, 12, 25), "cancelled", "Closed 25 December"),)
    if chance.random() < 0.5:
        return ()
    first = _coming(today, 12, 21)
    rest = [first + timedelta(days=number) for number in range(12)]
    return tuple(Change(day, "cancelled", "Christmas break") for day in rest if DAYS[day.weekday()] in days.split(","))


def _days(days: str, shift: int) -> str:
    if days == "daily":
        return ",".join(DAYS)
    moved = [_moved(day, shift) for day in days.split(",")]
    return ",".join(sorted(moved, key=lambda day: DAYS.index(day[-2:])))


def _moved(day: str, shift: int) -> str:
    """The weekday some working days on: Saturday and Sunday stay as they are."""
    place = DAYS.index(day[-2:])
    return day if place > 4 else day[:-2] + DAYS[(place + shift) % 5]


def _next(day: str, earliest: date) -> date:
    return earliest + timedelta(days=(DAYS.index(day) - earliest.weekday()) % 7)


def _coming(today: date, month: int, day: int) -> date:
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _time(text: str) -> time:
    hour, _dot, minute = text.partition(".")
    return time(int(hour) % 24, int(minute or 0))

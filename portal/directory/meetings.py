"""The times of a listing for calendars: each at its place, those called off among them, each with a name that stays.

Made from `occurrences`, so that a calendar never differs from the page.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from portal.core import clock
from portal.directory.listings import Listing, Venue
from portal.directory.occurrences import Occurrence, Timetable, cancelled_dates, occurrences


@dataclass(frozen=True)
class Meeting:
    """One time of one listing. `venue` is none where it belongs to no place of it.

    `key` is the same in every calendar and on every day. `is_off`: it would have been, and was called off.
    """

    listing: Listing
    venue: Venue | None
    occurrence: Occurrence
    key: str
    is_off: bool = False

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        """Earliest first, and the same order each time."""
        return (self.occurrence.start, self.occurrence.known_end, self.key)


def meetings_of(listing: Listing, start: datetime, until: datetime) -> list[Meeting]:
    """Every time of a listing that ends after one aware moment and starts before another, earliest first.

    At one place a moment is told once: what takes place hides what was called off. Two that begin together and end apart are
    two meetings, whose keys differ by the end.
    """
    found: dict[tuple[str, datetime], list[Meeting]] = {}
    for meeting in _each(listing, start, until):
        together = found.setdefault((meeting.key, meeting.occurrence.start), [])
        if meeting.occurrence not in [one.occurrence for one in together]:
            together.append(meeting)
    told: list[Meeting] = []
    for together in found.values():
        on = [one for one in together if not one.is_off] or together[:1]
        first, *others = sorted(on, key=lambda one: one.occurrence.known_end)
        told += [first, *(replace(one, key=f"{one.key}-{_clock(one.occurrence.known_end)}") for one in others)]
    return sorted(told, key=lambda one: one.order)


def each_time_once(meetings: Iterable[Meeting]) -> list[Meeting]:
    """The meetings of one listing where a time at several places counts once, as weeks of a neighbourhood tell it."""
    last_first = list(meetings)[::-1]
    on = {one.occurrence: one for one in last_first if not one.is_off}
    off = {one.occurrence: one for one in last_first if one.is_off and one.occurrence not in on}
    return sorted((*on.values(), *off.values()), key=lambda one: one.order)


def whole_days(meetings: Iterable[Meeting], most: int, until: date) -> tuple[list[Meeting], date]:
    """The earliest meetings, at most so many, and the first day of which nothing is told: no day is told by half."""
    ordered = sorted(meetings, key=lambda one: one.order)
    if len(ordered) <= most:
        return ordered, until
    cut = clock.local(ordered[most].occurrence.start).date()
    kept = [one for one in ordered[:most] if clock.local(one.occurrence.start).date() < cut]
    return kept or ordered[:most], cut


def _each(listing: Listing, start: datetime, until: datetime) -> Iterator[Meeting]:
    first, last = clock.local(start).date(), clock.local(until - timedelta(microseconds=1)).date()
    for venue, timetable in _sessions(listing):
        for occurrence in occurrences(timetable, start, until):
            yield Meeting(listing, venue, occurrence, _key(listing, venue, occurrence))
        for day in cancelled_dates(timetable, first, last):
            occurrence = _called_off(timetable, day)
            yield Meeting(listing, venue, occurrence, _key(listing, venue, occurrence), is_off=True)


def _sessions(listing: Listing) -> list[tuple[Venue | None, Timetable]]:
    own: list[tuple[Venue | None, Timetable]] = [(None, timetable) for timetable in listing.timetables]
    placed = [(venue, timetable) for venue in listing.venues for timetable in venue.timetables]
    return [(venue, timetable) for venue, timetable in own + placed if not timetable.is_opening]


def _key(listing: Listing, venue: Venue | None, occurrence: Occurrence) -> str:
    where = venue.id.hex[:8] if venue else "0"
    return f"{listing.id}-{where}-{clock.local(occurrence.start):%Y%m%d}T{_clock(occurrence.start)}"


def _clock(moment: datetime) -> str:
    return f"{clock.local(moment):%H%M}"


def _called_off(timetable: Timetable, day: date) -> Occurrence:
    """The time at which it would have been."""
    start = _utc(day, timetable.starts_at)
    if timetable.ends_at is None:
        return Occurrence(start)
    is_next_day = timetable.ends_at <= timetable.starts_at
    end = _utc(day + timedelta(days=1) if is_next_day else day, timetable.ends_at)
    return Occurrence(start, end if end > start else None)


def _utc(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.LONDON).astimezone(UTC)

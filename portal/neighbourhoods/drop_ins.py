"""What can be walked into in a neighbourhood: open now by the clock, what comes next, and what falls out in these days.

Times come from `directory.occurrences` alone, so that bank holidays, exceptions and clock changes are those of every other page.
A listing's sessions count; where it tells none, its opening hours do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask_babel import gettext as _

from portal.core import clock, wording
from portal.core.working_days import Nation, bank_holiday_name, bank_holidays
from portal.directory import timing
from portal.directory.cards import Card, Tag, card_of, distance_km
from portal.directory.listings import Listing, Venue
from portal.directory.occurrences import Occurrence, Timetable, cancelled_dates, occurrences, upcoming
from portal.directory.space import TAG_KINDS, label, space_of
from portal.geography.models import Neighbourhood
from portal.neighbourhoods.week import Slot, is_here, place_label

CAFE = "crisis"
"""The need of what people call a crisis cafe, a safe haven or a listening place: who can be walked into and helps with it."""
DAYS = 7
MOST_NEAR = 3
MOST_LINES = 2
MOST_NEXT = 4
Placed = tuple[Venue | None, Timetable]


@dataclass(frozen=True)
class DropIn:
    """One listing that can be walked into. `when` is a sentence part with the day and hours, ready to print.

    `welcome`: what it tells of the first visit, in the group's own words. `on_bank_holidays`: None where it has no regular days.
    """

    id: UUID
    card: Card
    place: str | None
    is_cafe: bool
    is_open: bool
    when: str
    starts: datetime
    welcome: tuple[str, ...]
    on_bank_holidays: bool | None
    closed: str | None


@dataclass(frozen=True)
class Off:
    """One time at which a listing would be open, and is not. `why` is a short reason."""

    id: UUID
    card: Card
    starts_at: time
    time: str
    why: str


@dataclass(frozen=True)
class Day:
    """One day: what is on, and what falls out, each earliest first. `anchor` is the id of its place on the page. `holiday`: the
    name of a bank holiday.
    """

    date: date
    weekday: str
    short_weekday: str
    label: str
    anchor: str
    is_today: bool
    slots: tuple[Slot, ...]
    off: tuple[Off, ...]
    holiday: str | None


@dataclass(frozen=True)
class Week:
    """Seven days of drop-ins."""

    days: tuple[Day, ...]

    @property
    def count(self) -> int:
        """How many times one can walk in."""
        return sum(len(day.slots) for day in self.days)


@dataclass(frozen=True)
class Board:
    """All of a neighbourhood's drop-ins: crisis cafes first among those open now, then by when they open."""

    open_now: tuple[DropIn, ...]
    later: tuple[DropIn, ...]

    @property
    def every(self) -> tuple[DropIn, ...]:
        """Those open now, then the others."""
        return self.open_now + self.later

    @property
    def next(self) -> tuple[DropIn, ...]:
        """Of those not open now: every crisis cafe, then the first few of the others. All of them stand day by day."""
        cafes = tuple(one for one in self.later if one.is_cafe)
        return cafes + tuple(one for one in self.later if not one.is_cafe)[:MOST_NEXT]

    @property
    def has_open_cafe(self) -> bool:
        """Whether a crisis cafe is open now."""
        return any(one.is_cafe for one in self.open_now)


@dataclass(frozen=True)
class Nearby:
    """A crisis cafe of another neighbourhood. `km` from the middle of this one, None where that is not known."""

    drop_in: DropIn
    neighbourhood: Neighbourhood
    km: float | None


def is_drop_in(listing: Listing) -> bool:
    """Whether one can walk in."""
    return "drop_in" in listing.service.joining


def is_cafe(listing: Listing) -> bool:
    """Whether it is what people call a crisis cafe."""
    return is_drop_in(listing) and CAFE in listing.needs


def board_of(listings: Sequence[Listing], codes: frozenset[str]) -> Board:
    """The drop-ins of these areas as they stand at this moment."""
    found = [told for one in listings if is_drop_in(one) and (told := drop_in_of(one, codes)) is not None]
    found.sort(key=lambda one: (not one.is_cafe if one.is_open else False, one.starts, one.card.name.casefold()))
    return Board(tuple(one for one in found if one.is_open), tuple(one for one in found if not one.is_open))


def drop_in_of(listing: Listing, codes: frozenset[str]) -> DropIn | None:
    """A listing at its places within the areas; None where it has no time to come."""
    now, placed = clock.now(), times_of(listing, codes)
    coming = [(one, venue) for venue, table in placed for one in upcoming([table], now, 1)]
    if not coming:
        return None
    first, venue = min(coming, key=lambda pair: (pair[0].start, pair[0].known_end))
    tables = [table for _venue, table in placed]
    regular = [table for table in tables if table.frequency != "dates"]
    return DropIn(
        id=listing.id,
        card=card_of(listing),
        place=place_label(listing, venue),
        is_cafe=is_cafe(listing),
        is_open=first.start <= now,
        when=_when(first, now),
        starts=first.start,
        welcome=tuple(line.rstrip(".") for line in listing.service.first_visit if line.strip("."))[:MOST_LINES],
        on_bank_holidays=any(table.on_bank_holidays for table in regular) if regular else None,
        closed=timing.closed_label(tables) if is_cafe(listing) else None,
    )


def times_of(listing: Listing, codes: frozenset[str]) -> list[Placed]:
    """When one can walk in at its places within the areas, or at none: its sessions, else its opening hours."""
    own: list[Placed] = [(None, one) for one in listing.timetables]
    own += [(venue, one) for venue in listing.venues if is_here(venue, codes) for one in venue.timetables]
    return [pair for pair in own if not pair[1].is_opening] or own


def week_of(
    listings: Sequence[Listing],
    codes: frozenset[str],
    first: date,
    nation: Nation = "england",
    *,
    not_over: bool = False,
) -> Week:
    """Seven days of drop-ins from a date. `nation`: whose bank holidays are named. `not_over`: without what has ended by now."""
    start = datetime.combine(first, time(), clock.LONDON)
    until = datetime.combine(first + timedelta(days=DAYS), time(), clock.LONDON)
    slots: list[Slot] = []
    off: list[tuple[date, Off]] = []
    for listing in listings:
        if is_drop_in(listing) and (placed := times_of(listing, codes)):
            on = _slots(listing, placed, start, until)
            off += _off(listing, placed, first, {clock.local(one.occurrence.start).date() for one in on})
            slots += [one for one in on if not not_over or one.occurrence.known_end > clock.now()]
    slots.sort(key=lambda slot: (slot.occurrence.start, slot.card.name.casefold(), str(slot.id)))
    return Week(tuple(_day(first + timedelta(days=away), slots, off, nation) for away in range(DAYS)))


def cafes_near(
    here: Neighbourhood, cafes: Sequence[Listing], codes_by_neighbourhood: Mapping[UUID, frozenset[str]]
) -> list[Nearby]:
    """Crisis cafes of the other neighbourhoods of the set: those open now, nearest first; else those that open next."""
    found = [
        Nearby(told, other, _km(here, other))
        for other in here.set.neighbourhoods
        if other.id != here.id
        for one in cafes
        if is_cafe(one)
        and (codes := codes_by_neighbourhood.get(other.id))
        and any(venue.is_physical and is_here(venue, codes) for venue in one.visited)
        and (told := drop_in_of(one, codes)) is not None
    ]
    once = {one.drop_in.id: one for one in sorted(found, key=_far_first)}
    nearest = sorted(once.values(), key=lambda one: (one.km is None, one.km or 0.0, one.drop_in.card.name))
    open_now = [one for one in nearest if one.drop_in.is_open]
    return (open_now or sorted(nearest, key=lambda one: one.drop_in.starts))[:MOST_NEAR]


def _far_first(one: Nearby) -> tuple[bool, float, str]:
    return one.km is not None, -(one.km or 0.0), str(one.drop_in.id)


def _km(here: Neighbourhood, other: Neighbourhood) -> float | None:
    if here.lat is None or here.lon is None or other.lat is None or other.lon is None:
        return None
    return distance_km((here.lat, here.lon), (other.lat, other.lon))


def _when(time_on: Occurrence, now: datetime) -> str:
    """ "Open now, until 11pm"; "Today, 6pm to 11pm"; "Tomorrow, ..."; "Wednesday 25 November, 6pm to 11pm"."""
    if time_on.start <= now:
        if time_on.end is None:
            return _("Open now")
        return _("Open now, until %(end)s", end=wording.clock_time(time_on.end))
    day = clock.local(time_on.start).date()
    named = {0: _("Today"), 1: _("Tomorrow")}.get((day - clock.today()).days) or wording.day(day)
    return _("%(day)s, %(times)s", day=named, times=wording.time_range(time_on.start, time_on.end))


def _slots(listing: Listing, placed: Sequence[Placed], start: datetime, until: datetime) -> list[Slot]:
    times: dict[Occurrence, Venue | None] = {}
    for venue, table in placed:
        for one in occurrences(table, start, until):
            if one.start >= start:
                times.setdefault(one, venue)
    if not times:
        return []
    card, said = card_of(listing), space_of(listing.service)
    tag = Tag("cafe", _("Crisis cafe")) if is_cafe(listing) else Tag(TAG_KINDS[said.state], label(said))
    return [
        Slot(
            id=listing.id, card=card, time=wording.time_range(one.start, one.end), place=place_label(listing, venue),
            cost=card.cost_label, tag=tag, is_drop_in=True, occurrence=one,
        )
        for one, venue in times.items()
    ]  # fmt: skip


def _off(listing: Listing, placed: Sequence[Placed], first: date, on: set[date]) -> list[tuple[date, Off]]:
    """Times that fall out on days on which it does not happen at all."""
    last = first + timedelta(days=DAYS - 1)
    found: dict[tuple[date, time], tuple[Timetable, str]] = {}
    for _venue, table in placed:
        for day in cancelled_dates(table, first, last):
            if day not in on:
                is_holiday = not table.on_bank_holidays and day in bank_holidays(table.nation, day.year)
                found.setdefault((day, table.starts_at), (table, _("Bank holiday") if is_holiday else _("Closed")))
    card = card_of(listing) if found else None
    return [
        (day, Off(listing.id, card, at, wording.time_range(table.starts_at, table.ends_at), why))
        for (day, at), (table, why) in found.items()
        if card is not None
    ]


def _day(day: date, slots: Sequence[Slot], off: Sequence[tuple[date, Off]], nation: Nation) -> Day:
    return Day(
        date=day,
        weekday=wording.weekday(day),
        short_weekday=timing.short_weekday(day),
        label=wording.short_date(day),
        anchor=f"day-{day.isoformat()}",
        is_today=day == clock.today(),
        slots=tuple(slot for slot in slots if clock.local(slot.occurrence.start).date() == day),
        off=tuple(
            sorted((one for when, one in off if when == day), key=lambda one: (one.starts_at, one.card.name.casefold()))
        ),
        holiday=bank_holiday_name(day, nation),
    )

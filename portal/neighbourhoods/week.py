"""Seven days of one neighbourhood: who meets when and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask_babel import gettext as _

from portal.core import clock, wording
from portal.core.working_days import Nation, bank_holiday_name
from portal.directory import space, timing
from portal.directory.cards import Card, Tag, card_of
from portal.directory.listings import Listing, Venue
from portal.directory.occurrences import Occurrence, Timetable, occurrences

DAYS = 7
EVENING = time(17, 0)
LATE = time(21, 0)


@dataclass(frozen=True)
class Slot:
    """One session on one day. `place` and `cost` are ready to print."""

    id: UUID
    card: Card
    time: str
    place: str | None
    cost: str | None
    tag: Tag
    is_drop_in: bool
    occurrence: Occurrence


@dataclass(frozen=True)
class Day:
    """One day with its sessions, earliest first. `anchor` is the id of its place on the page. `holiday`: the name of a bank
    holiday.
    """

    date: date
    weekday: str
    short_weekday: str
    label: str
    anchor: str
    is_today: bool
    slots: tuple[Slot, ...]
    holiday: str | None


@dataclass(frozen=True)
class Week:
    """Seven days. `late` is a drop-in of this evening that goes on late, if the week begins today."""

    days: tuple[Day, ...]
    late: Slot | None

    @property
    def count(self) -> int:
        """How many sessions there are."""
        return sum(len(day.slots) for day in self.days)

    @property
    def drop_ins(self) -> int:
        """How many sessions need no appointment."""
        return sum(slot.is_drop_in for day in self.days for slot in day.slots)


def week_of(listings: Sequence[Listing], codes: frozenset[str], first: date, nation: Nation = "england") -> Week:
    """Seven days from a date: sessions of these listings at places within the areas, or without a place. `nation`: whose
    bank holidays are named.
    """
    start = datetime.combine(first, time(), clock.LONDON)
    until = datetime.combine(first + timedelta(days=DAYS), time(), clock.LONDON)
    slots = [slot for listing in listings for slot in _slots(listing, codes, start, until)]
    slots.sort(key=lambda slot: (slot.occurrence.start, slot.card.name.casefold(), str(slot.id)))
    days = tuple(_day(first + timedelta(days=away), slots, nation) for away in range(DAYS))
    return Week(days, _late_tonight(days[0]) if days[0].is_today else None)


def _late_tonight(day: Day) -> Slot | None:
    """The first drop-in of a day that begins in the evening and goes on late; none where that is over."""
    for slot in day.slots:
        start, end = clock.local(slot.occurrence.start), clock.local(slot.occurrence.known_end)
        is_late = end.date() > start.date() or end.time() >= LATE
        if slot.is_drop_in and start.time() >= EVENING and is_late and end > clock.now():
            return slot
    return None


def _slots(listing: Listing, codes: frozenset[str], start: datetime, until: datetime) -> list[Slot]:
    times: dict[Occurrence, Venue | None] = {}
    for venue, timetable in _timetables(listing, codes):
        for occurrence in occurrences(timetable, start, until):
            if occurrence.start >= start:
                times.setdefault(occurrence, venue)
    if not times:
        return []
    card, said = card_of(listing), space.space_of(listing.service)
    tag = Tag(space.TAG_KINDS[said.state], space.label(said))
    return [
        Slot(
            id=listing.id,
            card=card,
            time=wording.time_range(occurrence.start, occurrence.end),
            place=place_label(listing, venue),
            cost=card.cost_label,
            tag=tag,
            is_drop_in="drop_in" in listing.service.joining,
            occurrence=occurrence,
        )
        for occurrence, venue in times.items()
    ]


def _timetables(listing: Listing, codes: frozenset[str]) -> list[tuple[Venue | None, Timetable]]:
    """Sessions of a listing that belong to the areas. What happens at a hidden place is told on its own page only."""
    own: list[tuple[Venue | None, Timetable]] = [(None, one) for one in listing.timetables]
    own += [(venue, one) for venue in listing.venues if is_here(venue, codes) for one in venue.timetables]
    return [(venue, one) for venue, one in own if not one.is_opening]


def is_here(venue: Venue, codes: frozenset[str]) -> bool:
    """Whether what happens at a place belongs to the areas: it lies there and may be known, or is nowhere to go to."""
    if not venue.is_physical:
        return True
    return venue.privacy != "hidden" and bool({venue.neighbourhood_code, venue.authority_code} & codes)


def place_label(listing: Listing, venue: Venue | None) -> str | None:
    """Where it is, in a word or two: the place, "Online" or "By phone"; None where nobody told."""
    if venue is not None and venue.is_physical:
        return venue.name or venue.place_name
    if "online" in listing.modes:
        return _("Online")
    return _("By phone") if "phone" in listing.modes else None


def _day(day: date, slots: Sequence[Slot], nation: Nation) -> Day:
    here = tuple(slot for slot in slots if clock.local(slot.occurrence.start).date() == day)
    return Day(
        date=day,
        weekday=wording.weekday(day),
        short_weekday=timing.short_weekday(day),
        label=wording.short_date(day),
        anchor=f"day-{day.isoformat()}",
        is_today=day == clock.today(),
        slots=here,
        holiday=bank_holiday_name(day, nation),
    )

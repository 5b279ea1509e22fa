"""The calendar file of a listing: its coming sessions as iCalendar events (RFC 5545).

Every event is made from `occurrences`, so that a calendar never differs from the page. Each has the same UID each time, so
fetching the file again moves nothing and adds nothing twice; a date that was called off is sent as cancelled.
"""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from flask_babel import gettext as _
from icalendar import Calendar, Event, Timezone

from portal.core import clock
from portal.directory.listings import Listing, Venue
from portal.directory.needs import is_any_sensitive
from portal.directory.occurrences import Occurrence, Timetable, cancelled_dates, occurrences

AHEAD = timedelta(days=182)
MOST_EVENTS = 200
LONDON_RULES = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19810329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")
"""Clocks in the United Kingdom since 1996. The library's own list is an hour late in spring."""


def has_calendar(listing: Listing) -> bool:
    """True if there are sessions to put into a calendar. Opening hours are none."""
    return any(not timetable.is_opening for timetable in listing.all_timetables)


def calendar_file(listing: Listing, address: str) -> bytes:
    """The coming half year of a listing as an iCalendar file. `address` is that of its page, whole.

    For a sensitive need it holds neither the name nor the address of the page: calendars are read over shoulders.
    """
    now = clock.now()
    calendar = Calendar()
    calendar.add("prodid", "-//Hereabouts//Directory//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(Timezone.from_ical(LONDON_RULES))
    is_private = is_any_sensitive(frozenset(listing.needs))
    start = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    for venue, occurrence, is_off in _events(listing, start, start + AHEAD)[:MOST_EVENTS]:
        calendar.add_component(_event(listing, venue, occurrence, is_off, address, is_private))
    body: bytes = calendar.to_ical()
    return body


def _event(
    listing: Listing, venue: Venue | None, occurrence: Occurrence, is_off: bool, address: str, is_private: bool
) -> Event:
    start = clock.local(occurrence.start)
    event = Event()
    event.add("uid", _uid(listing.id, venue, start, address))
    event.add("dtstamp", clock.local(listing.service.last_modified).astimezone(UTC))
    event.add("dtstart", start)
    if occurrence.end is not None:
        event.add("dtend", clock.local(occurrence.end))
    event.add("summary", _("Support near you") if is_private else listing.service.name)
    if not is_private:
        event.add("url", address)
        event.add("description", "\n".join(part for part in (listing.service.summary, address) if part))
    where = _where(venue)
    if where:
        event.add("location", where)
    event.add("class", "PRIVATE" if is_private else "PUBLIC")
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    if is_off:
        event.add("sequence", 1)
    return event


def _events(listing: Listing, start: datetime, until: datetime) -> list[tuple[Venue | None, Occurrence, bool]]:
    """Every time between two moments with its place, and whether it was called off; earliest first."""
    found: list[tuple[Venue | None, Occurrence, bool]] = []
    for venue, timetable in _sessions(listing):
        off = cancelled_dates(timetable, start.date(), until.date())
        found += [(venue, occurrence, False) for occurrence in occurrences(timetable, start, until)]
        found += [(venue, _called_off(timetable, day), True) for day in off]
    return sorted(found, key=lambda event: (event[1].start, event[1].known_end, event[2]))


def _sessions(listing: Listing) -> list[tuple[Venue | None, Timetable]]:
    own: list[tuple[Venue | None, Timetable]] = [(None, timetable) for timetable in listing.timetables]
    placed = [(venue, timetable) for venue in listing.venues for timetable in venue.timetables]
    return [(venue, timetable) for venue, timetable in own + placed if not timetable.is_opening]


def _where(venue: Venue | None) -> str:
    """The public address; for a place that shows its area only, that area; for a hidden one nothing."""
    if venue is None or not venue.is_physical or venue.privacy == "hidden":
        return ""
    if venue.privacy == "area":
        return venue.place_name or ""
    return venue.address or venue.name or ""


def _uid(service_id: UUID, venue: Venue | None, start: datetime, address: str) -> str:
    host = urlsplit(address).hostname or "localhost"
    where = venue.id.hex[:8] if venue else "0"
    return f"{service_id}-{where}-{start:%Y%m%dT%H%M}@{host}"


def _called_off(timetable: Timetable, day: date) -> Occurrence:
    """The time at which it would have been."""
    start = _utc(day, timetable.starts_at)
    if timetable.ends_at is None:
        return Occurrence(start)
    is_next_day = timetable.ends_at <= timetable.starts_at
    return Occurrence(start, _utc(day + timedelta(days=1) if is_next_day else day, timetable.ends_at))


def _utc(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.LONDON).astimezone(UTC)

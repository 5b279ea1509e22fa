"""Calendars to subscribe to or to keep, as iCalendar files (RFC 5545, with the names of RFC 7986): coming sessions as events.

Events stand alone, without rules of repeating: bank holidays, terms, single changes and ours of the clock changes fit no rule
that every calendar reads alike. An event has the same UID in every calendar and each time it is fetched; its SEQUENCE grows
when the listing changes; a date that was called off is sent as cancelled.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from flask import Response, request
from flask_babel import gettext as _
from icalendar import Calendar, Event, Timezone
from icalendar.prop import vDuration, vText, vUri

from portal.core import clock, wording
from portal.core.i18n import current_locale
from portal.core.pages import whole_address
from portal.directory.blueprint import bp
from portal.directory.cards import slug_of
from portal.directory.listings import Listing, Venue
from portal.directory.meetings import Meeting, meetings_of, whole_days
from portal.directory.needs import is_any_sensitive
from portal.directory.page_addresses import page_of

AHEAD = timedelta(days=182)
MOST_EVENTS = 1_000
"""In one calendar. The first day that would be told by half, and all after it, wait until they are nearer."""
ASKED_AGAIN = timedelta(hours=12)
"""How often a subscription should look for changes."""
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
"""SEQUENCE counts seconds from here, which fits its 31 bits until 2088."""
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""What a text may not hold. Source: RFC 5545, 3.1: CONTROL."""
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


@dataclass(frozen=True)
class About:
    """What a calendar says of itself. `page` is the whole address of the page that shows the same; none for what is private."""

    name: str
    page: str | None = None


def has_calendar(listing: Listing) -> bool:
    """True if there are sessions to put into a calendar. Opening hours are none."""
    return any(not timetable.is_opening for timetable in listing.all_timetables)


def is_private(listing: Listing) -> bool:
    """Whether its events say neither name nor page: calendars are read over shoulders."""
    return is_any_sensitive(frozenset(listing.needs))


@bp.app_template_global()
def calendar_address(path: str) -> str:
    """The whole address of a calendar, as people give it to their calendar by hand."""
    return whole_address(path)


@bp.app_template_global()
def calendar_link(path: str) -> str:
    """The same as a link that opens a calendar and asks it to subscribe."""
    return f"webcal://{whole_address(path).partition('://')[2]}"


def span(ahead: timedelta = AHEAD) -> tuple[datetime, datetime]:
    """From the beginning of this day until so many days later, on clocks in the United Kingdom."""
    today = clock.today()
    return _midnight(today), _midnight(today + ahead)


def calendar_of_listing(listing: Listing) -> Response:
    """The coming half year of one listing."""
    hides = is_private(listing)
    about = About(_("Support near you") if hides else listing.service.name, None if hides else page_of(listing))
    start, until = span()
    name = "support" if hides else slug_of(listing.service.name)
    return calendar_answer(about, meetings_of(listing, start, until), until, name)


def calendar_answer(about: About, meetings: Iterable[Meeting], until: datetime, name: str) -> Response:
    """A calendar as an answer, or that it has not changed since it was last fetched. `name` is the file's, without ".ics"."""
    body = calendar_file(about, meetings, until)
    response = Response(body, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response.headers["Content-Language"] = current_locale().code
    response.set_etag(sha256(body).hexdigest()[:32], weak=True)
    return response.make_conditional(request)


def calendar_file(about: About, meetings: Iterable[Meeting], until: datetime) -> bytes:
    """Meetings as an iCalendar file. The same facts give the same bytes. `until`: they were looked for before this moment."""
    told, end = whole_days(meetings, MOST_EVENTS, clock.local(until).date())
    calendar = Calendar()
    calendar.add("prodid", "-//Hereabouts//Directory//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    note = _("Sessions before %(date)s. Later ones come by themselves as they draw near.", date=wording.full_date(end))
    for names, words in ((("name", "x-wr-calname"), about.name), (("description", "x-wr-caldesc"), note)):
        for property_name in names:
            calendar.add(property_name, _text(words))
    calendar.add("refresh-interval", vDuration(ASKED_AGAIN, params={"VALUE": "DURATION"}))
    calendar.add("x-published-ttl", vDuration(ASKED_AGAIN))
    calendar.add("x-wr-timezone", vText("Europe/London"))
    if about.page:
        calendar.add("url", vUri(about.page))
    if told:
        calendar.add("last-modified", max(_changed_at(one.listing) for one in told))
    calendar.add_component(Timezone.from_ical(LONDON_RULES))
    host = urlsplit(whole_address("/")).hostname or "localhost"
    for meeting in told:
        calendar.add_component(_event(meeting, host))
    body: bytes = calendar.to_ical()
    return body


def _event(meeting: Meeting, host: str) -> Event:
    listing, occurrence = meeting.listing, meeting.occurrence
    changed, hides = _changed_at(listing), is_private(listing)
    event = Event()
    event.add("uid", f"{meeting.key}@{host}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", int((changed - FIRST_DAY).total_seconds()) + meeting.is_off)
    event.add("dtstart", clock.local(occurrence.start))
    if occurrence.end is not None:
        event.add("dtend", clock.local(occurrence.end))
    event.add("summary", _summary(meeting, hides=hides))
    if not hides:
        page = page_of(listing)
        words = [part for part in (listing.service.summary, page) if part]
        event.add("url", vUri(page))
        event.add("description", _own("\n".join(words), listing))
    if where := _where(meeting.venue):
        event.add("location", _text(where))
    event.add("class", "PRIVATE" if hides else "PUBLIC")
    event.add("status", "CANCELLED" if meeting.is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _summary(meeting: Meeting, *, hides: bool) -> vText:
    """The name of the listing in its own language. That it is off stands in words too: many calendars show no status."""
    name = _("Support near you") if hides else meeting.listing.service.name
    if meeting.is_off:
        return _text(_("Cancelled: %(name)s", name=name))
    return _text(name) if hides else _own(name, meeting.listing)


def _changed_at(listing: Listing) -> datetime:
    """When a fact of it last changed, in whole seconds; never before the first day that is counted."""
    return max(listing.service.last_modified.astimezone(UTC).replace(microsecond=0), FIRST_DAY)


def _where(venue: Venue | None) -> str:
    """The public address; for a place that shows its area only, that area; for a hidden one nothing."""
    if venue is None or not venue.is_physical or venue.privacy == "hidden":
        return ""
    if venue.privacy == "area":
        return venue.place_name or ""
    return venue.address or venue.name or ""


def _text(words: str, **params: Any) -> vText:
    return vText(NOT_TEXT.sub(" ", words.replace("\r\n", "\n")), params=params)


def _own(words: str, listing: Listing) -> vText:
    """Words of a listing, with the language that they are in."""
    lang = listing.service.lang or ""
    return _text(words, LANGUAGE=lang) if LANGUAGE.fullmatch(lang) else _text(words)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LONDON)

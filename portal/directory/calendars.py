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
from portal.directory.queries import last_changes

AHEAD = timedelta(days=182)
MOST_EVENTS = 1_000
"""In one calendar. The first day that would be told by half, and all after it, wait until they are nearer."""
ASKED_AGAIN = timedelta(hours=12)
"""How often a subscription should look for changes."""
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
"""SEQUENCE counts seconds from here, which fits its 31 bits until 2088."""
NOT_CHANGED = 304
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
    """A calendar as an answer, or that it has not changed since it was last fetched. `name` is the file's, without ".ics".

    `until`: meetings were looked for before this moment.
    """
    told, end = whole_days(meetings, MOST_EVENTS, clock.local(until).date())
    changes = last_changes({one.listing.id for one in told})
    host = urlsplit(whole_address("/")).hostname or "localhost"
    sheet = Sheet(about, wording.full_date(end), tuple(_told(one, changes.get(one.listing.id), host) for one in told))
    response = Response(mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response.headers["Content-Language"] = current_locale().code
    response.set_etag(sheet.digest, weak=True)
    response.make_conditional(request)
    if response.status_code != NOT_CHANGED:
        response.set_data(sheet.file())
    return response


@dataclass(frozen=True)
class Told:
    """What one event says. `lang`: of its name and description, where they are a group's own; empty where they are ours."""

    uid: str
    changed: datetime
    start: datetime
    end: datetime | None
    name: str
    lang: str
    page: str | None
    description: str
    where: str
    is_off: bool

    def event(self) -> Event:
        """The same as an event of a calendar."""
        event = Event()
        event.add("uid", self.uid)
        event.add("dtstamp", self.changed)
        event.add("last-modified", self.changed)
        event.add("sequence", int((self.changed - FIRST_DAY).total_seconds()) + self.is_off)
        event.add("dtstart", clock.local(self.start))
        if self.end is not None:
            event.add("dtend", clock.local(self.end))
        # That it is off stands in words too: many calendars show no status.
        off = _text(_("Cancelled: %(name)s", name=self.name)) if self.is_off else None
        event.add("summary", off or _text(self.name, self.lang))
        if self.page:
            event.add("url", vUri(self.page))
            event.add("description", _text(self.description, self.lang))
        if self.where:
            event.add("location", _text(self.where))
        event.add("class", "PUBLIC" if self.page else "PRIVATE")
        event.add("status", "CANCELLED" if self.is_off else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        return event


@dataclass(frozen=True)
class Sheet:
    """All that a calendar says. `end`: the first day of which it says nothing, in words."""

    about: About
    end: str
    events: tuple[Told, ...]

    @property
    def digest(self) -> str:
        """The same for the same facts, in one language. Found out in a fraction of the time that the file takes."""
        return sha256(repr((self, current_locale().code)).encode()).hexdigest()[:32]

    def file(self) -> bytes:
        """The iCalendar file. The same facts give the same bytes."""
        calendar = Calendar()
        calendar.add("prodid", "-//Hereabouts//Directory//EN")
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", "PUBLISH")
        note = _("Sessions before %(date)s. Later ones come by themselves as they draw near.", date=self.end)
        for names, words in ((("name", "x-wr-calname"), self.about.name), (("description", "x-wr-caldesc"), note)):
            for property_name in names:
                calendar.add(property_name, _text(words))
        calendar.add("refresh-interval", vDuration(ASKED_AGAIN, params={"VALUE": "DURATION"}))
        calendar.add("x-published-ttl", vDuration(ASKED_AGAIN))
        calendar.add("x-wr-timezone", vText("Europe/London"))
        if self.about.page:
            calendar.add("url", vUri(self.about.page))
        if self.events:
            calendar.add("last-modified", max(one.changed for one in self.events))
        calendar.add_component(Timezone.from_ical(LONDON_RULES))
        for one in self.events:
            calendar.add_component(one.event())
        body: bytes = calendar.to_ical()
        return body


def _told(meeting: Meeting, changed: datetime | None, host: str) -> Told:
    """What an event says of a meeting: of a sensitive need neither name nor page. `changed`: when anything of it last did."""
    listing, hides = meeting.listing, is_private(meeting.listing)
    service, page = listing.service, None if hides else page_of(listing)
    moments = (service.last_modified.astimezone(UTC), changed or FIRST_DAY, FIRST_DAY)
    return Told(
        uid=f"{meeting.key}@{host}",
        changed=max(moments).replace(microsecond=0),
        start=meeting.occurrence.start,
        end=meeting.occurrence.end,
        name=_("Support near you") if hides else service.name,
        lang="" if hides else service.lang or "",
        page=page,
        description="\n".join(part for part in (service.summary, page) if part and page),
        where=_where(meeting.venue),
        is_off=meeting.is_off,
    )


def _where(venue: Venue | None) -> str:
    """The public address; for a place that shows its area only, that area; for a hidden one nothing."""
    if venue is None or not venue.is_physical or venue.privacy == "hidden":
        return ""
    if venue.privacy == "area":
        return venue.place_name or ""
    return venue.address or venue.name or ""


def _text(words: str, lang: str = "") -> vText:
    """Words as a calendar may hold them, with their language where it is known."""
    params = {"LANGUAGE": lang} if LANGUAGE.fullmatch(lang) else {}
    return vText(NOT_TEXT.sub(" ", words.replace("\r\n", "\n")), params=params)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LONDON)

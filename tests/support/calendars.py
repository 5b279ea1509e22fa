"""Reads calendars as strictly as RFC 5545 lets one, and as the programs of others do."""

from collections import Counter
from datetime import UTC, datetime

import recurring_ical_events
from icalendar import Calendar

LONGEST_LINE = 75
"""Octets without the line end. Source: RFC 5545, 3.1."""
MUST = ("UID", "DTSTAMP", "DTSTART")
"""Of each event. Source: RFC 5545, 3.6.1."""
ONCE = (
    *MUST,
    "CLASS",
    "DESCRIPTION",
    "LAST-MODIFIED",
    "LOCATION",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "TRANSP",
    "URL",
    "DTEND",
)
"""What may stand in an event at most once."""


def read(body: bytes) -> Calendar:
    """The calendar of a file; fails where the file breaks a rule of RFC 5545 or 7986."""
    assert body.endswith(b"END:VCALENDAR\r\n") and body.startswith(b"BEGIN:VCALENDAR\r\n")
    lines = body.split(b"\r\n")
    for line in lines:
        assert b"\n" not in line and b"\r" not in line, line
        assert len(line) <= LONGEST_LINE, line
        line.decode("utf-8")
        assert not any((sign < 0x20 and sign != 0x09) or sign == 0x7F for sign in line), line
    calendar = Calendar.from_ical(body)
    assert calendar.errors == []
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"] and calendar["NAME"] == calendar["X-WR-CALNAME"]
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert calendar["REFRESH-INTERVAL"].to_ical() == calendar["X-PUBLISHED-TTL"].to_ical() == b"PT12H"
    zones = {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")}
    events = calendar.walk("VEVENT")
    for event in events:
        assert event.errors == [] and all(name in event for name in MUST), event
        assert not any(isinstance(event.get(name), list) for name in ONCE), event
        assert event["DTSTART"].params["TZID"] in zones and event["DTSTAMP"].dt.utcoffset().total_seconds() == 0
        assert "DTEND" not in event or event["DTEND"].dt > event["DTSTART"].dt, event
        assert 0 <= event["SEQUENCE"] < 2**31 and event["STATUS"] in {"CONFIRMED", "CANCELLED"}
    repeated = [uid for uid, count in Counter(str(event["UID"]) for event in events).items() if count > 1]
    assert not repeated, repeated
    return calendar


def events_of(calendar: Calendar, status: str = "CONFIRMED") -> list:
    """The events of a calendar with this status, as they stand."""
    return [event for event in calendar.walk("VEVENT") if event["STATUS"] == status]


def times_in(calendar: Calendar, start: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """When a program of others shows something between two moments: beginnings and ends in UTC, cancelled ones left out."""
    shown = recurring_ical_events.of(calendar).between(start, until)
    return sorted(
        (event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC))
        for event in shown
        if event["STATUS"] != "CANCELLED"
    )


def uids_of(calendar: Calendar) -> dict[str, tuple]:
    """What each event says, by its UID."""
    return {
        str(event["UID"]): (event["DTSTART"].dt, str(event["SUMMARY"]), event["SEQUENCE"])
        for event in calendar.walk("VEVENT")
    }

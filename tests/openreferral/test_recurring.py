"""Plain readers know schedules alone: what a calendar library makes of one are the days on which our own calendars have it."""

import random
import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from dateutil import rrule
from flask import Flask

from portal.core import clock
from portal.directory.models import Schedule, Session, SessionException
from portal.directory.occurrences import occurrences
from portal.openreferral.documents import service_documents
from tests.factories import MONDAY, Make

FIRST = MONDAY.date()
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
REACH = timedelta(days=400)


def read_plainly(schedule: dict[str, Any], first: date, last: date) -> set[tuple[date, str, str | None]]:
    """Days and times of a schedule as a reader has them who knows the standard and RFC 5545 alone."""
    times = schedule.get("opens_at"), schedule.get("closes_at")
    begins = date.fromisoformat(schedule.get("dtstart") or schedule.get("valid_from") or first.isoformat())
    ends = min(last, date.fromisoformat(schedule["valid_to"])) if "valid_to" in schedule else last
    if "freq" not in schedule:
        return {(begins, *times)} if first <= begins <= ends else set()  # type: ignore[arg-type]
    parts = [f"FREQ={schedule['freq']}", f"INTERVAL={schedule.get('interval', 1)}"]
    parts += [f"{name.upper()}={schedule[name]}" for name in ("byday", "bymonthday") if name in schedule]
    rule = rrule.rrulestr(";".join(parts), dtstart=datetime.combine(begins, time()))
    days = {
        day.date() for day in rule.between(datetime.combine(first, time()), datetime.combine(ends, time()), inc=True)
    }
    off = re.search(r"Not on ((?:\d{4}-\d\d-\d\d(?:, )?)+)\.", schedule.get("notes", ""))
    days -= {date.fromisoformat(day) for day in off[1].split(", ")} if off else set()
    return {(day, *times) for day in days}  # type: ignore[misc]


def plain_days(app_document: dict[str, Any], first: date, last: date) -> set[tuple[date, str, str | None]]:
    schedules = [one for place in app_document["service_at_locations"] for one in place.get("schedules", ())]
    schedules += app_document.get("schedules", [])
    return {day for schedule in schedules for day in read_plainly(schedule, first, last)}


def our_days(timetables: Any, first: date, last: date) -> set[tuple[date, str, str | None]]:
    after, before = (datetime.combine(day, time(), clock.LONDON) for day in (first, last + timedelta(days=1)))
    return {
        (start.date(), f"{start:%H:%M}", f"{clock.local(one.end):%H:%M}" if one.end else None)
        for table in timetables
        for one in occurrences(table, after, before)
        if (start := clock.local(one.start)).date() >= first
    }


def compared(make: Make, *sessions: Session, opening: list[Schedule] | None = None) -> tuple[set[Any], set[Any]]:
    service = make.service("Tea", sessions=list(sessions), opening=opening or [])
    ((listing, document),) = service_documents([service.id])
    first, last = FIRST - timedelta(days=30), FIRST + REACH
    return plain_days(document, first, last), our_days(listing.all_timetables, first, last)


def session(**columns: Any) -> Session:
    told: dict[str, Any] = {
        "freq": "weekly", "dtstart": FIRST - timedelta(days=70), "starts_at": time(10), "ends_at": time(12),
        "on_bank_holidays": True, "in_school_holidays": True,
    }  # fmt: skip
    return Session(**(told | columns))


@pytest.mark.parametrize(
    "columns",
    [
        {"byday": "TU"},
        {"byday": "TU,TH", "interval": 2, "dtstart": date(2026, 9, 2)},
        {"byday": "SU,MO", "interval": 2, "dtstart": date(2026, 9, 6)},
        {"byday": None, "dtstart": date(2026, 9, 3)},
        {"byday": None, "interval": 3, "dtstart": date(2026, 9, 6)},
        {"freq": "monthly", "byday": "1WE"},
        {"freq": "monthly", "byday": "-1FR,2MO", "interval": 2, "dtstart": date(2026, 8, 31)},
        {"freq": "monthly", "byday": "5TH", "valid_to": date(2027, 6, 1)},
        {"byday": "MO,TU,WE,TH,FR,SA,SU", "valid_to": date(2026, 12, 24)},
    ],
)
def test_a_plain_reader_has_the_days_of_our_calendars(
    sqlite_app: Flask, make: Make, monday: None, columns: Any
) -> None:
    plain, ours = compared(make, session(**columns))
    assert plain == ours and len(ours) > 2


def test_fortnightly_and_the_first_wednesday_are_told_as_calendars_tell_them(
    sqlite_app: Flask, make: Make, monday: None
) -> None:
    fortnightly = session(byday="TU", interval=2, dtstart=date(2026, 9, 1))
    first_wednesday = session(freq="monthly", byday="1WE", dtstart=date(2026, 9, 2))
    service = make.service("Tea", sessions=[fortnightly, first_wednesday])
    ((_listing, document),) = service_documents([service.id])
    told = {one["freq"]: one for one in document["service_at_locations"][0]["schedules"]}
    assert {name: told["WEEKLY"][name] for name in ("interval", "byday", "dtstart", "valid_from")} == {
        "interval": 2, "byday": "TU", "dtstart": "2026-09-01", "valid_from": "2026-09-01",
    }  # fmt: skip
    assert told["MONTHLY"]["byday"] == "1WE" and told["MONTHLY"]["interval"] == 1


def test_dates_that_are_off_or_besides_are_the_same(sqlite_app: Flask, make: Make, monday: None) -> None:
    tea = session(byday="TU", interval=2, dtstart=date(2026, 9, 1))
    tea.exceptions = [
        SessionException(date=date(2026, 12, 8), kind="cancelled"),
        SessionException(date=date(2026, 12, 9), kind="extra", starts_at=time(11), ends_at=time(13)),
        SessionException(date=date(2026, 12, 22), kind="cancelled"),
        SessionException(date=date(2027, 1, 6), kind="extra"),
        SessionException(date=date(2027, 1, 7), kind="extra", starts_at=time(9)),
    ]
    dates = session(freq="dates", byday=None)
    dates.exceptions = [SessionException(date=date(2027, 2, 3), kind="extra", ends_at=time(15))]
    plain, ours = compared(make, tea, dates)
    assert plain == ours
    assert (date(2026, 12, 8), "10:00", "12:00") not in plain and (date(2026, 12, 9), "11:00", "13:00") in plain


def test_holidays_are_said_in_words_where_no_rule_can_say_them(sqlite_app: Flask, make: Make, monday: None) -> None:
    service = make.service(
        "Tea", sessions=[session(byday="FR", on_bank_holidays=False, in_school_holidays=False, note="Bring a cup.")]
    )
    ((listing, document),) = service_documents([service.id])
    (schedule,) = document["service_at_locations"][0]["schedules"]
    assert schedule["notes"] == "Bring a cup. Not on bank holidays. Not in school holidays."
    first, last = FIRST, FIRST + REACH
    assert our_days(listing.all_timetables, first, last) < plain_days(document, first, last)


def test_hundreds_of_made_up_sessions_have_the_same_days(sqlite_app: Flask, make: Make, monday: None) -> None:
    chance = random.Random(7)
    for number in range(120):
        begins = FIRST - timedelta(days=chance.randint(0, 400))
        ends = FIRST + timedelta(days=chance.randint(-20, 500)) if chance.random() < 0.4 else None
        if chance.random() < 0.5:
            byday = ",".join(sorted(chance.sample(DAYS, chance.randint(1, 4)), key=DAYS.index))
            one = session(byday=byday, interval=chance.randint(1, 5), dtstart=begins, valid_to=ends)
        else:
            nths = {
                f"{chance.choice((1, 2, 3, 4, 5, -1, -2))}{chance.choice(DAYS)}" for _ in range(chance.randint(1, 3))
            }
            one = session(
                freq="monthly", byday=",".join(sorted(nths)), interval=chance.randint(1, 4), dtstart=begins, valid_to=ends
            )  # fmt: skip
        plain, ours = compared(make, one)
        assert plain == ours, (number, one.freq, one.byday, one.interval, one.dtstart, one.valid_to)


def test_opening_hours_have_the_same_days(sqlite_app: Flask, make: Make, monday: None) -> None:
    week = make.opening("MO,WE,FR", interval=2, dtstart=date(2026, 9, 1), valid_to=date(2027, 5, 1))
    month = Schedule(
        freq="MONTHLY", bymonthday="1,15", opens_at=time(9), closes_at=time(11), dtstart=date(2026, 9, 1), interval=1
    )
    plain, ours = compared(make, opening=[week, month])
    missing = plain - ours
    holidays = {day for day, _opens, _closes in missing}
    assert ours <= plain and all(day.isoformat()[:4] in {"2026", "2027"} for day in holidays) and len(missing) < 8

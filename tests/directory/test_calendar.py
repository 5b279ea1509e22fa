"""The calendar file: the same times as the page, on clocks in the United Kingdom, the same UIDs each time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from portal.core import clock
from portal.core.extensions import db
from portal.directory import queries
from portal.directory.models import Session, SessionException
from portal.directory.occurrences import merged
from tests.factories import MONDAY

pytestmark = pytest.mark.usefixtures("monday")


def calendar_of(browser, service, *, prefix=""):
    answer = browser.get(f"{prefix}/services/{service.id}.ics")
    assert answer.response.mimetype == "text/calendar"
    return Calendar.from_ical(answer.response.data)


def events_of(calendar, status="CONFIRMED"):
    return [event for event in calendar.walk("VEVENT") if event["STATUS"] == status]


def test_every_session_of_half_a_year_is_an_event(app, browser, make):
    service = make.service(sessions=[make.session("TU", "10:00", "12:00")])
    calendar = calendar_of(browser, service)
    first = events_of(calendar)[0]
    assert first["DTSTART"].dt == datetime(2026, 11, 24, 10, 0, tzinfo=clock.LONDON)
    assert first["DTEND"].dt == datetime(2026, 11, 24, 12, 0, tzinfo=clock.LONDON)
    assert first["DTSTART"].params["TZID"] == "Europe/London"
    assert str(first["SUMMARY"]) == "Tuesday Table"
    assert "1 Larkfield Road" in str(first["LOCATION"])
    assert len(events_of(calendar)) == 26


def test_the_events_are_those_of_the_one_function_for_times(app, browser, make):
    sessions = [make.session("TU,FR", "22:00", "01:00"), make.session("1SU", "10:00", None, freq="monthly")]
    service = make.service(sessions=sessions)
    starts = sorted(event["DTSTART"].dt.astimezone(UTC) for event in events_of(calendar_of(browser, service)))
    listing = queries.listing(service.id)
    midnight = clock.local(MONDAY).replace(hour=0)
    expected = [one.start for one in merged(listing.all_timetables, midnight, midnight + timedelta(days=182))]
    assert starts == expected


def test_the_time_zone_changes_when_the_clocks_do(sqlite_app, browser, make):
    zone = calendar_of(browser, make.service(sessions=[make.session()])).walk("VTIMEZONE")[0].to_tz()
    for text in ("2027-03-28T00:59", "2027-03-28T02:01", "2026-10-25T02:01", "2026-07-01T12:00"):
        moment = datetime.fromisoformat(text)
        assert moment.replace(tzinfo=zone).utcoffset() == moment.replace(tzinfo=clock.LONDON).utcoffset()


def test_a_date_that_was_called_off_is_sent_as_cancelled(sqlite_app, browser, make):
    session = make.session("TU", "10:00", "12:00")
    session.exceptions.append(SessionException(date=date(2026, 12, 1), kind="cancelled"))
    calendar = calendar_of(browser, make.service(sessions=[session]))
    off = [event["DTSTART"].dt.date() for event in events_of(calendar, "CANCELLED")]
    assert date(2026, 12, 1) in off
    assert date(2026, 12, 1) not in [event["DTSTART"].dt.date() for event in events_of(calendar)]


def test_uids_are_the_same_each_time_and_each_stands_once(sqlite_app, browser, make):
    service = make.service(sessions=[make.session("TU"), make.session("TU", "14:00", "15:00")])
    first = [str(event["UID"]) for event in calendar_of(browser, service).walk("VEVENT")]
    db.session.get(Session, service.service_at_locations[0].sessions[0].id).note = "changed"
    db.session.commit()
    assert [str(event["UID"]) for event in calendar_of(browser, service).walk("VEVENT")] == first
    assert len(set(first)) == len(first)


def test_a_hidden_address_is_in_no_calendar(sqlite_app, browser, make):
    place = make.location(privacy="hidden", address="9 Secret Row", name="Quiet House")
    service = make.service("Circle at 9 Secret Row", location=place, sessions=[make.session()])
    text = browser.get(f"/services/{service.id}.ics").response.get_data(as_text=True).replace("\r\n ", "")
    assert "Secret" not in text and "Quiet House" not in text and "LOCATION" not in text and "secret" not in text


def test_an_area_only_address_is_told_by_its_area(sqlite_app, browser, make):
    place = make.location(privacy="area", address="9 Secret Row", place_name="Clarendon Park")
    event = events_of(calendar_of(browser, make.service(location=place, sessions=[make.session()])))[0]
    assert str(event["LOCATION"]) == "Clarendon Park"


def test_a_sensitive_need_has_a_neutral_calendar(sqlite_app, browser, make):
    service = make.service("Safe Harbour", needs=["abuse"], sessions=[make.session()])
    answer = browser.get(f"/services/{service.id}.ics")
    event = events_of(Calendar.from_ical(answer.response.data))[0]
    assert str(event["SUMMARY"]) == "Support near you" and "URL" not in event and "DESCRIPTION" not in event
    assert "harbour" not in answer.headers["Content-Disposition"]


def test_opening_hours_alone_make_no_calendar(sqlite_app, browser, make):
    browser.get(f"/services/{make.service(opening=[make.opening()]).id}.ics", expect=404)


def test_line_breaks_in_a_name_make_no_new_lines(sqlite_app, browser, make):
    service = make.service("Tea\r\nX-EVIL:1", sessions=[make.session()])
    body = browser.get(f"/services/{service.id}.ics").response.data
    assert b"\r\nX-EVIL" not in body

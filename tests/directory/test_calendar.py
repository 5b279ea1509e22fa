"""The calendar of a listing: the same times as the page, on clocks in the United Kingdom, by rules that others read."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.core import clock
from portal.core.extensions import db
from portal.directory import calendars, queries
from portal.directory.models import Service, ServiceChange, Session, SessionException
from portal.directory.occurrences import merged
from tests.factories import MONDAY
from tests.support import calendars as reader
from tests.support.calendars import events_of, times_in

pytestmark = pytest.mark.usefixtures("monday")


def calendar_of(browser, service, *, prefix=""):
    answer = browser.get(f"{prefix}/services/{service.id}.ics")
    assert answer.response.mimetype == "text/calendar"
    return reader.read(answer.response.data)


def expected(service, days=182):
    listing = queries.listing(service.id)
    start = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    until = datetime.combine(start.date() + timedelta(days=days), time(), clock.LONDON)
    return start, until, [(one.start, one.known_end) for one in merged(listing.all_timetables, start, until)]


def test_every_session_of_half_a_year_is_an_event(app, browser, make):
    service = make.service(sessions=[make.session("TU", "10:00", "12:00")])
    calendar = calendar_of(browser, service)
    first = events_of(calendar)[0]
    assert first["DTSTART"].dt == datetime(2026, 11, 24, 10, 0, tzinfo=clock.LONDON)
    assert first["DTEND"].dt == datetime(2026, 11, 24, 12, 0, tzinfo=clock.LONDON)
    assert first["DTSTART"].params["TZID"] == "Europe/London"
    assert str(first["SUMMARY"]) == "Tuesday Table" and first["SUMMARY"].params["LANGUAGE"] == "en"
    assert "1 Larkfield Road" in str(first["LOCATION"])
    assert str(first["URL"]).endswith(f"/services/{service.id}/tuesday-table")
    assert len(events_of(calendar)) == 26


@pytest.mark.parametrize(
    "moment", [MONDAY, datetime(2026, 9, 14, 8, 0, tzinfo=UTC), datetime(2027, 3, 1, 8, 0, tzinfo=UTC)]
)
def test_a_program_of_others_shows_the_times_of_the_page_also_over_the_clock_changes(app, browser, make, moment):
    with clock.freeze(moment):
        sessions = [
            make.session("TU,FR", "22:00", "01:00"),
            make.session("1SU", "10:00", "11:00", freq="monthly"),
            make.session("SU,SA", "00:30", "01:30"),
            make.session("-1SU", "01:15", "03:15", freq="monthly"),
            make.session("WE", "09:00", "10:00", on_bank_holidays=True, interval=2),
        ]
        service = make.service(sessions=sessions)
        start, until, times = expected(service)
        shown = times_in(calendar_of(browser, service), start, until)
    assert shown == times and len(times) > 100
    offsets = {clock.local(begin).utcoffset() for begin, _end in times}
    assert len(offsets) == 2, "the clocks change within these months"


def test_the_time_zone_changes_when_the_clocks_do(sqlite_app, browser, make):
    zone = calendar_of(browser, make.service(sessions=[make.session()])).walk("VTIMEZONE")[0].to_tz()
    for text in ("2027-03-28T00:59", "2027-03-28T02:01", "2026-10-25T02:01", "2026-07-01T12:00"):
        moment = datetime.fromisoformat(text)
        assert moment.replace(tzinfo=zone).utcoffset() == moment.replace(tzinfo=clock.LONDON).utcoffset()


def test_a_date_that_was_called_off_is_sent_as_cancelled_in_words_too(sqlite_app, browser, make):
    session = make.session("TU", "10:00", "12:00")
    session.exceptions.append(SessionException(date=date(2026, 12, 1), kind="cancelled"))
    calendar = calendar_of(browser, make.service(sessions=[session]))
    off = {event["DTSTART"].dt.date(): event for event in events_of(calendar, "CANCELLED")}
    assert str(off[date(2026, 12, 1)]["SUMMARY"]) == "Cancelled: Tuesday Table"
    assert date(2026, 12, 1) not in [event["DTSTART"].dt.date() for event in events_of(calendar)]


def test_a_session_that_moves_is_cancelled_on_one_day_and_stands_on_the_other(sqlite_app, browser, make):
    session = make.session("TU", "10:00", "12:00")
    session.exceptions.append(SessionException(date=date(2026, 12, 1), kind="cancelled"))
    session.exceptions.append(
        SessionException(date=date(2026, 12, 2), kind="extra", starts_at=time(14), ends_at=time(15))
    )
    calendar = calendar_of(browser, make.service(sessions=[session]))
    assert date(2026, 12, 1) in [event["DTSTART"].dt.date() for event in events_of(calendar, "CANCELLED")]
    assert datetime(2026, 12, 2, 14, 0, tzinfo=clock.LONDON) in [event["DTSTART"].dt for event in events_of(calendar)]


def test_uids_are_the_same_each_time_and_each_stands_once(sqlite_app, browser, make):
    sessions = [make.session("TU"), make.session("TU", "14:00", "15:00"), make.session("TU", "14:00", "16:00")]
    service = make.service(sessions=sessions)
    first = list(reader.uids_of(calendar_of(browser, service)))
    db.session.get(Session, service.service_at_locations[0].sessions[0].id).note = "changed"
    db.session.commit()
    assert list(reader.uids_of(calendar_of(browser, service))) == first
    assert len(first) == 78 and all(uid.endswith("@127.0.0.1") for uid in first)


def test_a_change_keeps_the_uid_and_grows_the_sequence(app, browser, make):
    service = make.service(sessions=[make.session("TU")])
    before = reader.uids_of(calendar_of(browser, service))
    row = db.session.get(Service, service.id)
    row.name, row.last_modified = "Tuesday Tables", MONDAY + timedelta(seconds=30)
    with clock.freeze(MONDAY + timedelta(minutes=1)):
        after = reader.uids_of(calendar_of(browser, service))
    assert before.keys() == after.keys()
    for uid, (start, name, sequence) in after.items():
        assert (start, name) == (before[uid][0], before[uid][1].replace("Table", "Tables"))
        assert sequence == before[uid][2] + 30


def test_a_change_of_its_place_that_another_listing_made_grows_the_sequence(app, browser, make):
    service = make.service(sessions=[make.session("TU")])
    before = reader.uids_of(calendar_of(browser, service))
    later = MONDAY + timedelta(hours=2)
    db.session.merge(ServiceChange(service_id=service.id, changed_at=later, is_public=True, name=service.name))
    after = reader.uids_of(calendar_of(browser, service))
    assert {after[uid][2] - before[uid][2] for uid in before} == {7200}


def test_what_has_not_changed_is_not_sent_again(app, browser, make):
    service = make.service(sessions=[make.session("TU")])
    address = f"/services/{service.id}.ics"
    first = browser.get(address)
    tag = first.headers["ETag"]
    with clock.freeze(MONDAY + timedelta(hours=5)):
        again = browser.client.get(address, headers={"If-None-Match": tag})
        assert again.status_code == 304 and not again.data and again.headers["ETag"] == tag
        assert browser.get(address).response.data == first.response.data
    db.session.get(Service, service.id).name = "Another name"
    assert browser.client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_a_calendar_is_bounded_and_tells_no_day_by_half(sqlite_app, browser, make, monkeypatch):
    monkeypatch.setattr(calendars, "MOST_EVENTS", 31)
    service = make.service(sessions=[make.session("TU", f"{hour:02}:00", f"{hour + 1:02}:00") for hour in range(8, 18)])
    calendar = calendar_of(browser, service)
    days = [event["DTSTART"].dt.date() for event in calendar.walk("VEVENT")]
    assert len(days) == 30 and {days.count(day) for day in days} == {10}
    assert "Sessions before 15 December 2026." in str(calendar["DESCRIPTION"])


def test_no_calendar_holds_more_than_a_thousand_events(sqlite_app, browser, make):
    hours = [make.session("MO,TU,WE,TH,FR,SA,SU", f"{hour:02}:00", f"{hour + 1:02}:00") for hour in range(8, 20)]
    calendar = calendar_of(browser, make.service(sessions=hours))
    assert 1000 - 12 < len(calendar.walk("VEVENT")) <= 1000 == calendars.MOST_EVENTS


def test_a_hidden_address_is_in_no_calendar(sqlite_app, browser, make):
    place = make.location(privacy="hidden", address="9 Secret Row", name="Quiet House")
    service = make.service("Circle at 9 Secret Row", location=place, sessions=[make.session()])
    text = browser.get(f"/services/{service.id}.ics").response.get_data(as_text=True).replace("\r\n ", "")
    assert "Secret" not in text and "Quiet House" not in text and "LOCATION" not in text and "secret" not in text


def test_an_area_only_address_is_told_by_its_area(sqlite_app, browser, make):
    place = make.location(privacy="area", address="9 Secret Row", place_name="Clarendon Park")
    event = events_of(calendar_of(browser, make.service(location=place, sessions=[make.session()])))[0]
    assert str(event["LOCATION"]) == "Clarendon Park"


def test_a_sensitive_need_has_a_neutral_calendar_and_no_subscription(sqlite_app, browser, make):
    service = make.service("Safe Harbour", needs=["abuse"], sessions=[make.session()])
    answer = browser.get(f"/services/{service.id}.ics")
    calendar = reader.read(answer.response.data)
    event = events_of(calendar)[0]
    assert str(event["SUMMARY"]) == str(calendar["NAME"]) == "Support near you"
    assert "URL" not in event and "DESCRIPTION" not in event and "URL" not in calendar
    assert "harbour" not in answer.response.get_data(as_text=True).lower()
    assert "harbour" not in answer.headers["Content-Disposition"]
    page = browser.get(f"/services/{service.id}/safe-harbour")
    assert page.link("Add to calendar").endswith(".ics") and "webcal:" not in page.html


def test_opening_hours_alone_make_no_calendar(sqlite_app, browser, make):
    browser.get(f"/services/{make.service(opening=[make.opening()]).id}.ics", expect=404)


def test_what_is_typed_stays_text(sqlite_app, browser, make):
    name = 'Tea\r\nX-EVIL:1, cake; \\ "and" \x0b talk ' + "é" * 60
    service = make.service(name, sessions=[make.session()], description="x" * 300 + "چائے" * 40)
    body = browser.get(f"/services/{service.id}.ics").response.data
    assert b"\r\nX-EVIL" not in body
    event = events_of(reader.read(body))[0]
    assert str(event["SUMMARY"]) == 'Tea\nX-EVIL:1, cake; \\ "and"   talk ' + "é" * 60


def test_words_of_ours_are_in_the_language_of_the_address(sqlite_app, browser, make):
    service = make.service("چائے", lang="ur", sessions=[make.session("TU")])
    for prefix in ("", "/cy", "/ur"):
        answer = browser.get(f"{prefix}/services/{service.id}.ics")
        calendar = reader.read(answer.response.data)
        event = events_of(calendar)[0]
        assert event["SUMMARY"].params["LANGUAGE"] == "ur"
        assert answer.headers["Content-Language"] == prefix.removeprefix("/") or prefix == ""
        assert f"{prefix}/services/{service.id}/" in str(event["URL"])
    assert list(reader.uids_of(calendar)) == list(reader.uids_of(calendar_of(browser, service)))


def test_the_page_says_what_a_subscription_does(sqlite_app, browser, make):
    service = make.service(sessions=[make.session()])
    page = browser.get(f"/services/{service.id}/tuesday-table")
    assert page.link("Subscribe in your calendar") == f"webcal://127.0.0.1:8000/services/{service.id}.ics"
    assert page.link("Download a calendar file") == f"/services/{service.id}.ics"
    assert "your calendar looks for changes by itself" in page.main

"""Drop-ins and crisis cafes: open now and next by the clock, through bank holidays, exceptions, midnight and clock changes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import SessionException
from portal.geography.models import NeighbourhoodPart
from tests.factories import MONDAY, Make
from tests.neighbourhoods.test_neighbourhood import OTHER, cut, here
from tests.support.page import Browser

PATH = "/neighbourhoods/clarendon-park/drop-ins"
WEDNESDAY = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)


def cafe(make: Make, name: str = "The Night Table", *sessions: Any, **columns: Any) -> Any:
    columns.setdefault("location", here(make))
    columns.setdefault("needs", ["crisis"])
    return make.service(name, sessions=sessions or [make.session("WE", "18:00", "23:00")], **columns)


def state(browser: Browser, at: datetime, path: str = PATH) -> list[str]:
    """The day and hours of each drop-in of the page, at a moment."""
    with clock.freeze(at):
        return browser.get(path).words(".drop-in__when")


def test_a_cafe_is_open_by_the_clock_and_says_when_next(app: Flask, browser: Browser, make: Make) -> None:
    with clock.freeze(MONDAY):
        cut()
        cafe(make)
    assert state(browser, MONDAY) == ["Wednesday 25 November, 6pm to 11pm"]
    assert state(browser, datetime(2026, 11, 24, 12, 0, tzinfo=UTC)) == ["Tomorrow, 6pm to 11pm"]
    assert state(browser, datetime(2026, 11, 25, 17, 59, tzinfo=UTC)) == ["Today, 6pm to 11pm"]
    assert state(browser, WEDNESDAY) == ["Open now, until 11pm"]
    assert state(browser, datetime(2026, 11, 25, 22, 59, tzinfo=UTC)) == ["Open now, until 11pm"]
    assert state(browser, datetime(2026, 11, 25, 23, 0, tzinfo=UTC)) == ["Wednesday 2 December, 6pm to 11pm"]


def test_the_page_says_what_one_need_not_bring_and_who_meets_you(
    sqlite_app: Flask, browser: Browser, make: Make
) -> None:
    with clock.freeze(WEDNESDAY):
        cut()
        cafe(
            make, summary="A trained worker can talk with you.",
            first_visit=["Mo, a trained mental health worker, meets you at the door.", "Nobody asks why you came.", "Tea."],
        )  # fmt: skip
        cafe(make, "Choir", make.session("WE", "17:00", "19:00"), needs=["arts-music"])
        cafe(make, "By referral", needs=["crisis"], joining=["professional_only"])
        page = browser.get(PATH)
    assert "No appointment, no referral. 2 are open now." in page.main
    assert page.words(".drop-in h3") == ["The Night Table", "Choir"], "crisis cafes stand first"
    assert page.words(".drop-in.card--lamp h3") == ["The Night Table"]
    assert page.words(".drop-in__welcome li") == [
        "Mo, a trained mental health worker, meets you at the door",
        "Nobody asks why you came",
    ]
    assert "By referral" not in page.main and page.link("Urgent help") == "/urgent-help"


@pytest.mark.parametrize(
    ("on_bank_holidays", "said", "expected"),
    [
        (False, "Not on bank holidays.", "Friday 1 January, 6pm to 11pm"),
        (True, "Open on bank holidays too.", "Open now, until 11pm"),
    ],
)
def test_a_bank_holiday_counts_only_where_a_group_says_so(
    sqlite_app: Flask, browser: Browser, make: Make, on_bank_holidays: bool, said: str, expected: str
) -> None:
    christmas = datetime(2026, 12, 25, 19, 0, tzinfo=UTC)
    with clock.freeze(christmas):
        cut()
        cafe(make, "Friday", make.session("FR", "18:00", "23:00", on_bank_holidays=on_bank_holidays))
        page = browser.get(PATH)
        assert said in page.main
        assert page.words(".slot--off") == ([] if on_bank_holidays else ["6pm to 11pm Friday Bank holiday"])
    # New Year's Day is a bank holiday too.
    told = "Friday 8 January, 6pm to 11pm" if not on_bank_holidays else expected
    assert state(browser, christmas) == [told]


def test_what_falls_out_stands_by_its_time_as_what_is_on_does(sqlite_app: Flask, browser: Browser, make: Make) -> None:
    with clock.freeze(datetime(2026, 12, 21, 9, 0, tzinfo=UTC)):
        cut()
        for name, begins, ends in (("Any", "18:00", "23:00"), ("Best", "09:00", "12:00"), ("Cosy", "09:00", "10:00")):
            cafe(make, name, make.session("FR", begins, ends))
        told = ["9am to midday Best Bank holiday", "9am to 10am Cosy Bank holiday", "6pm to 11pm Any Bank holiday"]
        assert browser.get(PATH).words(".slot--off") == told


def test_a_day_called_off_and_a_day_put_in(sqlite_app: Flask, browser: Browser, make: Make) -> None:
    with clock.freeze(MONDAY):
        cut()
        session = make.session("WE", "18:00", "23:00")
        session.exceptions = [
            SessionException(date=date(2026, 11, 25), kind="cancelled"),
            SessionException(date=date(2026, 11, 26), kind="extra", starts_at=time(20), ends_at=time(22)),
        ]
        cafe(make, "Moved", session)
        page = browser.get(PATH)
    assert page.words(".slot--off") == ["6pm to 11pm Moved Closed"]
    assert state(browser, WEDNESDAY) == ["Tomorrow, 8pm to 10pm"]
    assert state(browser, datetime(2026, 11, 26, 21, 0, tzinfo=UTC)) == ["Open now, until 10pm"]


def test_a_night_that_goes_on_past_midnight_is_open_until_it_ends(app: Flask, browser: Browser, make: Make) -> None:
    with clock.freeze(MONDAY):
        cut()
        cafe(make, "Late", make.session("FR", "19:00", "00:30"))
    assert state(browser, datetime(2026, 11, 27, 23, 59, tzinfo=UTC)) == ["Open now, until 12.30am"]
    assert state(browser, datetime(2026, 11, 28, 0, 29, tzinfo=UTC)) == ["Open now, until 12.30am"]
    assert state(browser, datetime(2026, 11, 28, 0, 30, tzinfo=UTC)) == ["Friday 4 December, 7pm to 12.30am"]


def test_a_night_past_midnight_into_a_bank_holiday_goes_on(sqlite_app: Flask, browser: Browser, make: Make) -> None:
    with clock.freeze(datetime(2026, 12, 21, 9, 0, tzinfo=UTC)):
        cut()
        cafe(make, "Eve", make.session("TH", "20:00", "02:00"))
    assert state(browser, datetime(2026, 12, 25, 1, 0, tzinfo=UTC)) == ["Open now, until 2am"]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # The clocks go forward at 1am on 29 March 2026: 3am in summer time is 2am UTC.
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "Open now, until 3am"),
        (datetime(2026, 3, 29, 2, 0, tzinfo=UTC), "Saturday 4 April, 10pm to 3am"),
        # They go back at 2am on 25 October 2026: 3am is 3am UTC, an hour later than the night before.
        (datetime(2026, 10, 25, 2, 59, tzinfo=UTC), "Open now, until 3am"),
        (datetime(2026, 10, 25, 3, 0, tzinfo=UTC), "Saturday 31 October, 10pm to 3am"),
    ],
)
def test_a_night_on_which_the_clocks_change_ends_by_the_clock(
    sqlite_app: Flask, browser: Browser, make: Make, moment: datetime, expected: str
) -> None:
    with clock.freeze(moment):
        cut(valid_to=None)
        cafe(make, "Clock", make.session("SA", "22:00", "03:00", dtstart=date(2026, 1, 3)))
    assert state(browser, moment) == [expected]


def test_opening_hours_count_where_no_session_is_told(sqlite_app: Flask, browser: Browser, make: Make) -> None:
    with clock.freeze(MONDAY):
        cut()
        make.service("Warm Hall", location=here(make), opening=[make.opening()])
        both = cafe(make, "Both", make.session("MO", "14:00", "15:00"))
        both.schedules.append(make.opening())
        db.session.commit()
    assert state(browser, datetime(2026, 11, 23, 10, 0, tzinfo=UTC)) == ["Open now, until 5pm", "Today, 2pm to 3pm"]


def test_every_cafe_and_a_few_others_stand_among_the_next(sqlite_app: Flask, browser: Browser, make: Make) -> None:
    with clock.freeze(MONDAY):
        cut()
        for number in range(7):
            cafe(make, f"Choir {number}", make.session("TU", f"1{number}:00", f"1{number}:30"), needs=["arts-music"])
        cafe(make, "Sunday Night", make.session("SU", "18:00", "23:00"))
        page = browser.get(PATH)
    assert page.words(".drop-in h3") == ["Sunday Night", "Choir 0", "Choir 1", "Choir 2", "Choir 3"]
    assert page.words("#week") == ["Day by day, all 8 places"] and len(page.select(".slot")) == 8


def test_nearby_cafes_stand_where_none_is_open_here(app: Flask, browser: Browser, make: Make) -> None:
    with clock.freeze(WEDNESDAY):
        made = cut("city", "Clarendon Park", "Highfields", "Belgrave")
        for one in made.neighbourhoods:
            if (code := {"Highfields": OTHER, "Belgrave": "E02002842"}.get(one.name)) is None:
                continue
            one.parts.append(NeighbourhoodPart(kind="msoa", code=code, vintage=2021, valid_from=date(2026, 1, 1)))
        db.session.commit()
        cafe(make, "Here tomorrow", make.session("TH", "18:00", "23:00"))
        cafe(make, "Far", location=make.location(neighbourhood_code="E02002842"))
        cafe(make, "Next door", location=make.location(neighbourhood_code=OTHER))
        cafe(
            make,
            "Shut next door",
            make.session("FR", "18:00", "23:00"),
            location=make.location(neighbourhood_code=OTHER),
        )
        cafe(make, "Choir", needs=["arts-music"], location=make.location(neighbourhood_code=OTHER))
        page = browser.get(PATH)
        assert page.words("#near") == ["Crisis cafes open now nearby"]
        assert page.words("section:has(#near) h3") == ["Next door", "Far"]
        cafe(make, "Here now")
        assert not browser.get(PATH).select("#near")


def test_an_empty_neighbourhood_says_so_and_leads_on(sqlite_app: Flask, browser: Browser, make: Make) -> None:
    with clock.freeze(MONDAY):
        cut()
        page = browser.get(PATH)
        assert "We know of no drop-ins in Clarendon Park." in page.main
        assert page.link("Look for drop-ins farther away").startswith("/services?near=Clarendon+Park&join=drop_in")
        assert browser.get("/neighbourhoods/nowhere/drop-ins", expect=404).status == 404
        assert "We know of no drop-ins" in browser.get("/neighbourhoods/clarendon-park/timetable").main


def test_what_is_hidden_or_elsewhere_is_not_told(sqlite_app: Flask, browser: Browser, make: Make) -> None:
    with clock.freeze(WEDNESDAY):
        cut()
        cafe(make, "Refuge", location=here(make, privacy="hidden"))
        cafe(make, "Elsewhere", location=make.location(neighbourhood_code=OTHER))
        cafe(make, "Gone", withdrawn_at=MONDAY)
        page = browser.get(PATH)
    assert not page.select(".drop-in") and "application/ld+json" in page.html


def test_texts_of_groups_are_texts(sqlite_app: Flask, browser: Browser, make: Make) -> None:
    nasty = "<script>alert(1)</script>\"'&"
    with clock.freeze(WEDNESDAY):
        cut()
        cafe(make, nasty, summary=nasty, first_visit=[nasty], needs=["loneliness"], location=here(make, name=nasty))
        for path in (PATH, "/neighbourhoods/clarendon-park/timetable"):
            page = browser.get(path)
            assert nasty in page.main and "<script>alert" not in page.html


def test_lines_in_another_language_leave_their_list_in_the_direction_of_the_page(
    sqlite_app: Flask, browser: Browser, make: Make
) -> None:
    cut()
    cafe(make, "Lamp", make.session("MO,TU", "18:00", "23:00"), first_visit=["Ring the bell."])
    page = browser.get("/ur/neighbourhoods/clarendon-park/drop-ins")
    line = page.one(".drop-in__welcome li")
    assert not line.get("dir") and not line.get("lang"), "its mark would stand on the other side"
    assert (line.span["dir"], line.span["lang"]) == ("ltr", "en")


def test_the_print_page_has_the_week_what_falls_out_and_the_way_to_now(
    sqlite_app: Flask, browser: Browser, make: Make
) -> None:
    with clock.freeze(datetime(2026, 12, 21, 9, 0, tzinfo=UTC)):
        cut()
        cafe(make, "Friday", make.session("FR", "18:00", "23:00"), first_visit=["Ring the bell."])
        cafe(make, "Daily", make.session("MO,TU,WE,TH", "18:00", "23:00", on_bank_holidays=True))
        page = browser.get("/neighbourhoods/clarendon-park/timetable")
    assert "Monday 21 December 6pm to 11pm Daily (Crisis cafe)" in page.main
    assert "Friday 25 December, Christmas Day 6pm to 11pm Friday : Bank holiday" in page.main
    assert "When you come Friday : Ring the bell." in page.main and page.select(".paper__square svg")
    assert PATH in page.main and page.select(".help-now li")
    large = browser.get("/neighbourhoods/clarendon-park/timetable?large=1")
    assert large.select("html.large")


def test_statements_do_not_grow_with_drop_ins(
    sqlite_app: Flask, browser: Browser, make: Make, count_statements: Callable[[], Any]
) -> None:
    counts = []
    with clock.freeze(WEDNESDAY):
        made = cut("city", "Clarendon Park", *(f"Place {number}" for number in range(9)))
        others = [one for one in made.neighbourhoods if one.name != "Clarendon Park"]
        for number, one in enumerate(others):
            code = f"E0200290{number}"
            one.parts.append(NeighbourhoodPart(kind="msoa", code=code, vintage=2021, valid_from=date(2026, 1, 1)))
            cafe(make, f"Cafe {number}", location=make.location(neighbourhood_code=code))
        db.session.commit()
        for more in (1, 12):
            for number in range(more):
                cafe(make, f"Table {number}", needs=["loneliness"])
            browser.get(PATH)
            with count_statements() as seen:
                browser.get(PATH)
            counts.append(len(seen))
    assert counts[0] == counts[1] <= 16, counts


def test_pages_lead_to_drop_ins(sqlite_app: Flask, browser: Browser, make: Make) -> None:
    with clock.freeze(datetime(2026, 11, 23, 18, 30, tzinfo=UTC)):
        cut()
        cafe(make, "Night", make.session("MO", "18:00", "23:00"))
        area = browser.get("/neighbourhoods/clarendon-park")
        assert area.link("Drop-ins: open now and next") == area.link("All drop-ins and crisis cafes here") == PATH
        assert browser.get("/").link("Drop-ins and crisis cafes, by neighbourhood") == "/neighbourhoods"
        told = browser.get("/urgent-help").link("Somewhere to walk in to: crisis cafes and drop-ins, by neighbourhood")
        assert told == "/neighbourhoods"


@pytest.mark.parametrize(
    "words", ["crisis cafe", "safe haven", "neighbourhood mental health cafe", "listening place", "sanctuary", "noddfa"]
)
def test_whatever_people_call_it_the_cafe_is_found_first(
    sqlite_app: Flask, browser: Browser, make: Make, index_now: Callable[[], None], words: str
) -> None:
    with clock.freeze(WEDNESDAY):
        cafe(make, "The Night Table", summary="Walk in when it all gets too much.")
        for number in range(4):
            make.service(
                f"Lunch club {number}", needs=["older-social"], summary="A cafe for anyone who likes a listening place."
            )
        index_now()
        page = browser.get(f"/services?near=LE2+0QB&q={words.replace(' ', '+')}")
    assert page.words(".service-card__name")[0] == "The Night Table"

"""Saying what would help or what is wrong: kept once, kept small, and danger first leads to help."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.voice import actions, paths
from portal.voice.models import VoiceSaid
from tests.factories import Make
from tests.support.page import Browser
from tests.support.traces import in_rows

KEY = "one-time-key-0000000000000000"
HELP = "Does someone need help right now?"
HTML = "<script>alert(1)</script> & \"so on\" =cmd|' /C calc'!A0"


def typed(**fields: str) -> dict[str, str]:
    return {
        "about": "missing", "words": "Nothing for men at weekends", "place": "Clarendon Park", "contact": "",
        "page": "/neighbourhoods/clarendon-park", "key": KEY,
    } | fields  # fmt: skip


def kept() -> list[VoiceSaid]:
    db.session.rollback()
    return db.session.query(VoiceSaid).order_by(VoiceSaid.created_at).all()


def written() -> str:
    """The whole database, as it lies."""
    db.session.rollback()
    return "\n".join(in_rows(db.engine).values())


def test_what_a_visitor_says_waits_for_a_moderator_with_its_place(browser: Browser, places: SimpleNamespace) -> None:
    page = browser.follow(browser.post("/say", typed(may_show="y"), expect=303))
    assert "Thank you for telling us" in page.text
    (one,) = kept()
    assert (one.about, one.words, one.path) == (
        "missing",
        "Nothing for men at weekends",
        "/neighbourhoods/clarendon-park",
    )
    assert (one.neighbourhood_id, one.area, one.district, one.may_show) == (places.park.id, "leicester", None, True)
    assert (one.state, one.contact) == ("waiting", None)


def test_of_a_postcode_the_district_is_kept_and_leads_to_the_neighbourhood(
    browser: Browser, places: SimpleNamespace
) -> None:
    browser.post("/say", typed(place="LE2 0QB"), expect=303)
    (one,) = kept()
    assert (one.district, one.neighbourhood_id) == ("LE2", places.park.id)
    assert "0QB" not in written()


def test_sending_the_same_form_twice_keeps_it_once(browser: Browser, places: SimpleNamespace) -> None:
    for _ in range(3):
        browser.post("/say", typed(), expect=303)
    assert len(kept()) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"about": "nonsense"}, "Choose what it is about"),
        ({"words": " \u202e "}, "Say in a sentence what would help, or what is wrong"),
        ({"words": "x" * 501}, "Use 500 characters or fewer"),
        ({"place": "Nowhere-in-the-Wold"}, "Enter a full UK postcode or a town"),
        ({"contact": "call me"}, "Enter a phone number or an e-mail address"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    wrong: dict[str, str], sentence: str, browser: Browser, one_place: SimpleNamespace
) -> None:
    page = browser.post("/say", typed(**{"words": "A bench by the lock", **wrong}), expect=422)
    assert sentence in page.words(".error-summary")[0]
    assert wrong.get("words", "A bench by the lock").strip("\u202e ") in page.text
    assert page.one("input[name=page]")["value"] == "/neighbourhoods/clarendon-park"
    assert kept() == []


@pytest.mark.parametrize("bad", ["\x00", "9" * 400, HTML])
def test_odd_letters_do_no_harm(bad: str, browser: Browser, one_place: SimpleNamespace) -> None:
    sent = {"about": "missing", "words": f"A bench {bad}", "place": "", "key": KEY, "page": f"/{bad}"}
    page = browser.post("/say", sent | {"may_show": bad}, expect=303)
    assert page.status == 303
    (one,) = kept()
    assert one.path is None
    assert (one.words or "").startswith("A bench")


def test_half_a_letter_does_no_harm(browser: Browser, one_place: SimpleNamespace) -> None:
    sent = f"about=missing&words=A+bench+%ED%A0%80&key={KEY}&page=%2F%ED%A0%80&csrf_token={browser.csrf_token()}"
    answer = browser.client.post("/say", data=sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303
    assert (kept()[0].words or "").startswith("A bench")


def test_words_of_danger_lead_to_help_first_and_are_not_kept(browser: Browser, places: SimpleNamespace) -> None:
    sent = typed(words="I want to end my life", contact="quilla@people.example.org", may_show="y")
    page = browser.post("/say", sent, expect=200)
    assert page.words("h1") == [HELP]
    assert "116 123" in page.text
    assert kept() == []
    again = page.form("/say")
    back = browser.post("/say", again | {"change": "yes"}, expect=200)
    assert back.one("textarea").text.strip() == "I want to end my life"
    browser.post("/say", again | {"send": "yes"}, expect=303)
    (one,) = kept()
    assert (one.words, one.contact, one.state, one.may_show) == (None, None, "aside", False)
    assert one.neighbourhood_id == places.park.id
    assert "end my life" not in written()


def test_too_many_in_an_hour_are_held_up(browser: Browser, one_place: SimpleNamespace) -> None:
    for number in range(actions.MOST_AN_HOUR):
        browser.post("/say", typed(key=f"{KEY}{number:04}"), expect=303)
    page = browser.post("/say", typed(key=f"{KEY}last"), expect=429)
    assert "Nothing for men at weekends" in page.html
    assert len(kept()) == actions.MOST_AN_HOUR


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/", "https://evil.example/", "/\\evil", "/helped/abc", "/confirm/abc", "/services?q=lonely", "/voice",
        "/my-referral/K7PH-4MWX", "/lists/ABC234", "/x" * 200, "/neighbourhoods/clarendon-park\x00", "javascript:alert(1)",
        "/admin", "",
    ],
)  # fmt: skip
def test_only_pages_on_the_list_are_taken_along(path: str, browser: Browser, one_place: SimpleNamespace) -> None:
    page = browser.get("/say" + (f"?page={path}" if "\x00" not in path else "?page=%00"))
    assert page.one("input[name=page]").get("value", "") == ""
    assert "You came from this page" not in page.text
    browser.post("/say", typed(page=path), expect=303)
    assert kept()[0].path is None


def test_every_page_on_the_list_is_one_of_this_site(sqlite_app: Flask) -> None:
    known = set(sqlite_app.view_functions)
    assert {one for one in paths.PAGES if one.partition(".")[0] in sqlite_app.blueprints} <= known


@pytest.mark.parametrize(
    "address",
    ["/", "/services", "/neighbourhoods", "/neighbourhoods/clarendon-park", "/privacy", "/urgent-help", "/languages"],
)
def test_public_pages_lead_there_and_take_their_path_along(
    address: str, browser: Browser, one_place: SimpleNamespace
) -> None:
    page = browser.get(address)
    link = page.select('a[href^="/say"]')[-1]
    here = browser.get(str(link["href"]))
    assert here.one("input[name=page]")["value"] == address


def test_a_search_takes_no_words_along_and_pages_with_secrets_no_path(
    browser: Browser, one_place: SimpleNamespace
) -> None:
    assert browser.get("/services?q=chess").link("Is something wrong? What would help?") == "/say?page=/services"
    assert browser.get("/my-referral").link("Is something wrong? What would help?") == "/say"


def test_a_listing_says_it_once_in_one_folded_place(browser: Browser, one_place: SimpleNamespace, make: Make) -> None:
    service = make.service("Tuesday Table")
    page = browser.get(browser.get(f"/services/{service.id}", expect=301).response.headers["Location"])
    assert page.html.count("Is something wrong?") == 1
    assert page.one("details.report a[href^='/say']")["href"].startswith(f"/say?page=/services/{service.id}")
    assert not page.select(".footer__say")
    assert "Tuesday Table" in browser.get(str(page.one("details.report a[href^='/say']")["href"])).text


def test_cacheable_pages_stay_so(browser: Browser, one_place: SimpleNamespace) -> None:
    for address in ("/privacy", "/urgent-help", "/safety"):
        answer = browser.get(address).response
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in answer.headers


def test_the_form_sets_no_cookie_but_the_one_that_protects_it(browser: Browser, one_place: SimpleNamespace) -> None:
    answer = browser.get("/say").response
    assert [one.split("=")[0] for one in answer.headers.getlist("Set-Cookie")] in ([], ["portal"])


def test_words_and_contacts_go_after_90_days_and_the_rest_after_a_year(
    places: SimpleNamespace, browser: Browser
) -> None:
    browser.post("/say", typed(contact="quilla@people.example.org"), expect=303)
    _age(89)
    assert (kept()[0].words, kept()[0].contact) == ("Nothing for men at weekends", "quilla@people.example.org")
    _age(91)
    (one,) = kept()
    assert (one.words, one.contact, one.cleared_words, one.state) == (None, None, None, "aside")
    _age(366)
    assert kept() == []


def _age(days: int) -> None:
    with unit():
        db.session.query(VoiceSaid).update({"created_at": clock.now() - timedelta(days=days)})
        actions.tidy.run()


def test_the_form_is_read_in_every_language(browser: Browser, one_place: SimpleNamespace) -> None:
    for code, direction in (("cy", "ltr"), ("ur", "rtl")):
        page: Any = browser.get(f"/{code}/say?page=/services")
        assert page.one("html")["dir"] == direction
        assert page.one("form[method=post]")["action"] == f"/{code}/say"

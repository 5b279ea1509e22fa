"""One's own referral: opened by reference and code, read, changed, cancelled, and who has seen it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from itsdangerous import TimestampSigner

from portal.core import clock
from portal.core.extensions import db
from portal.people.models import Person
from portal.referrals import sending, visiting
from portal.referrals.events import of_introduction
from portal.referrals.models import Introduction
from portal.referrals.states import State
from portal.selfreferral.status import NEXT
from tests.support.page import Browser, Page
from tests.support.referrals import World, agree

WRONG = "We cannot open a referral with this reference and this code. Check both"


def _opened(browser: Browser, one: Introduction) -> str:
    """The address of the page, once this browser has opened it."""
    code = sending.new_code(one.referral)
    db.session.commit()
    there = browser.post("/my-referral", {"reference": one.referral.reference.lower(), "code": code}, expect=303)
    return str(there.headers["Location"])


def _again(one: Introduction) -> Introduction:
    db.session.expire_all()
    return db.session.get_one(Introduction, one.id)


@pytest.mark.parametrize("state", [one.value for one in NEXT if one not in {State.DRAFT, State.ENTERED_IN_ERROR}])
def test_every_state_is_said_in_the_persons_words(sqlite_app: Flask, browser: Browser, loop: World, state: str) -> None:
    one = loop.introduction(state)
    page = browser.get(_opened(browser, one))
    assert loop.service.name in page.main and "Vantongeren" not in page.html
    assert "Question for you" not in page.main
    for sentence in NEXT[State(state)](one)[:1]:
        assert state == "booked" or sentence in page.main


def test_unknown_wrong_and_without_a_code_are_answered_alike(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    without, known = loop.introduction("withdrawn"), loop.introduction("accepted")
    sending.new_code(known.referral)
    without.referral.code = None
    db.session.commit()
    pages = [
        browser.post("/my-referral", {"reference": reference, "code": "000 000"}, expect=422)
        for reference in ("K7PH-4MWX", known.referral.shown_reference, without.referral.shown_reference)
    ]
    assert all(page.words(".error-summary a") == [WRONG] for page in pages)
    texts = [page.main for page in pages]
    assert texts[0] == texts[1] == texts[2]


@pytest.mark.parametrize("reference", ["K7PH-4MWX", None], ids=["unknown", "known"])
def test_who_tries_too_often_waits_whether_there_is_one_or_not(
    sqlite_app: Flask, browser: Browser, loop: World, reference: str | None
) -> None:
    one = loop.introduction("accepted")
    code = sending.new_code(one.referral)
    db.session.commit()
    typed = reference or one.referral.shown_reference
    for _ in range(10):
        browser.post("/my-referral", {"reference": typed, "code": "no"}, expect=422)
    browser.post("/my-referral", {"reference": typed, "code": code}, expect=429)


def test_it_stays_open_for_half_an_hour_in_this_browser_alone(
    sqlite_app: Flask, browser: Browser, loop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = loop.introduction("accepted")
    address = _opened(browser, one)
    assert "Your referral" in browser.get(address).main
    other = Browser(sqlite_app)
    other.client.set_cookie("my-referral", "WyJmb3JnZWQiXQ.forged.forged")
    assert "You need the reference and the code" in other.get(address).main
    assert other.get(f"{address}/seen", expect=303).headers["Location"].startswith("/my-referral/")
    later = int((clock.now() + timedelta(minutes=31)).timestamp())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: later)
    assert "You need the reference and the code" in browser.get(address).main


def test_a_new_code_shuts_what_the_old_one_opened(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    one = loop.introduction("accepted")
    address = _opened(browser, one)
    other = Browser(sqlite_app)
    _opened(other, one)
    assert "You need the reference" in browser.get(address).main
    page = other.follow(other.post(f"{address}/code", expect=303))
    (sentence,) = page.words(".notification--done")
    digits = "".join(letter for letter in sentence if letter.isdigit())
    assert browser.post("/my-referral", {"reference": one.referral.reference, "code": digits}, expect=303)
    assert digits not in other.get(address).html
    closed = browser.follow(browser.post(f"{address}/close", expect=303))
    assert "closed in this browser" in closed.main and "You need the reference" in browser.get(address).main


def test_cancelling_tells_the_group_and_shuts_its_view(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    one = loop.introduction("in-review")
    address = _opened(browser, one)
    assert "Find support" not in browser.get(address).words("#main a")
    told = browser.get(f"{address}/cancel").form(f"{address}/cancel")
    page = browser.follow(browser.post(f"{address}/cancel", {"which": told["which"]}, expect=303))
    assert "It is cancelled" in page.main and "Cancel my referral" not in page.main
    assert "Find support" in page.words("#main a"), "what is over leads on"
    assert "What you agreed to share" in page.words("h2"), "nobody sees anything now, so it does not say who does"
    one = _again(one)
    assert (one.state, one.reason_code, one.ended_by) == ("withdrawn", "no-longer-wants", "person")
    assert browser.post(f"{address}/cancel", {"which": told["which"]}, expect=303)


def test_another_reason_needs_words_to_be_one(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    one = loop.introduction("sent")
    address = _opened(browser, one)
    sent = {"which": one.reference, "why": "other", "words": "I am moving in with my son."}
    browser.post(f"{address}/cancel", sent, expect=303)
    assert (_again(one).reason_code, _again(one).reason_words) == ("other", "I am moving in with my son.")


def _typed(**changed: Any) -> dict[str, Any]:
    return {
        "ways": ["text"], "phone": "07700 900 111", "email": "", "address": "", "voicemail": "yes", "best_times": "",
        "language": "en", **changed,
    }  # fmt: skip


def test_how_one_is_reached_can_be_changed_and_a_clash_keeps_what_was_typed(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    one = loop.introduction("accepted")
    address = f"{_opened(browser, one)}/contact"
    shown = browser.get(address)
    version = str(shown.one("input[name=version]")["value"])
    assert shown.one("[name=email]")["value"] == "quilla.v@people.example.org"
    browser.post(address, _typed(version=version, phone="0770"), expect=422)
    browser.post(address, _typed(version=version), expect=303)
    person = _again(one).person
    assert person.contact == {"ways": ["text"], "phone": "+447700900111", "voicemail": True}
    clash = browser.post(address, _typed(version=version, phone="07700 900 222"), expect=409)
    assert clash.one("[name=phone]")["value"] == "07700 900 222" and "07700 900111" in clash.main
    newer = str(clash.one("input[name=version]")["value"])
    browser.post(address, _typed(version=newer, phone="07700 900 222"), expect=303)
    assert db.session.get_one(Person, person.id).contact["phone"] == "+447700900222"


@pytest.mark.parametrize(("coming", "state"), [("yes", "booked"), ("no", "accepted")])
def test_a_booked_visit_is_confirmed_or_cancelled(
    sqlite_app: Flask, browser: Browser, loop: World, coming: str, state: str
) -> None:
    one = loop.introduction("booked")
    address = _opened(browser, one)
    page = browser.get(address)
    assert "Your first visit is on" in page.main
    browser.post(f"{address}/visit", {"of": one.reference, "coming": coming}, expect=303)
    assert _again(one).state == state
    verbs = [event.verb for event in of_introduction(one.id)]
    assert verbs[-1] == ("visit_confirmed" if coming == "yes" else "unbook")
    assert (visiting.next_visit(_again(one)) is None) == (coming == "no")


def _ended(browser: Browser, address: str, end: str) -> Page:
    return browser.follow(browser.post(f"{address}/agreement", {"end": end}, expect=303))


def test_ending_an_agreement_ends_what_stood_under_it(app: Flask, browser: Browser, loop: World) -> None:
    one = loop.introduction("accepted")
    agree(loop.person, loop.team)
    address = _opened(browser, one)
    browser.post(f"{address}/agreement", expect=422)
    page = _ended(browser, address, loop.group.id.hex)
    assert "They see nothing now" in page.main
    assert (_again(one).state, _again(one).reason_code) == ("withdrawn", "consent-ended")
    statuses = {consent.organization_id: consent.status for consent in _again(one).person.consents}
    assert statuses == {loop.group.id: "withdrawn", loop.team.id: "active"}


def test_all_agreements_can_be_ended_at_once(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    one = loop.introduction("accepted")
    agree(loop.person, loop.team)
    _ended(browser, _opened(browser, one), "all")
    assert {consent.status for consent in _again(one).person.consents} == {"withdrawn"}


def test_who_has_seen_what_names_roles_and_organisations_not_people(
    sqlite_app: Flask, browser: Browser, loop: World, as_user: Any
) -> None:
    one = loop.introduction("accepted")
    page = browser.get(f"{_opened(browser, one)}/seen")
    assert "Group worker, Larkfield Circle" in page.main and "Said yes to your referral" in page.main
    assert "Link worker, Saffron Vale Link Workers" in page.main and "Opened this page with reference" in page.main
    assert "Gus Ferndale" not in page.html and "Lena Arkwright" not in page.html


def test_it_is_the_same_list_as_the_worker_has_but_names_no_group_that_something_was_about(
    sqlite_app: Flask, browser: Browser, loop: World, as_user: Any
) -> None:
    one = loop.introduction("accepted")
    address = _opened(browser, one)
    own, record = browser.get(f"{address}/seen"), as_user(loop.worker).get(f"/clients/{loop.person.reference}/seen")
    said = [row.replace("Noted that you agreed to share", "…") for row in own.words("tbody tr")]
    assert any("Opened this page with reference and code" in row for row in said)
    assert not any("referral to Larkfield Circle" in row or "share with" in row for row in said)
    # The worker has opened the list and the record since.
    assert len(record.words("tbody tr")) >= len(said)
    assert "Later entries" in browser.get(f"{address}/seen?page=2").main


def test_nothing_of_it_is_kept_by_a_browser(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    address = _opened(browser, loop.introduction("accepted"))
    page = browser.get(address)
    assert page.headers["Cache-Control"] == "no-store" and "noindex" in page.headers["X-Robots-Tag"]


def test_who_asked_for_somebody_else_reads_nothing_that_the_person_told_a_team_since(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    asked = loop.introduction("accepted")
    agree(loop.person, loop.team)
    asked.referral.route = "for-somebody"
    loop.person.contact = {"ways": ["phone"], "phone": "+447700900123"}
    address = _opened(browser, asked)
    page = browser.get(address)
    assert loop.service.name in page.main and "Cancel my referral" not in page.main
    assert "A link worker looks after this with them now" in page.main and f"{address}/contact" not in page.html
    assert "Saffron Vale Link Workers" not in page.main, "whom they share with since"
    for name in ("contact", "agreement", "seen", "cancel"):
        assert browser.get(f"{address}/{name}", expect=303).headers["Location"] == address
    browser.post(f"{address}/agreement", {"end": "all"}, expect=303)
    assert {consent.status for consent in _again(asked).person.consents} == {"active"}
    browser.post(f"{address}/cancel", {"which": asked.reference}, expect=303)
    assert _again(asked).state == "accepted", "the team and the person alone call it off since"
    loop.person.organization_id = None
    db.session.commit()
    assert "Cancel my referral" in browser.get(address).main
    assert "07700 900123" in browser.get(f"{address}/contact").html.replace("07700 900 123", "07700 900123")

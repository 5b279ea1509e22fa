"""Words of danger in every form in which somebody writes to somebody: help first, two ways on, and nothing typed is lost.

The table of `tests/house/danger_table.py` says which fields these are; here each kind of form is filled in as people do.
"""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any, NamedTuple

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.people import consents
from portal.people.consents import Agreement
from portal.people.models import Person, PersonContact
from portal.referrals import answering, links, sending
from portal.referrals.actors import Actor
from portal.referrals.models import Introduction, Message, Referral
from portal.referrals.sending import Wanted
from portal.referrals.transitions import Who
from tests.factories import Make
from tests.selfreferral import walking
from tests.support.files import pdf
from tests.support.page import Browser, Page
from tests.support.people import browser_as, make_user
from tests.support.referrals import NUMBER, World, make_person

HELP = "Does someone need help right now?"
SAID = {
    "English": "Some days I want to end my life",
    "misspelt": "sumdays i jus wana kil myslef",
    "Polish": "Chcę się zabić",
}
EMAIL = "hello@larkfield.example.org"
KEY = "one-time-key-0000000000000000"
EDINBURGH = "EH1 1YZ"
REPORT = {"result": "partly", "why_no_measure": "declined"}


class Filled(NamedTuple):
    """A form that is ready to be sent. `field`: where danger is written; `is_sent`: whether it went."""

    browser: Browser
    address: str
    typed: dict[str, Any]
    field: str
    is_sent: Callable[[], bool]


@pytest.fixture
def loop(make: Make) -> World:
    """A link worker team, a group with a service, and a person."""
    group = make.organisation("Larkfield Circle", email=EMAIL)
    return World(make.organisation("Saffron Vale Link Workers"), group, make.service(organisation=group))


def on(name: str, days: int) -> dict[str, str]:
    """A date so many days from today, in three boxes."""
    day = clock.today() + timedelta(days=days)
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def state_is(one: Introduction, wanted: str) -> Callable[[], bool]:
    """Whether it has come to this state."""

    def look() -> bool:
        db.session.expire_all()
        return db.session.get_one(Introduction, one.id).state == wanted

    return look


def is_written() -> bool:
    """Whether there is a message."""
    db.session.expire_all()
    return db.session.query(Message).count() > 0


def _held(browser: Browser, page: str, action: str | None = None) -> dict[str, str]:
    """What the form of a page brings of its own, unseen."""
    fields = browser.get(page).select(f'form[action="{action or page}"] input[type=hidden]')
    return {str(field["name"]): str(field["value"]) for field in fields if field["name"] != "csrf_token"}


def group_asks(app: Flask, loop: World) -> Filled:
    one, browser = loop.introduction("in-review"), browser_as(app, loop.group_worker)
    address = f"/group/referrals/{one.shown_reference}"
    typed = {**_held(browser, address), "answer": "ask"}
    return Filled(browser, address, typed, "question", state_is(one, "info-requested"))


def group_declines_by_link(app: Flask, loop: World) -> Filled:
    one, browser = loop.introduction("sent"), Browser(app)
    address = f"/respond/{links.new_link(one, 'answer', email=EMAIL)}"
    db.session.commit()
    typed = {**_held(browser, address), "press": "answer", "answer": "decline", "reason": "other"}
    return Filled(browser, address, typed, "words", state_is(one, "declined"))


def group_ends_by_link(app: Flask, loop: World) -> Filled:
    one, browser = loop.introduction("in-progress"), Browser(app)
    address = f"/respond/{links.new_link(one, 'ending', email=EMAIL)}/ended"
    db.session.commit()
    typed = {**_held(browser, address), "press": "ended", "how": "finished", **REPORT, **on("last_contact", 0)}
    return Filled(browser, address, typed, "onward", state_is(one, "completed"))


def group_writes(app: Flask, loop: World) -> Filled:
    one, browser = loop.introduction("accepted"), browser_as(app, loop.group_worker)
    address = f"/group/referrals/{one.shown_reference}"
    return Filled(browser, f"{address}/messages", {"key": KEY}, "message", is_written)


def group_notes_a_contact(app: Flask, loop: World) -> Filled:
    one, browser = loop.introduction("accepted"), browser_as(app, loop.group_worker)
    address = f"/group/referrals/{one.shown_reference}/contact"
    typed = {**_held(browser, address), "mode": "phone", "outcome": "reached", **on("on", 0)}
    return Filled(browser, address, typed, "note", lambda: db.session.query(PersonContact).count() == 1)


def worker_writes(app: Flask, loop: World) -> Filled:
    one, browser = loop.introduction("accepted"), browser_as(app, loop.worker)
    address = f"/clients/{one.person.reference}/referrals/{one.reference}"
    return Filled(browser, f"{address}/message", _of_act(browser, address, "message"), "message-words", is_written)


def worker_withdraws(app: Flask, loop: World) -> Filled:
    one, browser = loop.introduction("sent"), browser_as(app, loop.worker)
    address = f"/clients/{one.person.reference}/referrals/{one.reference}"
    typed = {**_of_act(browser, address, "withdraw"), "withdraw-reason": "other"}
    return Filled(browser, f"{address}/withdraw", typed, "withdraw-words", state_is(one, "withdrawn"))


def worker_refers(app: Flask, loop: World) -> Filled:
    browser, address = browser_as(app, loop.worker), f"/clients/{loop.person.reference}/refer"
    typed = {
        "key": KEY, "service": str(loop.service.id), "needs": "loneliness", "how": "worker", "surname": "no",
        "reason": "Company.",
    }  # fmt: skip
    return Filled(browser, address, typed, "basis_note", lambda: db.session.query(Referral).count() == 1)


def team_asks_a_practice(app: Flask, loop: World) -> Filled:
    (one, _clinician), browser = _handed(loop), browser_as(app, loop.worker)
    address = f"/caseload/new/{one.reference}"
    typed = {**_held(browser, address), "answer": "ask"}
    return Filled(browser, address, typed, "question", state_is(one, "info-requested"))


def practice_hands_over(app: Flask, loop: World) -> Filled:
    practice = loop.team
    browser = browser_as(app, make_user("referrer", organisation=practice))
    typed = {
        "name": "Tamsin Oddie", "who": NUMBER, "contact": "07700 900 982", "ways": "phone", "reason": "Company.", "key": KEY,
        "agreed": "spoken", "given_by": "worker",
    }  # fmt: skip
    return Filled(
        browser, "/refer/link-worker", typed, "basis_note", lambda: db.session.query(Introduction).count() == 1
    )


def practice_answers(app: Flask, loop: World) -> Filled:
    one, clinician = _handed(loop)
    answering.ask(
        one,
        "Do they live alone?",
        by=Actor(Who.PROVIDER, user=loop.worker, organization_id=loop.team.id),
    )
    db.session.commit()
    browser = browser_as(app, clinician)
    address = f"/refer/followed/{one.reference}"
    typed = {"key": KEY, "version": str(one.version)}
    return Filled(
        browser, address, typed, "words", lambda: db.session.query(Message).filter_by(kind="answer").count() == 1
    )


def practice_calls_it_off(app: Flask, loop: World) -> Filled:
    one, clinician = _handed(loop)
    browser = browser_as(app, clinician)
    typed = {"reason": "other", "version": str(one.version)}
    return Filled(browser, f"/refer/followed/{one.reference}/withdraw", typed, "words", state_is(one, "withdrawn"))


def person_writes(app: Flask, loop: World) -> Filled:
    browser, address, one = _asked_themselves(app, loop)
    return Filled(browser, f"{address}/write", {"of": one.reference, "key": KEY}, "words", is_written)


def person_cancels(app: Flask, loop: World) -> Filled:
    browser, address, one = _asked_themselves(app, loop)
    typed = {"which": one.reference, "why": "other"}
    return Filled(browser, f"{address}/cancel", typed, "words", state_is(one, "withdrawn"))


def person_says_when(app: Flask, loop: World) -> Filled:
    browser, address, one = _asked_themselves(app, loop)
    version = str(browser.get(f"{address}/contact").one("input[name=version]")["value"])
    typed = {"ways": "text", "phone": "07700 900 111", "voicemail": "yes", "language": "en", "version": version}

    def is_sent() -> bool:
        db.session.expire_all()
        contact = db.session.get_one(Person, one.person_id).contact or {}
        return contact.get("phone") == "+447700900111"

    return Filled(browser, f"{address}/contact", typed, "best_times", is_sent)


def _of_act(browser: Browser, address: str, act: str) -> dict[str, str]:
    held = browser.get(address).form(f"{address}/{act}")
    return {name: value for name, value in held.items() if name.endswith(("-key", "-version"))}


def _handed(loop: World) -> tuple[Introduction, User]:
    """Somebody whom a practice handed over to the team, and who did it."""
    clinician = make_user("referrer", organisation=loop.group, name="Dr Una Holt")
    person = make_person(None, given_name="Tamsin", family_name="Oddie", nhs_number=NUMBER)
    by = Actor(Who.REFERRER, user=clinician, organization_id=loop.group.id)
    wanted = Wanted(route="clinician", needs=["loneliness"], reason="Alone since the move.")
    referral = sending.new_referral(person, wanted, by=by, organization_id=loop.group.id, user_id=clinician.id)
    one = sending.to_team(referral, loop.team.id, by=by)
    sending.send(one, consents.give(person, loop.team.id, Agreement(how="spoken"), by=clinician), by=by)
    db.session.commit()
    return one, clinician


def _asked_themselves(app: Flask, loop: World) -> tuple[Browser, str, Introduction]:
    browser, start = Browser(app), f"/refer/{loop.service.id}"
    sent = walking.send(browser, start, walking.walk(browser, start, walking.REFER))
    reference, code = walking.code_of(sent)
    opened = browser.post("/my-referral", {"reference": reference, "code": code}, expect=303)
    db.session.rollback()
    return browser, str(opened.headers["Location"]), db.session.query(Introduction).one()


FORMS = (
    group_asks, group_declines_by_link, group_ends_by_link, group_writes, group_notes_a_contact, worker_writes,
    worker_withdraws, worker_refers, team_asks_a_practice, practice_hands_over, practice_answers, practice_calls_it_off,
    person_writes, person_cancels, person_says_when,
)  # fmt: skip


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.__name__)
def test_help_comes_first_and_nothing_is_stopped_or_lost(
    sqlite_app: Flask, loop: World, form: Callable[[Flask, World], Filled], said: str
) -> None:
    browser, address, typed, field, is_sent = form(sqlite_app, loop)
    typed = {**typed, field: said}
    page = browser.post(address, typed, expect=200)
    assert page.words("h1") == [HELP] and "116 123" in page.main and page.select("a[href='tel:999']")
    assert not is_sent()
    sent_on = page.one("form:has(button[name=send])")
    action, carried = (
        str(sent_on["action"]),
        {str(one["name"]): str(one["value"]) for one in sent_on.select("input[type=hidden]")},
    )
    assert {name: carried.get(name) for name in typed} == typed, "what was typed goes along"
    back = browser.post(action, {**carried, "change": "yes"}, expect=200)
    assert said in [tag.get_text().strip() for tag in back.select("textarea")] or said in [
        str(tag.get("value")) for tag in back.select("input[type=text]")
    ], "nothing typed is lost"
    assert not is_sent() and not back.select(".error-summary")
    browser.post(action, {**carried, "send": "yes"}, expect=303)
    assert is_sent()


@pytest.mark.parametrize("stray", ["endpoint=x", "_external=1", "_scheme=x", "reference=x&token=x&service=x", "self=1"])
def test_no_parameter_of_an_address_stands_before_help(sqlite_app: Flask, loop: World, stray: str) -> None:
    browser, address, typed, field, is_sent = group_declines_by_link(sqlite_app, loop)
    page = browser.post(f"{address}?{stray}", {**typed, field: SAID["English"]}, expect=200)
    action = str(page.one("form:has(button[name=send])")["action"])
    assert page.words("h1") == [HELP] and action.partition("?")[0] == address and not is_sent()


def test_everyday_words_go_at_once(sqlite_app: Flask, loop: World) -> None:
    browser, address, typed, field, is_sent = worker_writes(sqlite_app, loop)
    browser.post(address, {**typed, field: "She left a dead end job and likes a killer quiz night"}, expect=303)
    assert is_sent()


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("On kopie i bije mnie, boję się męża", ["abuse"]),
        ("my husban hits me and i hav nowhere to sleep tonight", ["abuse", "homelessness"]),
        ("he has took an overdoes and wont wake up", ["emergency", "mental_health"]),
    ],
)
def test_the_cards_are_those_of_the_danger_worst_first(
    sqlite_app: Flask, loop: World, said: str, kinds: list[str]
) -> None:
    browser, address, typed, field, _is_sent = group_asks(sqlite_app, loop)
    page = browser.post(address, {**typed, field: said}, expect=200)
    assert [str(tag["id"]) for tag in page.select(".urgent-card h2")] == [f"urgent-{kind}" for kind in kinds]


def test_the_numbers_are_those_of_where_the_person_lives(sqlite_app: Flask, loop: World) -> None:
    loop.person.postcode = EDINBURGH
    db.session.commit()
    browser, address, typed, field, _is_sent = worker_writes(sqlite_app, loop)
    page = browser.post(address, {**typed, field: SAID["English"]}, expect=200)
    assert "0800 83 85 87" in page.main and "option 2" not in page.main


def test_a_file_is_not_lost_to_the_page_between_and_the_numbers_follow(sqlite_app: Flask, loop: World) -> None:
    browser, address, typed, field, is_sent = worker_writes(sqlite_app, loop)
    file = (BytesIO(pdf()), "letter.pdf", "application/pdf")
    sent = browser.post(address, {**typed, field: SAID["English"], "message-file": file}, expect=303)
    page = browser.follow(sent)
    assert is_sent() and page.select(".urgent-card") and "116 123" in page.main
    assert "Sent. They hear that there is a message." in page.main


KEPT: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a contact": ("/contacts/add", "note", {"outcome": "reached", "mode": "phone", **on("on", 0), "key": KEY}),
    "a goal": ("/goals/add", "words", {"key": KEY}),
    "what comes next": ("/next-step", "step", {**on("on", 1), "version": "1"}),
    "what matters": ("/change/matters", "what_matters", {"needs": "loneliness", "version": "1"}),
    "what keeps safe": ("/change/risk", "triggers", {"version": "1"}),
    "how they talk": ("/change/access", "communication", {"language": "en", "version": "1"}),
    "when to ring": ("/change/contact", "bad_times", {"ways": "through-me", "version": "1"}),
    "why nobody may ring": ("/do-not-contact", "reason", {"version": "1"}),
    "a flag": ("/flag", "why", {"area": "", "key": KEY}),
    "why they cannot decide": (
        "/agreements/add", "basis_note",
        {"how": "best-interest", "given_by": "worker", "scopes": ["demographics", "needs"], "key": KEY},
    ),
}  # fmt: skip


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
@pytest.mark.parametrize("where", KEPT)
def test_what_a_link_worker_keeps_brings_the_numbers_with_the_next_page_once(
    sqlite_app: Flask, loop: World, where: str, said: str
) -> None:
    path, field, told = KEPT[where]
    make_user("safeguarding-lead", organisation=loop.team)
    browser, record = browser_as(sqlite_app, loop.worker), f"/clients/{loop.person.reference}"
    if "area" in told:
        told = {**told, "area": str(browser.get(f"{record}{path}").select("#area option")[0]["value"])}
    if path == "/agreements/add":
        told = {**told, "organisation": str(loop.group.id)}
    page = browser.follow(browser.post(f"{record}{path}", {**told, field: said}, expect=303))
    assert page.words(".urgent-card h2") == ["Urgent: Talk to someone now"] and "It is kept all the same" in page.main
    assert page.link("Raise a worry about safety") == f"/safety/raise?person={loop.person.reference}"
    assert page.words("main h2")[0] == "Urgent: Talk to someone now"
    assert "Q.V." in browser.get(page.link("Raise a worry about safety")).main
    assert not browser.get(record).select(".urgent-card")


def test_what_stood_there_before_brings_no_numbers_again(sqlite_app: Flask, loop: World) -> None:
    loop.person.what_matters = SAID["English"]
    db.session.commit()
    browser, record = browser_as(sqlite_app, loop.worker), f"/clients/{loop.person.reference}"
    told = {"what_matters": SAID["English"], "needs": "bereavement", "version": "1"}
    page: Page = browser.follow(browser.post(f"{record}/change/matters", told, expect=303))
    assert not page.select(".urgent-card") and "Saved" in page.main


def test_somebody_new_whose_words_speak_of_danger_is_added_and_the_numbers_follow(
    sqlite_app: Flask, loop: World
) -> None:
    browser = browser_as(sqlite_app, loop.worker)
    told = {
        "team": str(loop.team.id), "given_name": "Ida", "family_name": "Marlow", "age_group": "65-over", "no_number": "not-known",
        "postcode": EDINBURGH, "ways": "through-me", "what_matters": SAID["Polish"], "key": KEY,
    }  # fmt: skip
    page = browser.follow(browser.post("/clients/new", told, expect=303))
    assert page.select(".urgent-card") and "0800 83 85 87" in page.main
    assert SAID["Polish"] in page.main

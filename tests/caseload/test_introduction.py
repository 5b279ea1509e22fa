"""One introduction as its referrer sees it: what can be done in each state, by whom, once, and with which words."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.measures.words import WHY_NONE
from portal.people.models import Goal
from portal.referrals import answering, ending, sending, visiting, withdrawing
from portal.referrals.actors import Actor
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, IntroductionEvent, IntroductionLink, Message
from portal.referrals.sending import Wanted
from portal.referrals.transitions import Who
from tests.caseload.test_referring import filled, send
from tests.factories import Make
from tests.support.page import Browser, Page
from tests.support.people import browser_as, make_user
from tests.support.referrals import World, agree, make_person


@pytest.fixture
def worker(loop: World, app: Flask) -> Browser:
    return browser_as(app, loop.worker)


def at(one: Introduction) -> str:
    return f"/clients/{one.person.reference}/referrals/{one.reference}"


def act(browser: Browser, one: Introduction, name: str, *, expect: int = 303, **told: Any) -> Page:
    """Press one button of the page, with what it holds now."""
    address = at(one)
    hidden = browser.get(address).form(f"{address}/{name}")
    data = {key: value for key, value in hidden.items() if key.endswith(("-key", "-version"))}
    return browser.post(
        f"{address}/{name}", {**data, **{f"{name}-{key}": value for key, value in told.items()}}, expect=expect
    )


def state(one: Introduction) -> str:
    db.session.expire_all()
    return db.session.get_one(Introduction, one.id).state


def offers(page: Page) -> set[str]:
    return {str(tag["id"]).removeprefix("act-") for tag in page.select("details.introduction__act")}


OFFERED = {
    "draft": {"withdraw", "mistake"},
    "awaiting-consent": {"agreed", "refuse", "withdraw", "mistake"},
    "sent": {"message", "chase", "withdraw", "mistake"},
    "in-review": {"message", "chase", "withdraw", "mistake"},
    "info-requested": {"answer", "withdraw", "mistake"},
    "waiting-list": {"message", "withdraw", "mistake"},
    "accepted": {"message", "withdraw", "mistake"},
    "booked": {"message", "withdraw", "mistake"},
    "in-progress": {"message", "complete", "end", "withdraw", "mistake"},
    "paused": {"message", "end", "withdraw", "mistake"},
    "completed": {"reopen", "mistake"},
    "ended-early": {"reopen", "mistake"},
    "not-started": {"seen", "reopen", "close", "mistake"},
    "declined": {"seen", "reopen", "close", "mistake"},
    "redirected": {"seen", "reopen", "close", "mistake"},
    "expired": {"seen", "reopen", "close", "mistake"},
    "withdrawn": {"reopen", "mistake"},
    "patient-declined": {"mistake"},
    "entered-in-error": set(),
}


@pytest.mark.parametrize("named", sorted(OFFERED))
def test_each_state_offers_what_the_table_allows(loop: World, sqlite_app: Flask, named: str) -> None:
    one = loop.introduction(named)
    page = browser_as(sqlite_app, loop.worker).get(at(one))
    assert offers(page) == OFFERED[named]
    assert "Vantongeren" not in page.one("title").get_text() + page.one("h1").get_text()


def test_a_question_is_answered_where_it_stands(loop: World, worker: Browser) -> None:
    one = loop.introduction("info-requested")
    assert "Can they manage a gravel path?" in worker.get(at(one)).main
    wrong = act(worker, one, "answer", words="", expect=422)
    assert "Write your answer" in wrong.text
    act(worker, one, "answer", words="Yes, with a stick.")
    assert state(one) == "in-review"
    assert [(row.side, row.kind) for row in one.messages] == [("group", "question"), ("referrer", "answer")]


def test_an_answer_to_what_was_answered_meanwhile_keeps_the_words(loop: World, app: Flask, worker: Browser) -> None:
    one = loop.introduction("info-requested")
    address = at(one)
    hidden = worker.get(address).form(f"{address}/answer")
    colleague = make_user("link-worker", organisation=loop.team)
    act(browser_as(app, colleague), one, "answer", words="A colleague was quicker.")
    late = worker.post(f"{address}/answer", {**hidden, "answer-words": "My long answer."}, expect=409)
    assert "My long answer." in late.html and "Someone else changed this" in late.text
    assert db.session.query(Message).count() == 2


def test_messages_go_both_ways_and_once(loop: World, worker: Browser) -> None:
    one = loop.introduction("accepted")
    address = at(one)
    hidden = worker.get(address).form(f"{address}/message")
    for _again in range(2):
        worker.post(f"{address}/message", {**hidden, "message-words": "She comes by bus."}, expect=303)
    assert worker.get(address).main.count("She comes by bus.") == 1


def test_a_group_is_reminded_and_not_again_at_once(loop: World, worker: Browser) -> None:
    one = loop.introduction("sent")
    address = at(one)
    hidden = worker.get(address).form(f"{address}/chase")
    worker.post(f"{address}/chase", hidden, expect=303)
    assert "chase" not in offers(worker.get(address))
    worker.post(f"{address}/chase", hidden, expect=409)
    assert db.session.query(IntroductionEvent).filter_by(verb="chase").count() == 1


def test_withdrawing_needs_a_reason_and_a_sentence_where_the_reason_is_none(loop: World, worker: Browser) -> None:
    one = loop.introduction("accepted")
    assert "Choose a reason" in act(worker, one, "withdraw", expect=422).text
    assert "Say in a sentence why" in act(worker, one, "withdraw", reason="other", expect=422).text
    act(worker, one, "withdraw", reason="needs-met-elsewhere")
    page = worker.get(at(one))
    assert state(one) == "withdrawn" and "Found help elsewhere" in page.main


def test_after_a_refusal_the_suggestion_and_others_stand_ready(loop: World, worker: Browser, make: Make) -> None:
    suggested, near = make.service("Kettle and Chat"), make.service("Walk and Talk")
    one = loop.introduction("sent")
    answering.decline(one, by=loop.answers(one), given=Given(reason="no-capacity", suggestion_id=suggested.id))
    db.session.commit()
    page = worker.get(at(one))
    assert "The group suggests it" in page.main and f"service={suggested.id}" in page.html
    assert f"service={near.id}" in page.html
    act(worker, one, "seen")
    db.session.expire_all()
    assert db.session.get_one(Introduction, one.id).is_acted_on


def test_choosing_another_sees_to_the_refusal(loop: World, worker: Browser, make: Make) -> None:
    one, near = loop.introduction("declined"), make.service("Walk and Talk")
    way = next(str(tag["href"]) for tag in worker.get(at(one)).select("a") if f"service={near.id}" in str(tag["href"]))
    told = filled(worker.get(way), how="spoken")
    check = worker.follow(worker.post(f"/clients/{one.person.reference}/refer", told, expect=303))
    assert not db.session.get_one(Introduction, one.id).is_acted_on
    send(worker, check)
    db.session.expire_all()
    assert db.session.get_one(Introduction, one.id).is_acted_on


def test_trying_again_makes_a_new_one_within_ninety_days(loop: World, worker: Browser) -> None:
    one = loop.introduction("declined")
    act(worker, one, "reopen", words="They have space again.")
    again = db.session.query(Introduction).filter_by(replaces_id=one.id).one()
    assert again.state == "sent"
    one.ended_at = clock.now() - timedelta(days=91)
    db.session.commit()
    assert "reopen" not in offers(worker.get(at(one)))


def test_closing_ends_the_referral_once_nothing_is_open(loop: World, worker: Browser) -> None:
    one = loop.introduction("declined")
    act(worker, one, "close", reason="no-longer-wants")
    db.session.expire_all()
    assert one.referral.status == "revoked" and "close" not in offers(worker.get(at(one)))


def test_a_mistake_needs_a_second_person(loop: World, app: Flask, worker: Browser) -> None:
    one = loop.introduction("sent")
    act(worker, one, "mistake", words="The wrong person.")
    page = worker.get(at(one))
    assert state(one) == "sent" and "A second person has to confirm it" in page.text and "confirm" not in offers(page)
    worker.post(f"{at(one)}/confirm", {"confirm-words": "Yes.", "confirm-version": str(one.version)}, expect=422)
    second = browser_as(app, make_user("link-worker", organisation=loop.team))
    assert loop.person.shown_reference in second.get("/caseload/mistakes").text
    act(second, one, "confirm", words="I looked: yes.")
    assert state(one) == "entered-in-error"
    assert loop.person.shown_reference not in second.get("/caseload/mistakes").text


def test_a_second_person_may_say_that_it_was_no_mistake(loop: World, sqlite_app: Flask) -> None:
    one = loop.introduction("sent")
    act(browser_as(sqlite_app, loop.worker), one, "mistake", words="The wrong person.")
    assert "no-mistake" not in offers(browser_as(sqlite_app, loop.worker).get(at(one)))
    second = browser_as(sqlite_app, make_user("link-worker", organisation=loop.team))
    act(second, one, "no-mistake", words="It is her.")
    record = second.get(f"/clients/{loop.person.reference}").main
    assert "Said to be entered by mistake: Tuesday Table" in record and "The wrong person." in record
    assert "Was no mistake, and stays: Tuesday Table" in record and "It is her." in record
    assert (state(one), one.error_asked_by_id) == ("sent", None)
    assert loop.person.shown_reference not in second.get("/caseload/mistakes").text


def test_ending_it_for_the_group_asks_for_the_outcome(loop: World, worker: Browser) -> None:
    one = loop.introduction("in-progress")
    today = clock.today()
    told: dict[str, Any] = {
        "last_contact-day": today.day,
        "last_contact-month": today.month,
        "last_contact-year": today.year,
    }
    assert "Say how it turned out" in act(worker, one, "complete", expect=422, **told).text
    long_ago = {**told, "last_contact-year": 1850}
    assert "more than 2 years ago" in act(worker, one, "complete", expect=422, result="partly", **long_ago).text
    assert "Add a measure, or say why" in act(worker, one, "complete", expect=422, result="partly", **told).text
    act(worker, one, "complete", result="partly", why_no_measure="declined", words="She went each week.", **told)
    page = worker.get(at(one))
    assert state(one) == "completed" and "Partly achieved" in page.main and "She went each week." in page.main


def test_what_the_group_reported_is_read_in_words(loop: World, worker: Browser) -> None:
    one = loop.introduction("completed")
    one.report = {**(one.report or {}), "last_contact": "2026-03-02", "onward": "A walking group."}
    db.session.commit()
    page = worker.get(at(one)).main
    assert "2 March 2026" in page and "2026-03-02" not in page
    assert "What could come next" in page and "A walking group." in page


def test_ending_it_early(loop: World, worker: Browser) -> None:
    one = loop.introduction("in-progress")
    act(worker, one, "end", reason="moved-away")
    assert state(one) == "ended-early" and "Moved away" in worker.get(at(one)).main


def test_who_was_asked_by_link_may_say_it_another_way(loop: World, worker: Browser) -> None:
    one = loop.introduction("awaiting-consent")
    one.referral.told = {"agreement": {"how": "ask", "scopes": ["demographics", "needs"]}}
    db.session.commit()
    act(worker, one, "agreed", how="spoken")
    assert state(one) == "sent"


def test_who_was_asked_by_link_is_asked_again_the_next_working_day(loop: World, worker: Browser) -> None:
    one = loop.introduction("awaiting-consent")
    assert "ask-again" not in offers(worker.get(at(one)))
    one.changed_at = clock.now() - timedelta(days=5)
    db.session.commit()
    act(worker, one, "ask-again")
    assert "ask-again" not in offers(worker.get(at(one)))
    assert db.session.query(IntroductionLink).filter_by(purpose="agree", is_dead=False).count() == 1


def test_who_was_asked_by_link_may_say_no(loop: World, worker: Browser) -> None:
    one = loop.introduction("awaiting-consent")
    act(worker, one, "refuse", words="She would rather not.")
    assert state(one) == "patient-declined"


def handed_over(loop: World, make: Make) -> Introduction:
    """From a practice to the team, which has accepted."""
    practice = make.organisation("Mill Lane Surgery")
    doctor = make.user("referrer", organisation=practice)
    by = Actor(Who.REFERRER, user=doctor, organization_id=practice.id)
    referral = sending.new_referral(
        loop.person,
        Wanted(route="clinician", needs=["loneliness"]),
        by=by,
        organization_id=practice.id,
        user_id=doctor.id,
    )
    one = sending.to_team(referral, loop.team.id, by=by)
    sending.send(one, agree(loop.person, loop.team), by=by)
    answering.accept(one, by=Actor(Who.PROVIDER, user=loop.worker, organization_id=loop.team.id))
    db.session.commit()
    return one


def test_link_work_starts_pauses_goes_on_and_ends_with_goals(loop: World, worker: Browser, make: Make) -> None:
    one = handed_over(loop, make)
    goal = Goal(person_id=loop.person.id, words="To get out twice a week")
    db.session.add(goal)
    db.session.commit()
    today, later = clock.today(), clock.today() + timedelta(days=10)
    assert {"start", "message", "mistake"} - offers(worker.get(at(one))) <= {"mistake"}
    act(
        worker,
        one,
        "start",
        **{"started_on-day": today.day, "started_on-month": today.month, "started_on-year": today.year},
    )
    act(
        worker, one, "pause", words="In hospital",
        **{"review_on-day": later.day, "review_on-month": later.month, "review_on-year": later.year},
    )  # fmt: skip
    assert state(one) == "paused"
    act(worker, one, "resume")
    last = {"last_contact-day": today.day, "last_contact-month": today.month, "last_contact-year": today.year}
    assert (
        "Say how each goal turned out" in act(worker, one, "complete", expect=422, why_no_measure="unwell", **last).text
    )
    act(worker, one, "complete", **{f"goal_{goal.id}": "achieved"}, why_no_measure="unwell", **last)
    db.session.expire_all()
    assert state(one) == "completed" and db.session.get_one(Goal, goal.id).result == "achieved"


def test_a_stale_page_changes_nothing(loop: World, worker: Browser) -> None:
    one = loop.introduction("accepted")
    address = at(one)
    hidden = worker.get(address).form(f"{address}/withdraw")
    visiting.book(one, clock.now() + timedelta(days=2), by=loop.answers(one))
    db.session.commit()
    page = worker.post(f"{address}/withdraw", {**hidden, "withdraw-reason": "illness"}, expect=409)
    assert "Someone else changed this" in page.text and page.select('input[value="illness"][checked]')
    assert state(one) == "booked"


def test_nobody_else_finds_it(loop: World, sqlite_app: Flask, make: Make) -> None:
    one = loop.introduction("sent")
    far = make.organisation("Far Team")
    stranger = browser_as(sqlite_app, make.user("link-worker", organisation=far))
    stranger.get(at(one), expect=404)
    stranger.post(f"{at(one)}/withdraw", {"withdraw-reason": "illness"}, expect=404)
    assert loop.person.shown_reference not in stranger.get("/caseload/mistakes").text
    browser_as(sqlite_app, loop.group_worker).get(at(one), expect=403)
    other = make.user("link-worker", organisation=loop.team)
    assert browser_as(sqlite_app, other).get(at(one)).status == 200
    browser_as(sqlite_app, other).post(f"{at(one)}/no-such", {}, expect=404)


def test_another_persons_reference_leads_nowhere(loop: World, worker: Browser) -> None:
    one = loop.introduction("sent")
    other = make_person(loop.team)
    worker.get(f"/clients/{other.reference}/referrals/{one.reference}", expect=404)


def test_a_mistake_with_a_record_that_is_shut_names_nobody(sqlite_app: Flask, loop: World) -> None:
    one = loop.introduction("sent")
    ending.mark_error(one, by=loop.asks(one), words="The wrong person.")
    browser = browser_as(sqlite_app, loop.worker)
    assert "Q.V." in browser.get("/caseload/mistakes").main
    withdrawing.withdraw_consent(loop.person, None, by="person", how="online")
    page = browser.get("/caseload/mistakes")
    assert "Q.V." not in page.html and loop.person.shown_reference not in page.html


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("not-used", "We use no questionnaire"),
        ("not-suitable", None),
        ("something that no table holds any more", None),
    ],
)
def test_why_a_group_took_no_measure_is_said_where_it_ended(
    loop: World, worker: Browser, code: str, said: str | None
) -> None:
    one = loop.introduction("completed")
    one.report = {**(one.report or {}), "measure_id": None, "why_no_measure": code}
    db.session.commit()
    said = said or (str(WHY_NONE[code]) if code in WHY_NONE else None)
    page = worker.get(at(one))
    assert said in page.main if said else code not in page.main

"""What is done with a record: contacts, goals, what comes next, agreements, measures, and what becomes of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.caseload.agreements_words import WORDS
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.measures import actions as measuring
from portal.measures.models import MeasureResult
from portal.people import consents
from portal.people.models import Consent, Goal, Person, PersonContact, PersonFlag
from portal.referrals.models import Introduction
from tests.factories import Make
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.referrals import World, agree

AsUser = Callable[..., Browser]
KEY = "k" * 32


def at(world: World, part: str = "") -> str:
    return f"/clients/{world.person.reference}{part}"


def boxes(name: str, day: Any) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def person_of(world: World) -> Person:
    db.session.expire_all()
    return db.session.get_one(Person, world.person.id)


def all_of(kind: Any) -> list[Any]:
    db.session.expire_all()
    return list(db.session.scalars(select(kind)))


def audited(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_a_contact_and_a_try_are_told_apart(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser = as_user(loop.worker)
    told = {"mode": "phone", "minutes": "20", **boxes("on", clock.today()), "key": KEY}
    browser.post(at(loop, "/contacts/add"), {**told, "outcome": "reached", "note": "Likes tea."}, expect=303)
    browser.post(at(loop, "/contacts/add"), {**told, "outcome": "reached", "note": "Likes tea."}, expect=303)
    browser.post(at(loop, "/contacts/add"), {**told, "outcome": "no-answer", "key": "x" * 32}, expect=303)
    kept = sorted(all_of(PersonContact), key=lambda one: one.outcome)
    assert [(one.outcome, one.minutes) for one in kept] == [("no-answer", None), ("reached", 20)]
    page = browser.get(at(loop, "?show=contacts"))
    assert "Phone contact, 20 minutes" in page.main and "Tried: Phone. No answer" in page.main
    browser.post(at(loop, "/contacts/add"), {**told, "outcome": "", "key": "y" * 32}, expect=422)
    late = boxes("on", clock.today() + timedelta(days=1))
    browser.post(at(loop, "/contacts/add"), {**told, **late, "outcome": "reached", "key": "z" * 32}, expect=422)


def test_a_goal_is_added_once_and_turns_out(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser = as_user(loop.worker)
    for _twice in range(2):
        browser.post(at(loop, "/goals/add"), {"words": "Go to one group a week.", "key": KEY}, expect=303)
    [goal] = all_of(Goal)
    browser.post(at(loop, "/goals"), {f"goal-{goal.id}": "partly"}, expect=303)
    [goal] = all_of(Goal)
    assert goal.result == "partly" and goal.result_at is not None
    browser.post(at(loop, "/goals"), {f"goal-{goal.id}": "splendid"}, expect=422)
    assert "Go to one group" not in str([entry.details for entry in audited("person.goals")])


def test_the_next_step_is_kept_and_a_clash_shows_it(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser, day = as_user(loop.worker), clock.today() + timedelta(days=3)
    told = {"step": "Phone about lunch", "at": "2.30pm", **boxes("on", day), "version": "1"}
    browser.post(at(loop, "/next-step"), told, expect=303)
    kept = person_of(loop)
    assert (kept.next_step, kept.next_on, str(kept.next_time)) == ("Phone about lunch", day, "14:30:00")
    page = browser.post(at(loop, "/next-step"), {**told, "step": "Write"}, expect=409)
    assert "Phone about lunch" in page.one(".frame").get_text()


def test_an_agreement_is_noted_with_its_words(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser, address = as_user(loop.worker), at(loop, "/agreements/add")
    assert "Larkfield Circle" in browser.get(f"{address}?name=larkf").main
    where = f"{address}?organisation={loop.group.id}"
    assert "Version 2026-11" in browser.get(where).main
    told = {
        "organisation": str(loop.group.id),
        "scopes": ["demographics", "needs"],
        "how": "spoken",
        "given_by": "person",
    }
    browser.post(address, told, expect=303)
    held = consents.active(loop.person.id, loop.group.id)
    assert held is not None and held.wording == "2026-11" and held.recorded_for_id == loop.team.id
    shown = browser.get(at(loop, "/agreements")).main
    assert "Larkfield Circle Yes" in shown and "I would like to tell Larkfield Circle what we have ticked" in shown
    assert consents.WORDING in WORDS
    browser.post(address, {**told, "scopes": ["needs"]}, expect=422)
    page = browser.post(address, {**told, "how": "best-interest"}, expect=422)
    assert page.one(".error-summary a")["href"] == "#given_by"


def test_what_stands_open_with_a_group_goes_on_under_a_new_agreement(
    sqlite_app: Flask, loop: World, as_user: AsUser
) -> None:
    """Else the group would be shut out of what it has, and could neither answer nor end it."""
    one = loop.introduction("in-review")
    told = {"organisation": str(loop.group.id), "how": "spoken", "given_by": "person"}
    told |= {"scopes": ["demographics", "needs", "health"]}  # type: ignore[dict-item]
    as_user(loop.worker).post(at(loop, "/agreements/add"), told, expect=303)
    held = consents.active(loop.person.id, loop.group.id)
    assert held is not None and one.consent_id == held.id
    as_user(loop.group_worker).get(f"/group/referrals/{one.reference}")


def test_ending_an_agreement_says_what_ends_and_ends_it(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    one = loop.introduction("accepted")
    browser, address = as_user(loop.worker), at(loop, "/agreements/end")
    page = browser.get(f"{address}?organisation={loop.group.id}")
    assert one.to_what in page.main
    browser.post(address, {"organisation": str(loop.group.id)}, expect=422)
    browser.post(address, {"organisation": str(loop.group.id), "how": "spoken"}, expect=303)
    db.session.expire_all()
    assert db.session.get_one(Introduction, one.id).state == "withdrawn"
    assert "Ended" in browser.get(at(loop)).main


def test_a_no_ends_what_was_agreed_before(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    one = loop.introduction("sent")
    as_user(loop.worker).post(
        at(loop, "/agreements/no"), {"organisation": str(loop.group.id), "how": "spoken"}, expect=303
    )
    db.session.expire_all()
    assert db.session.get_one(Introduction, one.id).state == "withdrawn"
    assert {row.status for row in all_of(Consent)} == {"withdrawn", "refused"}


def test_a_record_that_is_shut_opens_with_a_new_agreement(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    agree(loop.person, loop.team)
    browser = as_user(loop.worker)
    browser.post(at(loop, "/agreements/end"), {"organisation": "all", "how": "spoken"}, expect=303)
    page = browser.get(at(loop), expect=403)
    assert "Quilla" not in page.html and "Q.V." not in page.html
    page = browser.get(page.link("They agree again"))
    assert "Quilla" not in page.html and "Q.V." not in page.html
    told = {"scopes": ["demographics", "needs"], "how": "written", "given_by": "person"}
    browser.post(at(loop, "/agreements/again"), told, expect=303)
    browser.get(at(loop))


def test_contact_is_blocked_and_allowed_again(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser = as_user(loop.worker)
    browser.post(at(loop, "/do-not-contact"), {"version": "1"}, expect=422)
    browser.post(at(loop, "/do-not-contact"), {"reason": "Not safe at home.", "version": "1"}, expect=303)
    assert person_of(loop).do_not_contact
    assert "Not safe at home." in browser.get(at(loop)).main
    browser.post(at(loop, "/contact-again"), {"version": "1"}, expect=409)
    browser.post(at(loop, "/contact-again"), {"version": "2"}, expect=303)
    assert not person_of(loop).do_not_contact


def test_a_death_ends_everything_after_a_look(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    one = loop.introduction("booked")
    browser = as_user(loop.worker)
    assert one.to_what in browser.get(at(loop, "/death")).main
    later = boxes("died_on", clock.today() + timedelta(days=2))
    browser.post(at(loop, "/death"), {**later, "version": "1"}, expect=422)
    browser.post(at(loop, "/death"), {**boxes("died_on", clock.today()), "version": "1"}, expect=303)
    db.session.expire_all()
    assert db.session.get_one(Introduction, one.id).state == "withdrawn"
    page = browser.get(at(loop))
    assert "This person has died" in page.main and "Find support for this person" not in page.main


def test_a_colleague_of_the_team_takes_over_and_nobody_else(
    sqlite_app: Flask, loop: World, make: Make, as_user: AsUser
) -> None:
    colleague = make_user("link-worker", organisation=loop.team, name="Ingram Sollity")
    stranger = make_user("link-worker", organisation=make.organisation("Another team"), name="Osric Far")
    browser = as_user(loop.worker)
    assert "Osric Far" not in browser.get(at(loop, "/hand-on")).main
    browser.post(at(loop, "/hand-on"), {"worker": str(stranger.id), "version": "1"}, expect=422)
    browser.post(at(loop, "/hand-on"), {"worker": str(colleague.id), "version": "1"}, expect=303)
    assert person_of(loop).worker_id == colleague.id
    assert "On the caseload of Ingram Sollity" in browser.get(at(loop)).main


def test_a_record_closes_once_nothing_is_open(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    one = loop.introduction("sent")
    browser = as_user(loop.worker)
    assert one.to_what in browser.get(at(loop, "/close")).main
    browser.post(at(loop, "/close"), {"reason": "moved-away", "version": "1"}, expect=409)
    assert person_of(loop).closed_at is None
    browser.post(at(loop, "/agreements/end"), {"organisation": str(loop.group.id), "how": "spoken"}, expect=303)
    browser.post(at(loop, "/close"), {"reason": "moved-away", "version": "1"}, expect=303)
    assert person_of(loop).closed_at is not None
    [entry] = audited("person.closed")
    assert entry.details == {"reason": "moved-away"}
    browser.post(at(loop, "/open-again"), {"version": "2"}, expect=303)
    assert person_of(loop).closed_at is None


def test_a_refusal_is_seen_to_when_the_record_closes(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    one = loop.introduction("declined")
    as_user(loop.worker).post(at(loop, "/close"), {"reason": "needs-met-elsewhere", "version": "1"}, expect=303)
    db.session.expire_all()
    one = db.session.get_one(Introduction, one.id)
    assert one.is_acted_on and one.referral.status != "active"


def test_a_flag_reaches_an_area_once(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser = as_user(loop.worker)
    page = browser.get(at(loop, "/flag"))
    area = str(page.select("#area option")[0]["value"])
    told = {"area": area, "why": "Three of us see them, and none knows of the others.", "key": KEY}
    for _twice in range(2):
        browser.post(at(loop, "/flag"), told, expect=303)
    [flag] = all_of(PersonFlag)
    assert flag.area == area
    browser.post(at(loop, "/flag"), {**told, "area": "nowhere", "key": "x" * 32}, expect=422)
    assert "Flagged for the neighbourhood team" in browser.get(at(loop)).main


def switch_on(instrument: str, by: User) -> None:
    measuring.switch(instrument, is_on=True, by=by)
    db.session.commit()


def test_a_measure_is_taken_once_and_stands_on_the_record(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser, address = as_user(loop.worker), at(loop, "/measures/ons4")
    browser.get(address)
    told = {"answer-satisfied": "4", "point": "before", "completed_by": "together", "key": KEY}
    for _twice in range(2):
        browser.post(address, told, expect=303)
    [kept] = all_of(MeasureResult)
    assert kept.answers == {"satisfied": "4"}
    assert "Satisfied with life" in browser.get(at(loop)).main
    browser.post(address, {**told, "answer-satisfied": "", "key": "x" * 32}, expect=422)


def test_a_word_of_harm_interrupts_once_and_never_blocks(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser, address = as_user(loop.worker), at(loop, "/measures/phq9")
    browser.get(address, expect=404)
    with sqlite_app.test_request_context():
        switch_on("phq9", make_user("administrator"))
    values: dict[str, list[str]] = {}
    for one in browser.get(address).select("input[type=radio][name^=answer]"):
        values.setdefault(str(one["name"]), []).append(str(one["value"]))
    lowest = {name: told[0] for name, told in values.items()}
    about_harm = list(values)[-1]
    told = {**lowest, about_harm: values[about_harm][1], "point": "before", "completed_by": "together", "key": KEY}
    page = browser.post(address, told, expect=200)
    assert "Before you save: are they safe now?" in page.main and "999" in page.main
    assert not all_of(MeasureResult)
    browser.post(address, {**told, "send": "yes", "done": ["gave-numbers"]}, expect=303)
    [kept] = all_of(MeasureResult)
    assert kept.safety["done"] == ["gave-numbers"]


def test_why_no_measure_was_taken_is_kept(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser, address = as_user(loop.worker), at(loop, "/measures/ons4/not-taken")
    browser.post(address, {"key": KEY}, expect=422)
    why = str(browser.get(address).select("input[name=why]")[0]["value"])
    browser.post(address, {"why": why, "key": KEY}, expect=303)
    [kept] = all_of(MeasureResult)
    assert kept.why_none == why

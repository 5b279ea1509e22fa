"""Handovers to a team: seen, taken on, asked about, declined; joined to a known record only when a worker says so."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.people import consents
from portal.people.consents import Agreement
from portal.people.models import Person
from portal.referrals import actors, answering, events, sending
from portal.referrals.actors import Actor
from portal.referrals.models import Introduction
from portal.referrals.sending import Wanted
from portal.referrals.transitions import Who
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.referrals import NUMBER, World, make_person, make_team

AsUser = Callable[..., Browser]


@pytest.fixture
def handed(loop: World, make: Make) -> Introduction:
    """Somebody whom a practice handed over to the team."""
    practice = make.organisation("Mill Lane Surgery")
    clinician = make_user("referrer", organisation=practice, name="Dr Una Holt")
    person = make_person(None, given_name="Tamsin", family_name="Oddie", nhs_number=NUMBER)
    by = Actor(Who.REFERRER, user=clinician, organization_id=practice.id)
    wanted = Wanted(route="clinician", needs=["loneliness"], reason="Alone since the move.")
    referral = sending.new_referral(person, wanted, by=by, organization_id=practice.id, user_id=clinician.id)
    one = sending.to_team(referral, loop.team.id, by=by)
    sending.send(one, consents.give(person, loop.team.id, Agreement(how="spoken"), by=clinician), by=by)
    db.session.commit()
    return one


def asked_by_themselves(loop: World, person: Person) -> Introduction:
    """Somebody who asked for a link worker on the site, as far as who typed it says."""
    wanted = Wanted(route="self", needs=["loneliness"], reason="Company.")
    referral = sending.new_referral(person, wanted, by=actors.person(), organization_id=None, user_id=None)
    one = sending.to_team(referral, loop.team.id, by=actors.person())
    sending.send(one, consents.give(person, loop.team.id, Agreement(how="online"), by="person"), by=actors.person())
    return one


def test_the_handover_that_is_in_the_way_of_closing_is_one_press_away(
    sqlite_app: Flask, loop: World, handed: Introduction, as_user: AsUser
) -> None:
    browser = as_user(loop.worker)
    answer(browser, handed, answer="accept")
    at = f"/clients/{handed.person.reference}"
    for page in (browser.get(at), browser.get(f"{at}/close")):
        assert page.link("The handover from Mill Lane Surgery") == f"{at}/referrals/{handed.reference}"
    page = browser.get(f"{at}/referrals/{handed.reference}")
    assert "What the team sees" in page.words("h2") and "Write to Mill Lane Surgery" in page.words("h2")


def answer(browser: Browser, one: Introduction, expect: int = 303, **told: Any) -> Any:
    address = f"/caseload/new/{one.reference}"
    sent = {name: value for name, value in browser.get(address).form(address).items() if name in {"key", "version"}}
    return browser.post(address, data={**sent, **told}, expect=expect)


def test_the_first_open_by_the_team_is_seen_and_is_told_to_who_handed_over(
    sqlite_app: Flask, loop: World, handed: Introduction, as_user: AsUser
) -> None:
    browser, address = as_user(loop.worker), f"/caseload/new/{handed.reference}"
    browser.get("/caseload/new")
    assert handed.state == "sent"
    browser.get(address)
    browser.get(address)
    db.session.expire_all()
    assert (handed.state, handed.version) == ("in-review", 3)
    seen = [one for one in events.of_introduction(handed.id) if one.verb == "open"]
    assert [(one.who, one.actor_id) for one in seen] == [("provider", loop.worker.id)]


def test_what_the_team_asked_and_the_practice_wrote_stands_with_the_handover(
    sqlite_app: Flask, loop: World, handed: Introduction, as_user: AsUser
) -> None:
    browser, address = as_user(loop.worker), f"/caseload/new/{handed.reference}"
    assert "Messages" not in browser.get(address).words("h2")
    answer(browser, handed, answer="ask", question="Which benefits does she have now?")
    one = db.session.get_one(Introduction, handed.id)
    clinician = make_user("referrer", organisation=one.referral.organization, name="Dr Ola Marsh")
    asked_by = Actor(Who.REFERRER, user=clinician, organization_id=one.referral.organization_id)
    answering.reply(one, "Only the pension.", by=asked_by, version=one.version)
    db.session.commit()
    written = browser.get(address).words(".introduction__message")
    assert [one.split(",")[0].strip() for one in written] == ["Saffron Vale Link Workers", "Mill Lane Surgery"]
    assert "Which benefits does she have now?" in written[0] and "Only the pension." in written[1]


def test_the_team_sees_who_waits_and_takes_them_on(
    sqlite_app: Flask, loop: World, handed: Introduction, as_user: AsUser
) -> None:
    browser = as_user(loop.worker)
    page = browser.get("/caseload/new")
    assert "Answer for T.O." in page.main
    assert "Mill Lane Surgery" in page.main
    one = browser.get(f"/caseload/new/{handed.reference}")
    assert "Alone since the move." in one.main
    assert "Tamsin" not in one.one("title").get_text()
    assert "07700" not in one.html, "no number before the team has said yes"
    assert db.session.query(AuditEntry).filter_by(action="person.read", subject_id=str(handed.person_id)).count() == 1
    done = answer(browser, handed, answer="accept")
    assert done.headers["Location"] == f"/clients/{handed.person.reference}"
    assert handed.state == "accepted"
    assert (handed.person.organization_id, handed.person.worker_id) == (loop.team.id, loop.worker.id)
    assert "Nothing waits for your team" in browser.get("/caseload/new").main
    listed = browser.get("/caseload").main
    assert "First conversation" in listed
    assert "From Mill Lane Surgery" in listed
    assert "This has been answered." in browser.get(f"/caseload/new/{handed.reference}").main


def test_a_question_and_a_no_need_their_words(
    sqlite_app: Flask, loop: World, handed: Introduction, as_user: AsUser
) -> None:
    browser = as_user(loop.worker)
    assert "Choose an answer" in answer(browser, handed, 422).main
    assert "Write what you want to ask" in answer(browser, handed, 422, answer="ask").main
    answer(browser, handed, answer="ask", question="Can they manage stairs?")
    assert handed.state == "info-requested"
    assert "Choose a reason" in answer(browser, handed, 422, answer="decline").main
    refused = answer(browser, handed, 422, answer="decline", reason="safety")
    assert "Say in a sentence why" in refused.one(".error-summary").get_text()
    answer(browser, handed, answer="decline", reason="out-of-area", words="Try the team of Elmsworth.")
    assert (handed.state, handed.reason_code) == ("declined", "out-of-area")


def test_who_comes_second_sees_what_stands_and_keeps_their_words(
    app: Flask, loop: World, handed: Introduction, as_user: AsUser
) -> None:
    first, second = as_user(loop.worker), as_user(make_user("link-worker", organisation=loop.team))
    address = f"/caseload/new/{handed.reference}"
    sent = {name: value for name, value in second.get(address).form(address).items() if name in {"key", "version"}}
    answer(first, handed, answer="ask", question="Can they manage stairs?")
    told = {**sent, "answer": "decline", "reason": "out-of-area", "words": "Not ours."}
    page = second.post(address, data=told, expect=409)
    assert "Someone else changed this" in page.main
    assert "Not ours." in page.html
    assert handed.state == "info-requested"


def test_a_known_person_is_offered_and_joined_only_when_the_worker_says_so(
    sqlite_app: Flask, loop: World, handed: Introduction, as_user: AsUser
) -> None:
    known = make_person(loop.team, worker=loop.worker, given_name="Tam", family_name="Oddie", nhs_number=NUMBER)
    browser = as_user(loop.worker)
    old, practice_id = handed.person, handed.referral.organization_id
    assert practice_id is not None
    hears = Agreement(how="spoken", scopes=(*consents.TO_INTRODUCE, "outcomes"))
    consents.give(old, practice_id, hears, by="operator")
    db.session.commit()
    assert "Your team may know this person already." in browser.get(f"/caseload/new/{handed.reference}").main
    done = answer(browser, handed, answer="accept", same="yes")
    assert done.headers["Location"] == f"/clients/{known.reference}"
    assert handed.person_id == known.id == handed.referral.person_id
    assert handed.state == "accepted"
    held = consents.active(known.id, loop.team.id)
    assert held is not None
    assert consents.covers(consents.active(known.id, practice_id), {"outcomes"}), "the practice still hears how it ends"
    assert (handed.consent_id, held.how, held.wording) == (held.id, "spoken", consents.WORDING)
    assert old.closed_at is not None
    assert old.organization_id is None
    joined = db.session.query(AuditEntry).filter_by(action="person.joined").one()
    assert joined.details == {"from": str(old.id), "referral": str(handed.referral_id)}
    assert not list(events.broken()), "what happened before stays as it was written"


def test_unless_they_say_so_the_records_stay_apart(
    sqlite_app: Flask, loop: World, handed: Introduction, as_user: AsUser
) -> None:
    known = make_person(loop.team, worker=loop.worker, given_name="Tam", family_name="Oddie", nhs_number=NUMBER)
    answer(as_user(loop.worker), handed, answer="accept", same="no")
    assert handed.person_id != known.id
    assert db.session.query(Person).filter_by(organization_id=loop.team.id).count() == 3


def test_another_team_and_other_roles_do_not_find_it(
    sqlite_app: Flask, loop: World, handed: Introduction, make: Make, as_user: AsUser, browser: Browser
) -> None:
    other = make.organisation("Far Away Link Workers")
    make_team(other)
    address = f"/caseload/new/{handed.reference}"
    stranger = as_user(make_user("link-worker", organisation=other))
    stranger.get(address, expect=404)
    stranger.post(address, data={"answer": "accept"}, expect=404)
    assert handed.shown_reference not in stranger.get("/caseload/new").main
    as_user(loop.group_worker).get(address, expect=403)
    browser.get(address, expect=303)
    assert handed.state == "sent"


def test_an_introduction_to_a_group_is_no_handover(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    one = loop.introduction("sent")
    as_user(loop.worker).get(f"/caseload/new/{one.reference}", expect=404)


def test_whoever_asked_for_a_known_person_cannot_open_the_record_that_it_was_joined_to(
    sqlite_app: Flask, loop: World, as_user: AsUser, mailbox: Mailbox
) -> None:
    """Anybody may fill in the form with a neighbour's name: the code that they were shown opens nothing any more."""
    names = {"given_name": "Tam", "family_name": "Oddie", "birth_date": date(1949, 3, 5)}
    known = make_person(
        loop.team, worker=loop.worker, **names, contact={"ways": ["e-mail"], "email": "tam@own.example.org"}
    )
    one = asked_by_themselves(
        loop, make_person(None, **names, contact={"ways": ["e-mail"], "email": "me@else.example.org"})
    )
    code, stranger = sending.new_code(one.referral), Browser(sqlite_app)
    db.session.commit()
    told = {"reference": one.referral.reference, "code": code}
    mine = str(stranger.post("/my-referral", told, expect=303).headers["Location"])
    assert "me@else.example.org" in stranger.get(f"{mine}/contact").html
    answer(as_user(loop.worker), one, answer="accept", same="yes")
    assert db.session.get_one(Introduction, one.id).person_id == known.id
    assert stranger.get(f"{mine}/contact", expect=303).headers["Location"].startswith("/my-referral/")
    stranger.post("/my-referral", told, expect=422)
    new = [sent for sent in mailbox.all if "code" in sent.text.lower()]
    assert [sent.to for sent in new] == ["tam@own.example.org"], (
        "the person hears of it where the record says it is safe"
    )


def test_the_list_takes_as_many_statements_however_many_wait(
    sqlite_app: Flask, loop: World, handed: Introduction, as_user: AsUser, make: Make, count_statements: Any
) -> None:
    browser, counts = as_user(loop.worker), []
    for number in range(2):
        browser.get("/caseload/new")
        with count_statements() as asked:
            browser.get("/caseload/new")
        counts.append(len(asked))
        for one in range(3 * (1 - number)):
            referral = asked_by_themselves(loop, make_person(None, given_name=f"Ada {one}")).referral
            referral.organization_id = make.organisation(f"Practice {one}").id
        db.session.commit()
    assert counts[0] == counts[1]

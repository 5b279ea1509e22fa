"""What must hold before a move: each guard refuses with a sentence, and nothing has changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.people import actions as people
from portal.people import consents
from portal.people.consents import Agreement, ConsentMissing
from portal.referrals import answering, ending, sending, visiting
from portal.referrals.actors import SYSTEM, Actor
from portal.referrals.guards import GUARDS, Given, Refused
from portal.referrals.models import Introduction
from portal.referrals.moving import Moved, move
from portal.referrals.transitions import TRANSITIONS, Who
from tests.factories import Make
from tests.support.referrals import World, agree, introduce, setting


def refused(by: str, act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as problem:
        act()
    assert problem.value.guard == by, problem.value.guard
    return problem.value.sentence


def test_a_closed_or_shut_service_takes_nobody(sqlite_app: Flask, loop: World) -> None:
    loop.service.status = "inactive"
    assert "closed" in refused("takes_referrals", lambda: introduce(loop))
    loop.service.status = "active"
    setting(loop.service, is_open=False)
    assert "Phone them" in refused("takes_referrals", lambda: introduce(loop))


@pytest.mark.parametrize("state", ["full", "paused"])
def test_a_full_service_is_sent_nobody(sqlite_app: Flask, loop: World, state: str) -> None:
    made, held = introduce(loop), agree(loop.person, loop.group)
    loop.service.space_state, loop.service.space_said_at = state, clock.now()  # type: ignore[assignment]
    refused("has_space", lambda: sending.send(made, held, by=loop.asks(made)))
    assert made.state == "draft" and sending.why_not(loop.service)


def test_a_wait_is_for_who_is_happy_to(sqlite_app: Flask, loop: World) -> None:
    made, held = introduce(loop), agree(loop.person, loop.group)
    loop.service.space_state, loop.service.space_said_at = "waiting", clock.now()
    refused("has_space", lambda: sending.send(made, held, by=loop.asks(made)))
    made.happy_to_wait = True
    sending.send(made, held, by=loop.asks(made))
    assert made.state == "sent"


def test_nothing_leaves_without_an_agreement_with_that_group(sqlite_app: Flask, loop: World) -> None:
    made, other = introduce(loop), agree(loop.person, loop.team)
    refused("consent_covers", lambda: sending.send(made, other, by=loop.asks(made)))
    with pytest.raises(ConsentMissing):
        sending.agreement_with(loop.person, loop.group.id)
    held = agree(loop.person, loop.group)
    consents.end(loop.person, loop.group.id, by="person", how="online")
    refused("consent_covers", lambda: sending.send(made, held, by=loop.asks(made)))


def test_the_same_person_is_not_sent_twice_to_the_same(app: Flask, loop: World) -> None:
    loop.introduction("sent")
    again = introduce(loop)
    held = consents.active(loop.person.id, loop.group.id)
    assert held is not None
    refused("not_twice", lambda: sending.send(again, held, by=loop.asks(again)))
    assert again.state == "draft"


def test_without_a_name_or_a_way_to_reach_them_nothing_is_sent(sqlite_app: Flask, loop: World) -> None:
    made, held = introduce(loop), agree(loop.person, loop.group)
    loop.person.contact = {"ways": ["phone"]}
    refused("has_what_it_needs", lambda: sending.send(made, held, by=loop.asks(made)))
    loop.person.contact = {"ways": ["through-me"]}
    sending.send(made, held, by=loop.asks(made))


def test_what_does_not_fit_needs_a_reason(sqlite_app: Flask, loop: World) -> None:
    made, held = introduce(loop), agree(loop.person, loop.group)
    refused("fits", lambda: sending.send(made, held, by=loop.asks(made), given=Given(misfits=("age",))))
    sending.send(made, held, by=loop.asks(made), given=Given(misfits=("age",), words="She is 17 in a week."))


def test_nobody_is_sent_who_died(sqlite_app: Flask, loop: World) -> None:
    made, held = introduce(loop), agree(loop.person, loop.group)
    loop.person.death_recorded_at = clock.now()
    refused("alive", lambda: sending.send(made, held, by=loop.asks(made)))


def test_asking_by_link_needs_a_safe_way(sqlite_app: Flask, loop: World) -> None:
    made = introduce(loop)
    loop.person.contact = {"ways": ["phone"], "phone": "+441162496000"}
    refused("reachable", lambda: sending.ask_consent(made, by=loop.asks(made)))
    loop.person.contact = {"ways": ["text"], "phone": "+447700900982"}
    loop.person.do_not_contact = True
    refused("reachable", lambda: sending.ask_consent(made, by=loop.asks(made)))


def test_a_reason_is_one_of_those_for_that_end(sqlite_app: Flask, loop: World) -> None:
    made = loop.introduction("in-review")
    decline = answering.decline
    for given in (Given(), Given(reason="nonsense"), Given(reason="moved-away"), Given(reason="consent-ended")):
        refused("reason", lambda given=given: decline(made, by=loop.answers(made), given=given))  # type: ignore[misc]
    refused("words", lambda: decline(made, by=loop.answers(made), given=Given(reason="other")))
    decline(made, by=loop.answers(made), given=Given(reason="other", words="The hall is being painted."))
    assert made.reason_code == "other" and made.reason_words == "The hall is being painted."


def test_who_cannot_be_reached_was_tried_on_three_days_in_two_ways(app: Flask, loop: World) -> None:
    made = loop.introduction("accepted")
    give_up = lambda: ending.not_start(made, by=loop.answers(made), given=Given(reason="no-contact"))  # noqa: E731
    for day, mode in ((5, "phone"), (4, "phone"), (3, "phone")):
        _try(loop, made, day, mode)
        assert "3" in refused("tried_or_told", give_up)
    _try(loop, made, 2, "letter")
    give_up()
    assert made.state == "not-started"


def _try(loop: World, made: Introduction, days_ago: int, mode: str) -> None:
    people.note_contact(
        loop.person, at=clock.now() - timedelta(days=days_ago), mode=mode, outcome="no-answer", by=loop.group_worker,
        organization_id=loop.group.id, introduction_id=made.id,
    )  # fmt: skip


def test_a_pause_has_a_day_on_which_to_look_again(sqlite_app: Flask, loop: World) -> None:
    made = loop.introduction("in-progress")
    for day in (None, clock.today(), clock.today() - timedelta(days=1)):
        given = Given(words="Away", review_on=day)
        refused("has_review_date", lambda given=given: visiting.pause(made, by=loop.answers(made), given=given))  # type: ignore[misc]


def test_finishing_says_how_each_goal_turned_out(sqlite_app: Flask, loop: World) -> None:
    made = loop.introduction("in-progress")
    today = clock.today().isoformat()
    people.add_goal(loop.person, "To go out on my own", by=loop.worker)
    for report in (
        {},
        {"last_contact": today, "why_no_measure": "declined"},
        {"result": "partly", "why_no_measure": "declined"},
        {"result": "partly", "last_contact": "2090-01-01", "why_no_measure": "declined"},
        {"result": "partly", "last_contact": "soon", "why_no_measure": "declined"},
        {"result": "partly", "last_contact": today},
        {"result": "partly", "last_contact": today, "why_no_measure": "a code that nobody knows"},
        {"result": "splendid", "last_contact": today, "why_no_measure": "declined"},
    ):
        given = Given(report=report)
        refused("has_outcome", lambda given=given: ending.complete(made, by=loop.answers(made), given=given))  # type: ignore[misc]
    ending.complete(
        made,
        by=loop.answers(made),
        given=Given(report={"result": "partly", "last_contact": today, "why_no_measure": "declined"}),
    )


def test_a_mistake_after_sending_needs_a_second_person(app: Flask, loop: World, make: Make) -> None:
    made = loop.introduction("accepted")
    one, two = make.user("information-governance"), make.user("information-governance")
    first = Actor(Who.GOVERNANCE, user=one)
    assert ending.mark_error(made, by=first, words="The wrong person.") is False and made.state == "accepted"
    refused("second_person", lambda: ending.mark_error(made, by=first, words="The wrong person."))
    assert ending.mark_error(made, by=Actor(Who.GOVERNANCE, user=two), words="Yes.") is True
    assert made.state == "entered-in-error" and made.referral.status == "entered-in-error"


def test_what_ended_long_ago_is_not_tried_again(sqlite_app: Flask, loop: World) -> None:
    made = loop.introduction("declined")
    with clock.freeze(clock.now() + timedelta(days=91)):
        refused("recent", lambda: ending.reopen(made, by=loop.asks(made), words="They have a place now."))
    again = ending.reopen(made, by=loop.asks(made), words="They have a place now.")
    assert again.state == "sent" and again.replaces_id == made.id and made.is_acted_on


def test_a_referral_is_closed_once_nothing_is_open(sqlite_app: Flask, loop: World) -> None:
    made = loop.introduction("sent")
    refused("nothing_open", lambda: ending.close(made.referral, by=loop.asks(made), reason="other"))
    move(made, "expire", by=SYSTEM)
    assert made.referral.status == "active"
    ending.close(made.referral, by=loop.asks(made), reason="needs-met-elsewhere")
    assert made.referral.status == "revoked"


def test_an_old_page_changes_nothing(app: Flask, loop: World) -> None:
    made = loop.introduction("in-review")
    shown = made.version
    answering.ask(made, "Which day?", by=loop.answers(made), version=shown)
    with pytest.raises(Moved):
        answering.accept(made, by=loop.answers(made), version=shown)
    assert made.state == "info-requested"


def test_a_page_of_what_was_new_may_be_answered_though_seeing_it_changed_it(sqlite_app: Flask, loop: World) -> None:
    made = loop.introduction("sent")
    shown = made.version
    answering.accept(made, by=loop.answers(made), version=shown)
    assert made.state == "accepted"


def test_every_guard_is_asked_somewhere() -> None:
    assert set(GUARDS) == {guard for row in TRANSITIONS.values() for guard in row.guards}


def test_a_best_interest_agreement_is_enough(sqlite_app: Flask, loop: World) -> None:
    made = introduce(loop)
    told = Agreement(how="best-interest", given_by="worker", basis_note="Dementia; her daughter was asked.")
    sending.send(made, consents.give(loop.person, loop.group.id, told, by=loop.worker), by=loop.asks(made))
    assert made.state == "sent"

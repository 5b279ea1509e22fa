"""Two who act at the same moment: one wins, the other is told, and nothing of theirs is saved. Promise R11."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.people import consents
from portal.people.models import Consent, Person
from portal.referrals import answering, ending, sending, withdrawing
from portal.referrals.actors import Actor
from portal.referrals.guards import Given, Refused
from portal.referrals.models import Introduction, IntroductionEvent, ReferralSetting
from portal.referrals.moving import Moved, WrongState
from portal.referrals.spaces import NoPlaceLeft
from portal.referrals.states import OPEN, State
from portal.referrals.transitions import Who
from tests.support.acting_at_once import processes
from tests.support.referrals import World, introduce, make_person, setting

ROUNDS, FEWER = 50, 5


def both(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Do each in a thread of its own, begun at the same moment. Gives "done" or what was raised, sorted."""
    ready = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        with app.app_context():
            try:
                ready.wait(5)
                with unit():
                    act()
            except DomainError as problem:
                return type(problem).__name__
            return "done"

    db.session.commit()
    with ThreadPoolExecutor(len(acts)) as several:
        told = sorted(several.map(one, acts))
    db.session.expire_all()
    return told


def _again(made: Introduction) -> None:
    made.state, made.version, made.answered_at, made.ended_at, made.reason_code = "in-review", 3, None, None, None
    db.session.commit()


def test_of_two_answers_one_wins_fifty_times(app: Flask, loop: World) -> None:
    made = loop.introduction("in-review")
    made_id, by = made.id, Actor(Who.PROVIDER, channel="e-mail-link", organization_id=loop.group.id)
    won: Counter[str] = Counter()
    for _round in range(ROUNDS):
        _again(made)

        def accept() -> None:
            one = db.session.get_one(Introduction, made_id)
            answering.accept(one, by=by, version=3)

        def decline() -> None:
            one = db.session.get_one(Introduction, made_id)
            answering.decline(one, by=by, given=Given(reason="no-capacity"), version=3)

        told = both(app, accept, decline)
        assert told[1] == "done" and told[0] in {Moved.__name__, WrongState.__name__}, told
        won[db.session.get_one(Introduction, made_id).state] += 1
    assert sum(won.values()) == ROUNDS and set(won) <= {"accepted", "declined"}
    answers = db.session.query(IntroductionEvent).filter(IntroductionEvent.verb.in_(["accept", "decline"])).count()
    assert answers == ROUNDS


def test_of_two_processes_that_answer_at_once_one_wins(app: Flask, loop: World) -> None:
    """What holds them apart is the database: they share no memory and no lock of a program."""
    made = loop.introduction("in-review")
    with processes(app, made.id, "accept", "decline") as answer:
        for number in range(1, FEWER + 1):
            _again(made)
            told = answer(3)
            db.session.expire_all()
            won, lost = ("accepted", told[1]) if told[0] == "done" else ("declined", told[0])
            assert "done" in told and lost in {Moved.__name__, WrongState.__name__}, told
            assert (made.state, made.version) == (won, 4)
            answers = IntroductionEvent.verb.in_(["accept", "decline"])
            assert db.session.query(IntroductionEvent).filter(answers).count() == number


def test_the_last_place_is_taken_once(app: Flask, loop: World) -> None:
    setting(loop.service, places=1)
    one = loop.introduction("in-review")
    two = loop.introduction("in-review", person=make_person(loop.team, given_name="Ingram"))
    ids, by = [one.id, two.id], Actor(Who.PROVIDER, channel="e-mail-link", organization_id=loop.group.id)

    def accept(which: UUID) -> None:
        made = db.session.get_one(Introduction, which)
        answering.accept(made, by=by)

    told = both(app, lambda: accept(ids[0]), lambda: accept(ids[1]))
    assert told == [NoPlaceLeft.__name__, "done"]
    assert db.session.get_one(ReferralSetting, loop.service.id).places == 0


def test_the_same_person_is_sent_once_however_many_send(app: Flask, loop: World) -> None:
    drafts = [introduce(loop), introduce(loop)]
    held = consents.give(loop.person, loop.group.id, consents.Agreement(how="spoken"), by=loop.worker)
    db.session.commit()
    ids, consent_id = [one.id for one in drafts], held.id
    by = Actor(Who.REFERRER, organization_id=loop.team.id)

    def send(which: UUID) -> None:
        made = db.session.get_one(Introduction, which)
        sending.send(made, db.session.get_one(Consent, consent_id), by=by)

    told = both(app, lambda: send(ids[0]), lambda: send(ids[1]))
    assert told == [Refused.__name__, "done"]
    assert sorted(one.state for one in db.session.query(Introduction)) == ["draft", "sent"]


def test_who_stops_agreeing_while_it_is_tried_again_leaves_nothing_open(
    app: Flask, loop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The withdrawal comes once the one who tries again has looked at the agreement, and before they are done.

    It waits: the event of trying again points to the agreement, and who ends an agreement holds it first.
    """
    made = loop.introduction("declined")
    made_id, person_id, group_id = made.id, loop.person.id, loop.group.id
    looked, withdrawn = Event(), Event()
    look = sending.agreement_with

    def slowly(*given: Any) -> Consent:
        held = look(*given)
        looked.set()
        withdrawn.wait(1)
        return held

    def again() -> None:
        one = db.session.get_one(Introduction, made_id)
        ending.reopen(one, by=Actor(Who.REFERRER), words="They have space now.")

    def withdraw() -> None:
        assert looked.wait(5)
        withdrawing.withdraw_consent(db.session.get_one(Person, person_id), group_id, by="person", how="online")
        withdrawn.set()

    monkeypatch.setattr(sending, "agreement_with", slowly)
    assert both(app, again, withdraw) == ["done", "done"]
    states = [State(one.state) for one in db.session.query(Introduction)]
    assert len(states) == 2 and not OPEN.intersection(states), states

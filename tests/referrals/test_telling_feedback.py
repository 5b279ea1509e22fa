"""Clinicians hear twice a referral: once when it is answered, once when it begins or ends. On every path, and never more."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.notifications.notification import Recipient
from portal.organisations.models import Organization
from portal.people import consents
from portal.people.consents import Agreement
from portal.people.models import Person
from portal.referrals import answering, ending, feedback, recipients, sending, telling, visiting
from portal.referrals.actors import SYSTEM, Actor
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, Referral
from portal.referrals.sending import Wanted
from portal.referrals.states import State
from portal.referrals.transitions import TRANSITIONS, Who
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.people import make_user
from tests.support.referrals import REPORT, World

LONGEST = 9


def paths(state: State, done: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every way through the table from a state, each verb once, to where nothing goes on."""
    goes_on = False
    for verb, row in TRANSITIONS.items():
        if row.ends is not None and state in row.starts and verb not in done and len(done) < LONGEST:
            goes_on = True
            yield from paths(row.ends, (*done, verb))
    if not goes_on:
        yield done


def test_on_every_path_of_the_table_there_is_at_most_one_message_at_each_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    to = Recipient(email="dr@practice.example.org", user_id=uuid4())
    monkeypatch.setattr(feedback, "notify", lambda _told, *, to, key: asked.append(key))
    monkeypatch.setattr(telling, "notify", lambda _told, *, to, key: asked.append(key))
    monkeypatch.setattr(telling, "take_back", lambda *_prefixes: None)
    monkeypatch.setattr(recipients, "of_referrer", lambda _referral: [to])
    referral = Referral(id=uuid4(), reference="K7PH4MWX", route="clinician", wants_feedback=True)
    referral.organization_id = uuid4()
    one = Introduction(id=uuid4(), reference="H2RW9DCT", kind="link-work", referral=referral, state="sent")
    one.person = Person(id=uuid4(), reference="C3DF4GHJ")
    event: Any = type("Event", (), {"id": uuid4(), "details": {}})()
    seen: set[frozenset[str]] = set()
    counted = 0
    for path in paths(State.SENT):
        asked.clear()
        for verb in path:
            one.state = (TRANSITIONS[verb].ends or State.SENT).value
            wanted = [whom for whom in TRANSITIONS[verb].tells if whom in {"referrer", "practice"}]
            telling.tell(one, verb, wanted, event=event, by=SYSTEM)
        keys = {key for key in asked if key.startswith("feedback:")}
        assert keys <= {f"feedback:{referral.id}:1", f"feedback:{referral.id}:2"}, path
        assert {key.split(":")[2] for key in asked if not key.startswith("feedback:")} <= {"referrer"}, path
        is_answered = bool({"accept", "decline", "expire"} & set(path))
        begins = bool({"start", "start_booked", "complete", "end_early", "not_start", "withdraw"} & set(path))
        assert len(keys) == is_answered + begins, path
        seen.add(frozenset(key[-1] for key in keys))
        counted += 1
    assert counted > 500
    assert frozenset("12") in seen


class Practice:
    """A practice with a clinician who has handed somebody over to the team."""

    def __init__(self, loop: World, organisation: Organization) -> None:
        self.loop = loop
        self.clinician: User = make_user("referrer", organisation=organisation, name="Dr Pell")
        self.by = Actor(Who.REFERRER, user=self.clinician, organization_id=organisation.id)
        wanted = Wanted(route="clinician", reason="Often alone.")
        self.referral = sending.new_referral(
            loop.person, wanted, by=self.by, organization_id=organisation.id, user_id=self.clinician.id
        )
        self.team = Actor(Who.PROVIDER, user=loop.worker, organization_id=loop.team.id)

    def hand_over(self) -> Introduction:
        """Send it."""
        one = sending.to_team(self.referral, self.loop.team.id, by=self.by)
        held = consents.give(self.loop.person, self.loop.team.id, Agreement(how="spoken"), by=self.clinician)
        sending.send(one, held, by=self.by)
        return one


@pytest.fixture
def practice(loop: World, make: Make) -> Practice:
    return Practice(loop, make.organisation("Tannery Lane Surgery"))


def test_from_handing_over_to_the_end_a_clinician_hears_twice(
    app: Flask, practice: Practice, loop: World, mailbox: Mailbox
) -> None:
    one, email = practice.hand_over(), practice.clinician.email
    answering.accept(one, by=practice.team)
    visiting.start(one, by=practice.team)
    report = {**REPORT, "last_contact": clock.today().isoformat()}
    ending.complete(one, by=practice.team, given=Given(report=report))
    db.session.commit()
    texts = [sent.text for sent in mailbox.to(email)]
    assert len(texts) == 2
    assert "was accepted" in texts[0] and "seen for the first time" in texts[1]


def test_what_a_link_worker_makes_of_it_counts_with_it(
    sqlite_app: Flask, practice: Practice, loop: World, mailbox: Mailbox
) -> None:
    """An onward introduction to a group: its first visit is the second message, and nothing else of it is told."""
    one, email = practice.hand_over(), practice.clinician.email
    answering.accept(one, by=practice.team)
    onward = loop.introduction("sent")
    onward.referral.based_on_id = practice.referral.id
    answering.accept(onward, by=loop.answers(onward))
    visiting.start(onward, by=loop.answers(onward))
    visiting.start(db.session.get_one(Introduction, one.id), by=practice.team)
    assert len(mailbox.to(email)) == 2


def test_declined_tried_again_and_accepted_is_one_answer(
    sqlite_app: Flask, practice: Practice, loop: World, mailbox: Mailbox
) -> None:
    one, email = practice.hand_over(), practice.clinician.email
    answering.decline(one, by=practice.team, given=Given(reason="no-capacity"))
    again = ending.reopen(one, by=practice.by, words="There is room now.")
    answering.accept(again, by=practice.team)
    assert len(mailbox.to(email)) == 1


def test_a_question_reaches_a_clinician_at_once_beside_the_two(
    sqlite_app: Flask, practice: Practice, mailbox: Mailbox
) -> None:
    one, email = practice.hand_over(), practice.clinician.email
    answering.ask(one, "Do they use the stairs?", by=practice.team)
    answering.reply(one, "Yes.", by=practice.by)
    answering.accept(one, by=practice.team)
    subjects = [sent.subject for sent in mailbox.to(email)]
    assert len(subjects) == 2 and "a question for you" in subjects[0]


def test_who_wants_to_hear_nothing_hears_nothing(sqlite_app: Flask, practice: Practice, mailbox: Mailbox) -> None:
    practice.referral.wants_feedback, email = False, practice.clinician.email
    answering.accept(practice.hand_over(), by=practice.team)
    assert mailbox.to(email) == []

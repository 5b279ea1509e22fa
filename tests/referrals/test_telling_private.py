"""No message, key or job holds anything of the person; and what waits for a mail server stops with their yes.

Every state that an introduction can reach, every mark of the clock and the digest are gone through, and all that was written is
searched for the person's values.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.core.queue import work_until_idle
from portal.core.transactions import unit
from portal.notifications.models import OutboxMessage
from portal.notifications.senders import current
from portal.people.models import Person
from portal.referrals import answering, messages, sweeping, telling, visiting, weekly, withdrawing
from portal.referrals.guards import Given
from portal.referrals.models import Introduction
from portal.referrals.states import State
from tests.factories import MONDAY, Make
from tests.referrals.test_sweeping import awake, days, look_at
from tests.support.mail_server import Listener, listening, text_of
from tests.support.mailbox import Mailbox
from tests.support.referrals import CONTACT, NUMBER, PATHS, STEPS, World, introduce, make_person

QUILLA = "quilla.v@people.example.org"
PRIVATE = {
    "given name": "Quillarine",
    "family name": "Vantongeren",
    "preferred name": "Quilly",
    "NHS number": NUMBER,
    "phone": "7700900982",
    "e-mail": "quilla.v@people",
    "postcode": "LE2 0QB",
    "birth date": "1948-03-09",
    "what matters": "marzipan afternoons",
    "reason": "zeppelin sorrow",
    "health": "turquoise inhaler",
    "safety": "velvet bannister",
    "question": "gravel quandary",
    "answer": "cinnamon promise",
    "message": "porcelain errand",
    "at the door": "Wilhelmine Oakapple",
    "why it ended": "saffron quarrel",
    "note of the team": "basalt lullaby",
}


@pytest.fixture
def written(sqlite_app: Flask) -> Iterator[list[str]]:
    """All that was ever put into the outbox or the queue, as it was put."""
    found: list[str] = []

    def note(session: Session, *_told: Any) -> None:
        for row in session.new:
            if isinstance(row, OutboxMessage):
                found.append(f"{row.name} {row.once} {row.fields} {row.locale}")
            elif isinstance(row, Job):
                found.append(f"{row.name} {row.key} {row.payload}")

    event.listen(Session, "before_flush", note)
    yield found
    event.remove(Session, "before_flush", note)


@pytest.fixture
def told_much(loop: World) -> World:
    """A person of whom everything is known."""
    person = make_person(
        loop.team, worker=loop.worker, given_name=PRIVATE["given name"], family_name=PRIVATE["family name"],
        preferred_name=PRIVATE["preferred name"], birth_date=date.fromisoformat(PRIVATE["birth date"]), nhs_number=NUMBER,
        what_matters=PRIVATE["what matters"], contact={**CONTACT, "ways": ["e-mail", "text"]},
    )  # fmt: skip
    loop.person = person
    return loop


def journey(loop: World, state: State, words: dict[str, str]) -> None:
    """To a state by its path, with words at every step."""
    one = introduce(loop)
    one.referral.reason, one.referral.health_summary = words["reason"], words["health"]
    one.referral.safety_note, one.referral.what_matters = words["safety"], words["what matters"]
    one.person.next_step = words["note of the team"]
    for step in PATHS[state]:
        if step == "ask":
            answering.ask(one, words["question"], by=loop.answers(one))
            answering.reply(one, words["answer"], by=loop.asks(one))
            messages.write(one, words["message"], side="group", by=loop.answers(one))
            STEPS["ask"](loop, one)
        elif step == "accept":
            given = Given(meets_at_door=words["at the door"], first_date=clock.today() + timedelta(days=1))
            answering.accept(one, by=loop.answers(one), given=given)
        elif step == "decline":
            answering.decline(one, by=loop.answers(one), given=Given(reason="other", words=words["why it ended"]))
        elif step == "book":
            at = clock.now() + timedelta(days=1)
            visiting.book(one, at, by=loop.answers(one), place=words["postcode"], is_group=False)
        else:
            STEPS[step](loop, one)
    if one.is_open and one.sent_at is not None:
        for message in telling.TO_GROUP.values():
            telling.to_group(one, message, "test")
    one.open_key = None
    db.session.commit()


def test_nothing_of_the_person_is_in_any_message_key_or_job(
    sqlite_app: Flask, told_much: World, mailbox: Mailbox, written: list[str]
) -> None:
    for state in PATHS:
        with clock.freeze(MONDAY):
            journey(awake(told_much), state, PRIVATE)
    for number in (0, 1, 2, 7, 8, 9, 14, 22, 43, 50):
        look_at(days(number))
    with clock.freeze(days(7)):
        with unit():
            weekly.look()
        work_until_idle()
    sent = mailbox.all
    kinds = {line.partition(" ")[0] for line in written}
    assert kinds >= {
        "referral-to-answer", "referral-for-group", "referral-visit", "referral-ending", "referral-news", "referral-week",
        "own-referral", "own-code", "own-agreement", "own-visit", "referrals.mark", "referrals.ask",
    }  # fmt: skip
    mails = [" ".join([one.subject, one.text, one.html or "", *one.headers.values(), one.sender_name]) for one in sent]
    columns = str(
        db.session.execute(text("select name, once, fields, recipient, last_error from outbox_message")).all()
    )
    queue = str(db.session.execute(text("select name, payload, key, last_error from job")).all())
    assert len(mails) > 60
    for what, value in PRIVATE.items():
        for shown in {value, value.casefold(), f"0{value}", value.replace(" ", "")}:
            held = [one[:200] for one in [*mails, *written, columns, queue] if shown.casefold() in one.casefold()]
            assert held == [], f"{what} is in {held[:2]}"


@pytest.fixture
def mail_server(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """A real mail server that the application sends to."""
    with listening() as listener:
        settings = replace(sqlite_app.extensions["portal.settings"], mail_url=listener.url)
        monkeypatch.setitem(sqlite_app.extensions, current.NAME, current.senders_of(settings))
        yield listener


STOPS: dict[str, Callable[[World], object]] = {
    "consent": lambda w: withdrawing.withdraw_consent(w.person, w.group.id, by="person", how="phone"),
    "do-not-contact": lambda w: withdrawing.block_contact(w.person, reason="at risk", by=w.worker),
    "death": lambda w: withdrawing.record_death(w.person, date(2026, 11, 22), by=w.worker),
}


@pytest.mark.parametrize("why", STOPS)
def test_what_waits_for_a_mail_server_that_is_away_does_not_leave_once_it_must_not(
    sqlite_app: Flask, loop: World, mail_server: Listener, why: str
) -> None:
    mail_server.stop()
    with clock.freeze(MONDAY):
        loop.introduction("accepted")
        work_until_idle()
        assert db.session.scalars(select(OutboxMessage.state)).all().count("waiting") >= 3
        STOPS[why](awake(loop))
        db.session.commit()
    mail_server.start()
    for minutes in (1, 3, 10, 60, 180):
        with clock.freeze(MONDAY + timedelta(minutes=minutes)):
            work_until_idle()
    assert QUILLA not in mail_server.recipients
    awake(loop)
    to_group = [
        text_of(mail)
        for mail, to in zip(mail_server.mails, mail_server.recipients, strict=True)
        if to == loop.group_worker.email
    ]
    if why == "do-not-contact":
        assert len(to_group) == 1 and "You have a new referral" in to_group[0]
    else:
        assert len(to_group) == 1 and "was called off" in to_group[0]
    assert loop.worker.email in mail_server.recipients


def test_an_erased_person_is_reached_by_nothing(sqlite_app: Flask, loop: World, make: Make) -> None:
    one = loop.introduction("sent")
    person = db.session.get_one(Person, one.person_id)
    person.erased_at = clock.now()
    telling.unsay(person, None)
    db.session.commit()
    assert {row.state for row in db.session.scalars(select(OutboxMessage)) if row.name.startswith("own-")} == {
        "taken_back"
    }
    assert db.session.get_one(Introduction, one.id).is_open


def test_the_look_of_the_worker_asks_by_ids_alone(sqlite_app: Flask, loop: World) -> None:
    with clock.freeze(MONDAY):
        loop.introduction("sent")
    with clock.freeze(days(2)), unit():
        sweeping.look()
    [asked] = [row for row in db.session.scalars(select(Job)) if row.name == "referrals.mark"]
    assert set(asked.payload) == {"about"} and len(asked.payload["about"]) == 36

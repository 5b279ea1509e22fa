"""What the worker does by the clock: each thing on its day, once, however often it is asked and whoever is killed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import HANDLERS, Job
from portal.core.queue import work_until_idle
from portal.core.transactions import unit
from portal.directory.models import Service
from portal.people.models import Consent
from portal.referrals import answering, due, sweeping, visiting, weekly
from portal.referrals.guards import Given
from portal.referrals.models import (
    Appointment,
    Introduction,
    IntroductionEvent,
    IntroductionLink,
    KeptAnswers,
    SpaceWish,
)
from portal.worker import TIMETABLE
from tests.factories import MONDAY, Make
from tests.support.mailbox import Mailbox
from tests.support.referrals import STEPS, World, introduce

QUILLA = "quilla.v@people.example.org"


def look_at(moment: datetime) -> None:
    """Let the worker look and do what is due then."""
    db.session.commit()
    with clock.freeze(moment):
        with unit():
            sweeping.look()
        work_until_idle()


def awake(loop: World) -> World:
    """With its rows read anew: a worker lets go of all it read."""
    for name in ("team", "group", "service", "worker", "group_worker", "person"):
        row = getattr(loop, name)
        setattr(loop, name, db.session.get_one(type(row), inspect(row).identity[0]))
    return loop


def days(count: int, hour: int = 9) -> datetime:
    """So many days after Monday 23 November 2026, at an hour."""
    return MONDAY + timedelta(days=count, hours=hour - 9)


@pytest.fixture
def sent(loop: World, mailbox: Mailbox) -> UUID:
    """One that was sent on Monday; what that caused has gone."""
    with clock.freeze(MONDAY):
        one_id = loop.introduction("sent").id
        assert mailbox.all
    mailbox.sender.sent.clear()
    return one_id


def state_of(one_id: UUID) -> str:
    return db.session.get_one(Introduction, one_id).state


def at(step: str, moment: datetime, loop: World, one_id: UUID) -> None:
    """Take a step at a moment; what it causes is sent."""
    with clock.freeze(moment):
        STEPS[step](awake(loop), db.session.get_one(Introduction, one_id))
        db.session.commit()
        work_until_idle()


def emails(loop: World) -> tuple[str, str]:
    """Of the group worker and of the link worker."""
    awake(loop)
    return loop.group_worker.email, loop.worker.email


# the clock of an answer


def test_a_group_that_does_not_answer_is_reminded_twice_then_the_referrer_is_told_then_it_closes(
    app: Flask, loop: World, mailbox: Mailbox, sent: UUID
) -> None:
    group, worker = emails(loop)
    found: list[tuple[int, str, str]] = []
    for number in range(20):
        for hour in (3, 9, 10):
            look_at(days(number, hour))
        found += [(number, one.to, one.subject.partition(" ")[0]) for one in mailbox.all]
        mailbox.sender.sent.clear()
    assert [(number, to) for number, to, _subject in found if to in {group, worker}] == [
        (2, group), (7, group), (9, worker), (14, worker),
    ]  # fmt: skip
    assert state_of(sent) == "expired"
    one = db.session.get_one(Introduction, sent)
    assert (one.reason_code, one.ended_by) == ("no-answer", "system")


def test_each_reminder_brings_a_new_link_and_ends_the_one_before(app: Flask, loop: World, sent: UUID) -> None:
    look_at(days(2))
    rows = db.session.scalars(select(IntroductionLink).order_by(IntroductionLink.sent_at)).all()
    assert [row.is_dead for row in rows] == [True, False]


def test_nobody_is_written_to_at_night(sqlite_app: Flask, mailbox: Mailbox, sent: UUID) -> None:
    for hour in (0, 7, 20, 23):
        look_at(days(2, hour))
    assert mailbox.all == []


def test_an_answer_ends_the_reminders(sqlite_app: Flask, loop: World, mailbox: Mailbox, sent: UUID) -> None:
    at("accept", days(1), loop, sent)
    mailbox.sender.sent.clear()
    group, _worker = emails(loop)
    for number in range(2, 20):
        look_at(days(number))
    assert mailbox.to(group) == []


def test_a_worker_that_was_away_reminds_once(sqlite_app: Flask, loop: World, mailbox: Mailbox, sent: UUID) -> None:
    group, worker = emails(loop)
    look_at(days(9))
    assert (len(mailbox.to(group)), len(mailbox.to(worker))) == (1, 1)


def test_a_question_stops_the_clock_and_is_reminded_of_until_the_group_need_not_wait(
    sqlite_app: Flask, loop: World, mailbox: Mailbox, sent: UUID
) -> None:
    at("ask", days(1), loop, sent)
    group, worker = emails(loop)
    mailbox.sender.sent.clear()
    found = []
    for number in range(1, 40):
        look_at(days(number))
        found += [(number, one.to) for one in mailbox.all]
        mailbox.sender.sent.clear()
    assert found == [(4, worker), (9, worker), (14, worker), (15, group)]
    assert state_of(sent) == "info-requested"
    at("decline", days(40), loop, sent)


# killed, twice, many


@pytest.mark.parametrize("handler", [row[0].name for row in sweeping.LOOKS])
def test_a_job_that_runs_twice_writes_once(app: Flask, loop: World, make: Make, mailbox: Mailbox, handler: str) -> None:
    """As when a worker is killed after its commit, or two of them look at once."""
    about, moment = MAKE[handler](awake(loop), make)
    assert mailbox.all is not None
    mailbox.sender.sent.clear()
    for _time in range(3):
        with clock.freeze(moment), unit():
            HANDLERS[handler](about=str(about))
    with clock.freeze(moment):
        written = mailbox.all
    assert len({(one.to, one.subject) for one in written}) == len(written) > 0


def test_a_worker_that_is_killed_before_its_commit_has_written_nothing(
    app: Flask, loop: World, mailbox: Mailbox, sent: UUID
) -> None:
    class Killed(BaseException):
        pass

    with clock.freeze(days(2)), pytest.raises(Killed), unit():
        due.mark(about=str(sent))
        raise Killed
    assert mailbox.all == []
    look_at(days(2))
    assert len(mailbox.all) == 1


def test_what_is_looked_for_again_is_asked_for_once(sqlite_app: Flask, loop: World, sent: UUID) -> None:
    for _look in range(3):
        with clock.freeze(days(2)), unit():
            sweeping.look()
    assert db.session.scalar(select(func.count()).where(Job.name == "referrals.mark")) == 1


def test_what_is_due_is_found_by_an_index(sqlite_app: Flask) -> None:
    with clock.freeze(MONDAY):
        for find, index in (
            (sweeping.marks_due, "ix_introduction_clock"),
            (sweeping.asks_due, "ix_introduction_ask"),
            (sweeping.reviews_due, "ix_introduction_review"),
            (sweeping.first_dates_due, "ix_introduction_first"),
            (sweeping.closed_due, "ix_introduction_service"),
            (sweeping.visits_due, "ix_appointment_starts"),
            (sweeping.agreements_due, "ix_consent_expiry"),
        ):
            wanted = find().compile(db.engine, compile_kwargs={"literal_binds": True})
            plan = str(db.session.execute(text(f"explain query plan {wanted}")).all())
            assert index in plan, plan


def test_the_timetable_names_every_look() -> None:
    names = {row.handler.name for row in TIMETABLE}
    assert names >= {"referrals.look", "referrals.tidy", "referrals.weekly"}


# what follows an answer


def test_the_day_after_a_first_date_the_group_is_asked_whether_they_came(
    sqlite_app: Flask, loop: World, mailbox: Mailbox, sent: UUID
) -> None:
    with clock.freeze(days(1)):
        one = db.session.get_one(Introduction, sent)
        answering.accept(one, by=awake(loop).answers(one), given=Given(first_date=date(2026, 11, 30)))
        db.session.commit()
        assert mailbox.all
    mailbox.sender.sent.clear()
    group, _worker = emails(loop)
    for number in (6, 7, 8, 9):
        look_at(days(number))
    assert [one.subject.partition("?")[0] for one in mailbox.to(group)] == ["Did they come"]
    purposes = db.session.scalars(select(IntroductionLink.purpose)).all()
    assert purposes.count("attendance") == 1


def test_six_weeks_after_the_start_the_group_is_asked_whether_it_has_ended(
    sqlite_app: Flask, loop: World, mailbox: Mailbox, sent: UUID
) -> None:
    at("accept", days(1), loop, sent)
    with clock.freeze(days(2)):
        one = db.session.get_one(Introduction, sent)
        visiting.start(one, by=awake(loop).answers(one))
        db.session.commit()
    group, _worker = emails(loop)
    look_at(days(2 + 41))
    assert not [one for one in mailbox.to(group) if one.subject.startswith("Is it still")]
    look_at(days(2 + 42))
    look_at(days(2 + 43))
    assert len([one for one in mailbox.to(group) if one.subject.startswith("Is it still")]) == 1


def test_a_waiting_list_is_looked_at_again(sqlite_app: Flask, loop: World, mailbox: Mailbox, sent: UUID) -> None:
    at("wait", days(1), loop, sent)
    mailbox.sender.sent.clear()
    for number in range(20, 26):
        look_at(days(number))
    assert sorted({one.to for one in mailbox.all}) == sorted(emails(loop))
    assert len(mailbox.all) == 2
    one = db.session.get_one(Introduction, sent)
    assert (one.review_on, one.place_expected_on) == (date(2027, 1, 12), date(2026, 12, 15))


def test_the_day_before_a_first_visit_the_person_is_reminded_once(
    sqlite_app: Flask, loop: World, mailbox: Mailbox, sent: UUID
) -> None:
    at("accept", days(1), loop, sent)
    with clock.freeze(days(1)):
        one = db.session.get_one(Introduction, sent)
        visit = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
        visiting.book(one, visit, by=awake(loop).answers(one), place="The Shed, Tannery Lane")
        db.session.commit()
    for number in (5, 6, 7, 8):
        for hour in (7, 9, 12):
            look_at(days(number, hour))
    reminders = [one for one in mailbox.to(QUILLA) if one.subject == "A reminder for tomorrow"]
    assert len(reminders) == 1
    assert "Tuesday 1 December, 10.30am" in reminders[0].text and "The Shed, Tannery Lane" in reminders[0].text


@pytest.mark.parametrize("handler", ["referrals.visit_tomorrow", "referrals.first_tomorrow"])
@pytest.mark.parametrize("why", ["do-not-contact", "died", "nothing"])
def test_nobody_is_reminded_who_must_not_be_written_to(
    sqlite_app: Flask, loop: World, make: Make, mailbox: Mailbox, why: str, handler: str
) -> None:
    about, moment = MAKE[handler](loop, make)
    loop.person.do_not_contact = why == "do-not-contact"
    loop.person.death_recorded_at = MONDAY if why == "died" else None
    db.session.commit()
    with clock.freeze(moment):
        with unit():
            HANDLERS[handler](about=str(about))
        written = [one for one in mailbox.to(QUILLA) if "tomorrow" in one.subject]
    assert len(written) == (why == "nothing")


# what ends without anybody


def test_an_agreement_whose_time_is_over_ends_what_stands_under_it(
    sqlite_app: Flask, loop: World, mailbox: Mailbox, sent: UUID
) -> None:
    db.session.scalars(select(Consent)).one().expires_on = date(2026, 11, 24)
    look_at(days(1))
    assert state_of(sent) == "sent"
    look_at(days(2))
    assert state_of(sent) == "withdrawn"
    assert db.session.scalars(select(Consent.status)).all() == ["expired"]


@pytest.mark.parametrize(
    ("state", "ends"),
    [
        ("draft", "withdrawn"),
        ("sent", "declined"),
        ("info-requested", "declined"),
        ("waiting-list", "not-started"),
        ("accepted", "not-started"),
        ("booked", "not-started"),
        ("in-progress", "ended-early"),
        ("paused", "ended-early"),
    ],
)
def test_a_service_that_closes_ends_what_is_open_there(sqlite_app: Flask, loop: World, state: str, ends: str) -> None:
    one_id = loop.introduction(state).id
    db.session.get_one(Service, loop.service.id).status = "defunct"
    look_at(days(2))
    one = db.session.get_one(Introduction, one_id)
    assert (one.state, one.reason_code) == (ends, "service-closed")


def test_one_that_is_closed_for_a_while_keeps_what_it_has(sqlite_app: Flask, loop: World) -> None:
    one_id = loop.introduction("accepted").id
    db.session.get_one(Service, loop.service.id).status = "temporarily closed"
    look_at(days(2))
    assert state_of(one_id) == "accepted"


def test_what_is_open_follows_a_listing_that_was_merged_into_another_of_the_same_group(
    sqlite_app: Flask, loop: World, make: Make
) -> None:
    kept = make.service(organisation=loop.group)
    one_id, draft_id = loop.introduction("accepted").id, introduce(loop).id
    kept_id = kept.id
    db.session.get_one(Service, loop.service.id).merged_into_id = kept.id
    look_at(days(2))
    one = db.session.get_one(Introduction, one_id)
    assert (one.state, one.service_id, db.session.get_one(Introduction, draft_id).service_id) == (
        "accepted", kept_id, kept_id,
    )  # fmt: skip
    assert one.open_key == f"{one.person_id.hex}:{kept_id.hex}"
    assert "followed" in db.session.scalars(select(IntroductionEvent.verb)).all()


def test_two_that_a_merge_brings_together_become_one(sqlite_app: Flask, loop: World, make: Make) -> None:
    kept = make.service(organisation=loop.group)
    first, second = loop.introduction("accepted", service=kept).id, loop.introduction("sent").id
    db.session.get_one(Service, loop.service.id).merged_into_id = kept.id
    look_at(days(2))
    assert (state_of(first), state_of(second)) == ("accepted", "withdrawn")


def test_a_merge_into_another_group_ends_what_is_open(sqlite_app: Flask, loop: World, make: Make) -> None:
    """The person agreed to share with the first group alone."""
    other = make.service(organisation=make.organisation("Elsewhere"))
    one_id = loop.introduction("sent").id
    db.session.get_one(Service, loop.service.id).merged_into_id = other.id
    look_at(days(2))
    assert state_of(one_id) == "declined"


# wishes, answers, links


def test_who_wished_to_hear_of_space_hears_once_and_is_forgotten(
    sqlite_app: Flask, loop: World, mailbox: Mailbox
) -> None:
    service_id = loop.service.id
    db.session.add(SpaceWish(service_id=service_id, email="otto.h@people.example.org", at=MONDAY))
    look_at(days(1))
    assert mailbox.all == []
    service = db.session.get_one(Service, service_id)
    service.space_state, service.space_said_at = "space", days(2)
    look_at(days(2))
    look_at(days(3))
    assert [one.subject for one in mailbox.to("otto.h@people.example.org")] == ["There is space again"]
    wish = db.session.scalars(select(SpaceWish)).one()
    assert (wish.email, wish.told_at is not None) == (None, True)


def test_old_answers_links_and_wishes_are_forgotten(sqlite_app: Flask, loop: World, sent: UUID) -> None:
    db.session.add(KeptAnswers(purpose="refer", answers={}, expires_at=days(1)))
    db.session.add(SpaceWish(service_id=awake(loop).service.id, email="otto.h@people.example.org", at=MONDAY))
    db.session.commit()
    for number, left in ((0, [1, 1, 1]), (2, [0, 1, 1]), (105, [0, 0, 1]), (181, [0, 0, 0])):
        with clock.freeze(days(number)), unit():
            sweeping.tidy()
        tables = (KeptAnswers, IntroductionLink, SpaceWish)
        assert [db.session.scalar(select(func.count()).select_from(one)) for one in tables] == left, number


# the digest of the week


def weeks_mail(mailbox: Mailbox, to: str, moment: datetime) -> list[Any]:
    """What a digest says that goes out then."""
    with clock.freeze(moment):
        with unit():
            weekly.look()
        return [one for one in mailbox.to(to) if one.subject == "Your referrals last week"]


def test_on_monday_a_link_worker_hears_what_else_happened(
    app: Flask, loop: World, mailbox: Mailbox, sent: UUID
) -> None:
    at("accept", days(1), loop, sent)
    at("book", days(2), loop, sent)
    _group, worker = emails(loop)
    shown = db.session.get_one(Introduction, sent).shown_reference
    assert weeks_mail(mailbox, worker, days(3)) == []
    for _again in range(2):
        told = weeks_mail(mailbox, worker, days(7))
        assert len(told) == 1
    assert f"{shown}: First visit booked" in told[0].text
    assert "Quilla" not in told[0].text and "/notifications/stop/" in told[0].text
    assert weeks_mail(mailbox, worker, days(14)) == told


def test_who_did_it_themselves_does_not_hear_of_it(
    sqlite_app: Flask, loop: World, mailbox: Mailbox, sent: UUID
) -> None:
    at("withdraw", days(1), loop, sent)
    assert weeks_mail(mailbox, emails(loop)[1], days(7)) == []


def test_a_worker_that_was_away_on_monday_makes_up_for_it_until_wednesday(
    sqlite_app: Flask, loop: World, mailbox: Mailbox, sent: UUID
) -> None:
    at("accept", days(1), loop, sent)
    at("book", days(2), loop, sent)
    _group, worker = emails(loop)
    assert weeks_mail(mailbox, worker, days(10)) == []
    assert len(weeks_mail(mailbox, worker, days(9))) == 1


def _sent(loop: World) -> Introduction:
    with clock.freeze(MONDAY):
        return loop.introduction("sent")


def _first_date(loop: World, _make: Make) -> tuple[UUID, datetime]:
    one = _sent(loop)
    with clock.freeze(MONDAY):
        answering.accept(one, by=awake(loop).answers(one), given=Given(first_date=date(2026, 12, 1)))
    return one.id, days(7)


def _visit(loop: World, _make: Make) -> tuple[UUID, datetime]:
    with clock.freeze(MONDAY):
        one = loop.introduction("booked")
        visit = db.session.scalars(select(Appointment).where(Appointment.introduction_id == one.id)).one()
    return visit.id, days(1)


def _closed(loop: World, _make: Make) -> tuple[UUID, datetime]:
    one = _sent(loop)
    one.service.status = "defunct"  # type: ignore[union-attr]
    return one.id, days(1)


def _lapsed(loop: World, _make: Make) -> tuple[UUID, datetime]:
    _sent(loop)
    held = db.session.scalars(select(Consent)).one()
    held.expires_on = date(2026, 11, 23)
    return held.id, days(2)


def _waiting(loop: World, _make: Make) -> tuple[UUID, datetime]:
    with clock.freeze(MONDAY):
        return loop.introduction("waiting-list").id, days(21)


def _wish(loop: World, _make: Make) -> tuple[UUID, datetime]:
    wish = SpaceWish(service_id=loop.service.id, email="otto.h@people.example.org", at=MONDAY)
    service = db.session.get_one(Service, loop.service.id)
    service.space_state, service.space_said_at = "space", MONDAY
    db.session.add(wish)
    db.session.flush()
    return wish.id, days(1)


def _asked(loop: World, _make: Make) -> tuple[UUID, datetime]:
    one_id, _moment = _first_date(loop, _make)
    return one_id, days(9)


MAKE: dict[str, Callable[[World, Make], tuple[UUID, datetime]]] = {
    "referrals.mark": lambda loop, make: (_sent(loop).id, days(2)),
    "referrals.ask": _asked,
    "referrals.review": _waiting,
    "referrals.closed": _closed,
    "referrals.agreement_over": _lapsed,
    "referrals.visit_tomorrow": _visit,
    "referrals.first_tomorrow": _first_date,
    "referrals.space_again": _wish,
}

"""When a practice gets a document, when it does not, and what stops one: agreement, death, mistake, erasure, silence."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.caseload import intake_joining
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.core.transactions import unit
from portal.governance import erasing
from portal.people.models import Person
from portal.referrals import ending, withdrawing
from portal.referrals.actors import Actor
from portal.referrals.dispatching import answers, queries, queueing, sending
from portal.referrals.dispatching.models import DocumentDispatch
from portal.referrals.dispatching.queueing import CannotSendAgain
from portal.referrals.dispatching.transports.port import Answer, Document, NoWay, Sent, ServerTrouble
from portal.referrals.transitions import Who
from tests.factories import Make
from tests.referrals.dispatching.conftest import FAMILY, PRIVATE, Handover, Use, work
from tests.support.referrals import make_person


class Kept:
    """A transport that keeps what it is given. `problem` is raised at the next hand-over; `before` runs at each."""

    name = "kept"
    silence: timedelta | None = None

    def __init__(self, name: str = "kept") -> None:
        self.name = name
        self.documents: list[Document] = []
        self.answers: list[Answer] = []
        self.settled: list[Answer] = []
        self.taken_back: list[UUID] = []
        self.problem: Exception | None = None
        self.before: Callable[[], None] = lambda: None

    def send(self, document: Document) -> str:
        self.before()
        if (problem := self.problem) is not None:
            raise problem
        self.documents.append(document)
        return f"{self.name}-{len(self.documents)}"

    def poll(self, waiting: Sequence[Sent]) -> list[Answer]:
        asked = {one.local_id for one in waiting}
        return [one for one in self.answers if one.local_id in asked]

    def settle(self, answers: Sequence[Answer]) -> None:
        self.settled += answers

    def take_back(self, local_id: UUID) -> bool:
        self.taken_back.append(local_id)
        return False

    def trouble(self) -> str | None:
        return None

    def close(self) -> None:
        pass


@pytest.fixture
def kept(use: Use) -> Kept:
    transport = Kept()
    use(transport)
    return transport


def test_without_a_transport_there_is_no_document(sqlite_app: Flask, make: Make, use: Use) -> None:
    use()
    handover = Handover(make)
    with pytest.raises(Exception, match="No row"):
        handover.end()


@pytest.mark.parametrize("outcomes", [None, False])
def test_without_the_agreement_nothing_is_made_and_nobody_has_to_see_to_it(
    outcomes: bool | None, sqlite_app: Flask, make: Make, kept: Kept
) -> None:
    handover = Handover(make, agrees=False)
    if outcomes is False:
        handover.agree(outcomes=False)
    row = handover.end()
    assert (row.state, row.reason, row.content) == ("refused", "no-consent", None)
    work()
    assert not kept.documents and queries.count_to_see_to() == 0


@pytest.mark.parametrize(
    ("code", "agrees", "state", "reason"),
    [
        ("C82031", True, "sent", None),
        ("C82031", False, "refused", "no-consent"),
        ("C82032", True, "refused", "no-practice"),
        (None, True, "refused", "no-practice"),
    ],
)
def test_who_asked_for_themselves_is_told_of_to_the_practice_of_the_record_alone(
    code: str | None, agrees: bool, state: str, reason: str | None, sqlite_app: Flask, make: Make, kept: Kept
) -> None:
    handover = Handover(make, agrees=agrees, is_own=True)
    handover.practice.identifiers[0].identifier = "C82031"
    handover.person.details = {"practice_code": code}
    db.session.commit()
    handover.end()
    work()
    row = handover.row
    assert (row.state, row.reason) == (state, reason) and len(kept.documents) == (state == "sent")
    assert all(FAMILY in one.html for one in kept.documents)


def test_a_document_is_made_in_the_words_of_the_practice_and_names_the_outcome(
    sqlite_app: Flask, make: Make, kept: Kept
) -> None:
    handover = Handover(make)
    handover.practice.lang = "cy"
    db.session.commit()
    handover.end()
    work()
    (document,) = kept.documents
    assert document.locale == "cy" and 'lang="cy"' in document.html and FAMILY in document.html
    assert (document.ods_code, document.practice_name) == ("X26", "Tannery Row Surgery")
    assert "Observation" in document.fhir and "<script" not in document.html


def test_an_agreement_that_ends_while_it_waits_stops_it_in_the_same_transaction(
    app: Flask, make: Make, kept: Kept
) -> None:
    handover = Handover(make)
    handover.end()
    with unit():
        withdrawing.withdraw_consent(handover.person, handover.practice.id, by="person", how="online")
    row = handover.row
    assert (row.state, row.reason, row.content) == ("withdrawn", "consent-ended", None)
    work()
    assert not kept.documents


def test_a_document_goes_with_the_handover_that_is_joined_to_another_record(
    sqlite_app: Flask, make: Make, kept: Kept
) -> None:
    handover = Handover(make)
    handover.end()
    known = make_person(handover.team, worker=handover.worker).id
    with unit():
        intake_joining.join(handover.one, db.session.get_one(Person, known), by=handover.worker)
    assert handover.row.person_id == known
    with unit():
        person = db.session.get_one(Person, known)
        withdrawing.withdraw_consent(person, handover.practice.id, by="person", how="online")
    work()
    assert handover.row.state == "withdrawn" and not kept.documents


def test_an_agreement_with_somebody_else_may_end(sqlite_app: Flask, make: Make, kept: Kept) -> None:
    handover = Handover(make)
    handover.end()
    with unit():
        withdrawing.withdraw_consent(handover.person, handover.team.id, by="person", how="online")
        withdrawing.block_contact(handover.person, reason="Not safe", by=handover.worker)
    work()
    assert handover.row.state == "sent", "it goes to the practice, not to the person"


def test_an_agreement_that_was_narrowed_is_looked_at_again_before_it_leaves(
    sqlite_app: Flask, make: Make, kept: Kept
) -> None:
    handover = Handover(make)
    handover.end()
    handover.agree(outcomes=False)
    work()
    assert (handover.row.state, handover.row.reason) == ("withdrawn", "consent-ended") and not kept.documents


def test_a_death_stops_it(sqlite_app: Flask, make: Make, kept: Kept) -> None:
    handover = Handover(make)
    handover.end()
    with unit():
        withdrawing.record_death(handover.person, None, by=handover.worker)
    work()
    assert (handover.row.state, handover.row.reason) == ("withdrawn", "died") and not kept.documents


def test_a_mistake_stops_it_and_after_it_has_gone_staff_are_told_to_ring(
    sqlite_app: Flask, make: Make, kept: Kept
) -> None:
    handover = Handover(make)
    handover.end()
    work()
    kept.answers = [Answer(handover.row.local_id, "acknowledged", "kept-acknowledged")]
    ids = [handover.worker.id, make.user("link-worker", organisation=handover.team).id]
    for user_id in ids:
        with unit():
            by = Actor(Who.LEAD, user=db.session.get_one(User, user_id), organization_id=handover.team.id)
            ending.mark_error(handover.one, by=by, words="The wrong person.")
    answers.poll()
    assert (handover.row.state, handover.row.reason) == ("acknowledged", "mistake")
    assert [one.id for one in queries.to_see_to()] == [handover.row.id]


def test_erasing_takes_back_what_was_sent_and_leaves_no_row(sqlite_app: Flask, make: Make, kept: Kept) -> None:
    handover = Handover(make)
    handover.end()
    work()
    local_id = handover.row.local_id
    with unit():
        erasing.erase(handover.person, why="asked", by=None)
    work()
    assert db.session.query(DocumentDispatch).count() == 0 and kept.taken_back == [local_id]


def test_the_first_transport_that_reaches_the_practice_takes_it(sqlite_app: Flask, make: Make, use: Use) -> None:
    first, second = Kept("first"), Kept("second")
    first.problem = NoWay("no-address")
    use(first, second)
    handover = Handover(make)
    handover.end()
    work()
    assert (handover.row.transport, len(second.documents)) == ("second", 1)


def test_where_none_reaches_it_the_reason_stands_and_it_can_be_sent_again(
    sqlite_app: Flask, make: Make, kept: Kept
) -> None:
    kept.problem = NoWay("no-address")
    handover = Handover(make)
    handover.end()
    work()
    row = handover.row
    assert (row.state, row.reason) == ("refused", "no-address") and queries.count_to_see_to() == 1
    before, kept.problem = row.local_id, None
    with unit():
        queueing.send_again(queries.any_by_id(row.id), by=handover.worker)
    work()
    assert handover.row.state == "sent" and kept.documents[0].local_id != before
    with pytest.raises(CannotSendAgain):
        queueing.send_again(handover.row, by=handover.worker)


def test_one_in_trouble_is_tried_later_each_time_and_given_up_after_two_days(
    sqlite_app: Flask, make: Make, kept: Kept
) -> None:
    kept.problem = ServerTrouble("kept down")
    handover = Handover(make)
    handover.end()
    moment = clock.now()
    waits = []
    for _try in range(4):
        with clock.freeze(moment):
            work()
        waits.append(handover.row.next_try_at - moment)
        moment = handover.row.next_try_at
    assert waits == sorted(waits) and handover.row.attempts == 4
    with clock.freeze(moment + timedelta(days=2)):
        work()
    assert (handover.row.state, handover.row.reason) == ("failed", "too-long")


def test_what_waited_for_days_for_a_worker_is_sent_all_the_same(sqlite_app: Flask, make: Make, kept: Kept) -> None:
    handover = Handover(make)
    handover.end()
    with clock.freeze(clock.now() + timedelta(days=5)):
        work()
    assert handover.row.state == "sent"


def test_what_was_claimed_and_put_off_by_a_wrong_clock_goes_once_it_is_right(
    sqlite_app: Flask, make: Make, kept: Kept
) -> None:
    handover = Handover(make)
    handover.end()
    row = handover.row
    row.sending_until = row.next_try_at = clock.now() + timedelta(days=400)
    db.session.commit()
    work()
    assert (handover.row.state, len(kept.documents)) == ("sent", 1)


def test_silence_is_a_failure_after_the_days_of_the_setting_and_a_late_answer_still_counts(
    sqlite_app: Flask, make: Make, kept: Kept, setting: Callable[..., None]
) -> None:
    setting(documents_days=3)
    handover = Handover(make)
    handover.end()
    work()
    for days, state in ((2, "sent"), (4, "failed")):
        with clock.freeze(clock.now() + timedelta(days=days)), unit():
            answers.sweep()
        assert handover.row.state == state
    assert handover.row.reason == "no-answer" and handover.row.content
    kept.answers = [Answer(handover.row.local_id, "acknowledged", "kept-acknowledged")]
    answers.poll()
    assert (handover.row.state, handover.row.content) == ("acknowledged", None) and kept.settled == kept.answers


def test_jobs_that_run_twice_send_once(app: Flask, make: Make, kept: Kept) -> None:
    handover = Handover(make)
    handover.end()
    for _again in range(2):
        sending.send([{}])
        answers.poll()
        with unit():
            answers.sweep()
    work()
    assert len(kept.documents) == 1 and handover.row.attempts == 1


def test_a_kill_between_sending_and_noting_sends_once_more_under_the_same_id(
    sqlite_app: Flask, make: Make, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(_what: object) -> None:
        raise Killed

    handover = Handover(make)
    handover.end()
    insist = sending.insist
    monkeypatch.setattr(sending, "insist", die)
    with pytest.raises(Killed):
        sending.send([{}])
    monkeypatch.setattr(sending, "insist", insist)
    db.session.rollback()
    assert handover.row.state == "queued" and handover.row.may_have_gone
    work()
    assert len(kept.documents) == 1, "the claim of the one that was killed still holds"
    with clock.freeze(clock.now() + sending.HELD + timedelta(seconds=1)):
        work()
    first, second = kept.documents
    assert first.local_id == second.local_id and handover.row.state == "sent"


def test_what_is_stopped_while_it_travels_is_asked_for_back(sqlite_app: Flask, make: Make, kept: Kept) -> None:
    handover = Handover(make)
    handover.end()

    def withdraw() -> None:
        with unit():
            withdrawing.withdraw_consent(handover.person, handover.practice.id, by="person", how="online")

    kept.before = withdraw
    work()
    row = handover.row
    assert (row.state, row.reason) == ("sent", "consent-ended") and kept.taken_back == [row.local_id]


def test_no_job_and_no_log_holds_anything_of_the_person(
    sqlite_app: Flask, make: Make, kept: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    kept.problem = ServerTrouble("kept down")
    handover = Handover(make)
    handover.end()
    jobs = [f"{one.name} {one.payload} {one.key}" for one in db.session.query(Job)]
    work()
    jobs += [f"{one.name} {one.payload} {one.key}" for one in db.session.query(Job)]
    told = capsys.readouterr()
    assert [one for one in PRIVATE if one in " ".join(jobs) + told.out + told.err] == []

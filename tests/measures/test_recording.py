"""Keeping what somebody answered: once, encrypted, scored, told in words, and to nobody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from portal.accounts.models import User
from portal.core import audit, clock
from portal.core.audit import AuditEntry
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.core.viewer import Nobody
from portal.measures import actions, queries
from portal.measures.actions import CannotMeasure, Taken
from portal.measures.models import MeasureResult
from portal.measures.scoring import WrongAnswer
from portal.people.models import Person
from tests.factories import Make

FIRST = {"satisfied": "4", "worthwhile": "5", "happy": "3", "anxious": "7"}
LATER = {"satisfied": "6", "worthwhile": "6", "happy": "6", "anxious": "5"}
OCTOBER, NOVEMBER = datetime(2026, 10, 12, 10, tzinfo=UTC), datetime(2026, 11, 17, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _page(active_app: Flask) -> Any:
    with active_app.test_request_context():
        yield


def taken(answers: dict[str, Any], instrument: str = "ons4", **told: Any) -> Taken:
    options = {
        "point": "before",
        "completed_by": "together",
        "form_key": f"k{len(db.session.query(MeasureResult).all()):025d}",
    }
    return Taken(instrument, answers, **(options | told))


def twice(person: Person, worker: User) -> None:
    with clock.freeze(OCTOBER):
        actions.record(person, taken(FIRST), by=worker)
        db.session.commit()
    with clock.freeze(NOVEMBER):
        actions.record(person, taken(LATER, point="after"), by=worker)
        db.session.commit()


def test_first_and_latest_stand_side_by_side_in_words(sqlite_app: Flask, person: Person, worker: User) -> None:
    twice(person, worker)
    (course,) = queries.results_for(worker, person)
    assert (course.title, course.first_on, course.latest_on) == ("ONS wellbeing", OCTOBER.date(), NOVEMBER.date())
    assert [(row.label, row.first, row.latest, row.is_better) for row in course.rows] == [
        ("Satisfied with life", "4", "6, up 2", True),
        ("Worthwhile", "5", "6, up 1", True),
        ("Happy yesterday", "3", "6, up 3", True),
        ("Anxious yesterday", "7", "5, down 2", True),
    ]
    assert [row.band for row in course.rows] == ["Medium", "Medium", "Medium", "Medium"]


def test_one_result_has_nothing_beside_it_and_worse_is_said(sqlite_app: Flask, person: Person, worker: User) -> None:
    actions.record(person, taken({"companionship": "often", "left-out": "often"}, "loneliness"), by=worker)
    db.session.commit()
    (course,) = queries.results_for(worker, person)
    assert course.latest_on is None and [row.latest for row in course.rows] == [None, None]
    assert course.rows[0].first == "1 answer missing" and course.rows[0].is_better is None
    answers = dict.fromkeys(("companionship", "left-out", "isolated"), "hardly-ever") | {"lonely": "never"}
    actions.record(person, taken(answers, "loneliness"), by=worker)
    worse = dict.fromkeys(("companionship", "left-out", "isolated"), "often") | {"lonely": "always"}
    actions.record(person, taken(worse, "loneliness"), by=worker)
    db.session.commit()
    rows = queries.results_for(worker, person)[0].rows
    assert rows[0].latest == "9" and rows[1].latest == "Often or always"


def test_nobody_else_is_told_anything(sqlite_app: Flask, make: Make, person: Person, worker: User) -> None:
    twice(person, worker)
    other = make.user("link-worker", organisation=make.organisation("Another team"))
    for viewer in (other, make.user("administrator"), make.user("editor", organisation=make.organisation()), Nobody()):
        assert queries.results_for(viewer, person) == ()
    assert len(queries.results_for(worker, person)) == 1


def test_the_database_holds_no_answer_and_no_score_in_clear(app: Flask, person: Person, worker: User) -> None:
    twice(person, worker)
    rows = db.session.execute(text("select answers, score, safety from measure_result")).all()
    assert len(rows) == 2
    for answers, score, safety in rows:
        assert "satisfied" not in answers and "medium" not in score and safety is None


def test_what_was_done_stands_in_the_audit_and_what_was_answered_does_not(
    sqlite_app: Flask, person: Person, worker: User
) -> None:
    kept = actions.record(person, taken(FIRST), by=worker)
    db.session.commit()
    entry = db.session.query(AuditEntry).filter_by(action="measure.recorded").one()
    assert (entry.subject_id, entry.actor_id) == (str(kept.id), str(worker.id))
    assert entry.details == {"instrument": "ons4", "point": "before", "person": str(person.id)}
    assert audit.verify()[1] is None


def test_the_same_form_twice_is_kept_once(sqlite_app: Flask, make: Make, person: Person, worker: User) -> None:
    one = actions.record(person, taken(FIRST, form_key="x" * 30), by=worker)
    db.session.commit()
    again = actions.record(person, taken(LATER, form_key="x" * 30), by=worker)
    db.session.commit()
    assert one.id == again.id and db.session.query(MeasureResult).count() == 1
    with pytest.raises(CannotMeasure):
        actions.record(person, taken({"lonely": "never"}, "loneliness", form_key="x" * 30), by=worker)
    assert db.session.query(AuditEntry).filter_by(action="measure.recorded").count() == 1


def test_of_three_that_come_at_once_one_is_kept(app: Flask, person: Person, worker: User) -> None:
    person_id, worker_id = person.id, worker.id
    db.session.commit()

    def send() -> UUID:
        with app.test_request_context(), unit():
            who, by = db.session.get_one(Person, person_id), db.session.get_one(User, worker_id)
            return actions.record(who, Taken("ons4", FIRST, "before", "together", "y" * 30), by=by).id

    with ThreadPoolExecutor(3) as pool:
        kept = {one.result() for one in [pool.submit(send) for _ in range(3)]}
    assert len(kept) == 1 == db.session.query(MeasureResult).count()


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({"answers": {}}, CannotMeasure),
        ({"answers": {"satisfied": None, "happy": ""}}, CannotMeasure),
        ({"answers": {"satisfied": "11"}}, WrongAnswer),
        ({"answers": {"nobody": "1"}}, WrongAnswer),
        ({"answers": FIRST, "point": "some day"}, CannotMeasure),
        ({"answers": FIRST, "completed_by": "nobody"}, CannotMeasure),
        ({"answers": {"nervous": "several"}, "instrument": "gad7"}, CannotMeasure),
        ({"answers": {"score": "56"}, "instrument": "pam"}, CannotMeasure),
        ({"answers": FIRST, "instrument": "nonsense"}, NotFound),
    ],
)
def test_what_cannot_be_kept_is_refused(
    sqlite_app: Flask, person: Person, worker: User, told: dict[str, Any], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        actions.record(person, taken(**told), by=worker)
    assert db.session.query(MeasureResult).count() == 0


def test_why_no_measure_was_taken_is_kept_and_said(sqlite_app: Flask, person: Person, worker: User) -> None:
    assert not queries.is_measured(person.id, "after")
    with suppress(CannotMeasure):
        actions.record_none(person, "ons4", "because", form_key="n" * 30, by=worker)
    with clock.freeze(NOVEMBER):
        actions.record_none(person, "ons4", "no-contact", form_key="n" * 30, by=worker)
        db.session.commit()
    (course,) = queries.results_for(worker, person)
    assert (course.why_none, course.why_none_on, course.rows) == ("We could not reach them", NOVEMBER.date(), ())
    assert queries.is_measured(person.id, "after") and not queries.is_measured(person.id, "before")
    assert not queries.is_measured(person.id, "after", since=clock.now().replace(year=2030))


def test_a_result_keeps_version_licence_and_whether_its_words_were_checked(
    sqlite_app: Flask, make: Make, person: Person, worker: User
) -> None:
    boss = make.user("administrator")
    unchecked = actions.record(person, taken(FIRST), by=worker)
    ready = queries.measure("ons4", "en")
    actions.sign_wording("ons4", "en", ready.digest, by=boss)
    db.session.commit()
    checked = actions.record(person, taken(LATER), by=worker)
    db.session.commit()
    assert (unchecked.is_wording_checked, checked.is_wording_checked) == (False, True)
    assert (checked.version, checked.licence, checked.language) == ("2011", "free", "en")
    assert queries.results_for(worker, person)[0].warning == "Wording not checked yet"


def test_results_go_with_the_person(sqlite_app: Flask, person: Person, worker: User) -> None:
    twice(person, worker)
    db.session.execute(text("delete from person"))
    db.session.commit()
    assert db.session.query(MeasureResult).count() == 0


def test_a_record_asks_as_much_for_many_results_as_for_few(
    app: Flask, person: Person, worker: User, count_statements: Callable[[], Any]
) -> None:
    twice(person, worker)
    with count_statements() as few:
        queries.results_for(worker, person)
    for _ in range(5):
        actions.record(person, taken(LATER), by=worker)
        actions.record(person, taken({"lonely": "never"}, "loneliness"), by=worker)
    db.session.commit()
    with count_statements() as many:
        queries.results_for(worker, person)
    assert len(many) <= len(few) + 1

"""Retention classes: which fits, when it is due, what never is; the command, its certificates, and a restored person."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.governance import retention
from portal.governance.classes import OWN_FILE, ClassesProblem, Facts, class_of, classes, due_on
from portal.governance.cli import retention as retention_command
from portal.governance.models import ErasureCertificate
from portal.people.models import Person
from portal.referrals.models import SafetyConcern
from tests.support.referrals import World, make_person

ENDED = date(2026, 11, 24)
FACTS = Facts(has_team=True, ended_on=ENDED, was_accepted=True, needs=frozenset({"loneliness"}))
LATER = datetime(2035, 1, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "wanted", "day"),
    [
        (FACTS, "adult", date(2034, 11, 24)),
        (replace(FACTS, born=date(2010, 3, 1)), "child", date(2035, 3, 1)),
        (replace(FACTS, born=date(2009, 3, 1)), "child", date(2035, 3, 1)),
        (replace(FACTS, born=date(2008, 2, 29)), "adult", date(2034, 11, 24)),
        (replace(FACTS, needs=frozenset({"crisis"})), "mental-health", date(2046, 11, 24)),
        (
            replace(FACTS, needs=frozenset({"crisis"}), died_on=date(2027, 1, 5)),
            "mental-health",
            date(2037, 1, 5),
        ),
        (replace(FACTS, was_accepted=False), "not-accepted", date(2028, 11, 24)),
        (replace(FACTS, has_team=False), "group", date(2028, 11, 24)),
        (replace(FACTS, has_team=False, ended_on=date(2028, 2, 29)), "group", date(2030, 3, 1)),
    ],
)
@pytest.mark.usefixtures("sqlite_app")
def test_each_class_fits_and_falls_due(facts: Facts, wanted: str, day: date) -> None:
    found = class_of(facts)
    assert (found.id, due_on(found, facts)) == (wanted, day)


@pytest.mark.usefixtures("sqlite_app")
def test_every_class_has_a_source_and_what_is_our_own_is_unconfirmed() -> None:
    assert all(one.source for one in classes())
    assert {one.id for one in classes() if not one.confirmed} == {"not-accepted", "mental-health", "group"}


def test_an_operators_own_file_takes_the_place_of_ours(sqlite_app: Flask) -> None:
    own = sqlite_app.extensions["portal.settings"].instance / OWN_FILE
    all_of = "controller: any, fits: all, source: Ours., confirmed: true"
    try:
        own.write_text(f"classes:\n- {{id: short, {all_of}, years: 1}}\n", encoding="utf-8")
        assert (class_of(FACTS).id, due_on(class_of(FACTS), FACTS)) == ("short", date(2027, 11, 24))
        for wrong in (f"- {{id: short, {all_of}}}", "- {id: x, colour: red}", "- {id: x, years: [", "3"):
            own.write_text(f"classes:\n{wrong}\n", encoding="utf-8")
            os.utime(own, ns=(0, hash(wrong) % 10**9))
            with pytest.raises(ClassesProblem):
                classes()
    finally:
        own.unlink()
    assert class_of(FACTS).id == "adult"


def test_what_is_open_or_held_never_falls_due(app: Flask, loop: World) -> None:
    closed = make_person(loop.team, worker=loop.worker, given_name="Osric")
    held = make_person(loop.team, worker=loop.worker, given_name="Wilf")
    loop.introduction("accepted")
    for one in (loop.person, closed, held):
        one.closed_at = clock.now()
    held.held_at = clock.now()
    make_person(loop.team, worker=loop.worker, given_name="Open")
    db.session.commit()
    wanted = closed.reference
    with clock.freeze(LATER):
        assert [one.reference for one in retention.due()] == [wanted]
    assert list(retention.due()) == []


def test_nobody_falls_due_while_a_worry_for_their_safety_is_open(sqlite_app: Flask, full: World) -> None:
    full.person.closed_at = clock.now()
    worry = db.session.scalars(select(SafetyConcern)).one()
    worry.closed_at = None
    db.session.flush()
    assert retention.standing(full.person) is None
    worry.closed_at = clock.now()
    db.session.flush()
    assert retention.standing(full.person) is not None


def test_a_dry_run_tells_and_changes_nothing_and_a_run_erases_with_a_certificate(
    full: World, run: Callable[..., Result]
) -> None:
    reference = full.person.reference
    with clock.freeze(LATER):
        told = json.loads(run("run", "--dry-run", "--json").output)
        assert [(one["reference"], one["class"]) for one in told["due"]] == [(reference, "adult")]
        assert told["erased"] == 0 and told["classes"]["group"]["confirmed"] is False
        assert db.session.scalars(select(ErasureCertificate)).all() == []
        words = run("run").output
        assert "adult: 1 due" in words and "unconfirmed" in words and "1 people were erased" in words
        one = db.session.scalars(select(ErasureCertificate)).one()
        assert (one.reference, one.retention_class, one.why) == (reference, "adult", "due")
        assert "0 people were erased" in run("run").output


def test_a_class_that_nobody_confirmed_is_erased_only_where_it_is_named(
    loop: World, run: Callable[..., Result]
) -> None:
    person = make_person(loop.team, worker=loop.worker, given_name="Osric", needs=("crisis",))
    person.closed_at = clock.now()
    db.session.commit()
    with clock.freeze(LATER.replace(year=2050)):
        told = json.loads(run("run", "--json").output)
        assert [one["class"] for one in told["due"]] == ["mental-health"]
        assert (told["erased"], told["left_unconfirmed"]) == (0, 1)
        assert "1 of them are left alone" in run("run", "--unconfirmed", "group").output
        assert db.session.get_one(Person, person.id).erased_at is None
        told = json.loads(run("run", "--unconfirmed", "mental-health", "--json").output)
        assert (told["erased"], told["left_unconfirmed"]) == (1, 0)
        assert db.session.get_one(Person, person.id).erased_at is not None


def test_the_daily_job_erases_nothing_unless_it_is_told_to(full: World, app: Flask) -> None:
    settings = app.extensions["portal.settings"]
    with clock.freeze(LATER):
        retention.daily()
        db.session.commit()
        person = db.session.scalars(select(Person)).one()
        assert (person.retention_class, person.delete_after, person.erased_at) == ("adult", _adults(person), None)
        person.held_at = clock.now()
        retention.daily()
        db.session.commit()
        db.session.refresh(person)
        assert person.delete_after is None
        person.held_at = None
        db.session.commit()
        app.extensions["portal.settings"] = replace(settings, retention_automatic=True)
        try:
            retention.daily()
            db.session.commit()
        finally:
            app.extensions["portal.settings"] = settings
        db.session.expire_all()
        assert db.session.scalars(select(Person)).one().erased_at is not None


def test_a_restored_person_is_erased_again_by_their_certificate(
    full: World, run: Callable[..., Result], tmp_path: Path
) -> None:
    person_id, reference = str(full.person.id), full.person.reference
    (tmp_path / "one.json").write_text(json.dumps({"person": person_id, "reference": reference}), encoding="utf-8")
    assert json.loads(run("again", str(tmp_path), "--json").output) == {"erased": [reference]}
    assert json.loads(run("again", str(tmp_path), "--json").output) == {"erased": []}
    assert db.session.scalars(select(Person)).one().given_name is None


def _adults(person: Person) -> date:
    assert person.closed_at is not None
    day = clock.local(person.closed_at).date()
    return day.replace(year=day.year + 8)


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    """Runs a command on the instance of the test."""

    def command(*words: str) -> Result:
        db.session.commit()
        found = CliRunner().invoke(retention_command, list(words), obj=app, catch_exceptions=False)
        db.session.expire_all()
        assert found.exit_code == 0, found.output
        return found

    return command

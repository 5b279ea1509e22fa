"""What falls due by its retention class, and erasing it. Nothing that is open or under legal hold ever does."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, update

from portal.core import clock
from portal.core.extensions import db, settings
from portal.core.jobs import job
from portal.core.transactions import unit
from portal.governance import erasing
from portal.governance.classes import Facts, RetentionClass, class_of, due_on
from portal.people.models import Person
from portal.referrals.models import Introduction, Referral, SafetyConcern
from portal.referrals.states import State

TAKEN_ON = frozenset({State.COMPLETED.value, State.ENDED_EARLY.value, State.NOT_STARTED.value})
A_STEP = 200
"""People who are looked at in one question."""


@dataclass(frozen=True)
class Due:
    """Somebody of whom what was told is kept no longer since `due_on`."""

    person_id: UUID
    reference: str
    retention_class: RetentionClass
    due_on: date


def due(today: date | None = None) -> Iterator[Due]:
    """Everybody who falls due, by the order of their ids."""
    today, after = today or clock.today(), UUID(int=0)
    while True:
        wanted = select(Person).where(_may_fall_due(), Person.id > after).order_by(Person.id).limit(A_STEP)
        people = db.session.scalars(wanted).all()
        for person, facts in _facts_of(people):
            one = class_of(facts)
            day = due_on(one, facts)
            if day <= today:
                yield Due(person.id, person.reference, one, day)
        if len(people) < A_STEP:
            return
        after = people[-1].id
        db.session.expunge_all()


def standing(person: Person) -> tuple[RetentionClass, date] | None:
    """The class of a person and the day on which they fall due; None while something is open."""
    may = db.session.scalar(select(Person.id).where(Person.id == person.id, _has_ended()))
    if may is None:
        return None
    facts = dict(_facts_of([person]))[person]
    one = class_of(facts)
    return one, due_on(one, facts)


def erase_due(found: Due) -> bool:
    """Erase one that fell due, in a transaction of its own, if it still does. Gives whether it did."""
    with unit():
        person = db.session.scalar(select(Person).where(Person.id == found.person_id, _may_fall_due()))
        if person is None:
            return False
        person.retention_class = found.retention_class.id
        db.session.flush()
        erasing.erase(person, why="due", by=None, due_on=found.due_on)
    return True


def erase_again(folder: Path) -> list[str]:
    """Erase anew whom the certificates of a folder name: after a backup was restored. Gives references."""
    done = []
    for path in sorted(folder.glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        with unit():
            wanted = select(Person).where(Person.id == UUID(told["person"]), Person.erased_at.is_(None))
            person = db.session.scalar(wanted)
            if person is not None:
                person.held_at = None
                db.session.flush()
                erasing.erase(person, why="again", by="operator")
                done.append(str(told["reference"]))
    return done


@job("governance.retention")
def daily() -> None:
    """Note the class and the day of whoever falls due; erase those of confirmed classes where the operator said so."""
    no_longer = update(Person).where(Person.delete_after.is_not(None), ~_may_fall_due())
    db.session.execute(no_longer.values(delete_after=None), execution_options={"synchronize_session": False})
    for one in list(due()):
        person = db.session.get(Person, one.person_id)
        if person is None:
            continue
        person.retention_class, person.delete_after = one.retention_class.id, one.due_on
        if settings().retention_automatic and one.retention_class.confirmed:
            erasing.erase(person, why="due", by=None, due_on=one.due_on)
    db.session.flush()
    erasing.write_certificates()


def _has_ended() -> ColumnElement[bool]:
    """Of people: nothing of theirs is open, nor a worry for them, and the team that holds the record, if any, has closed it."""
    is_open = exists().where(Introduction.person_id == Person.id, Introduction.state.in_(erasing.OPEN_STATES))
    is_closed = or_(
        Person.organization_id.is_(None), Person.closed_at.is_not(None), Person.death_recorded_at.is_not(None)
    )
    worries = exists().where(SafetyConcern.person_id == Person.id, SafetyConcern.closed_at.is_(None))
    return Person.erased_at.is_(None) & is_closed & ~is_open & ~worries


def _may_fall_due() -> ColumnElement[bool]:
    return _has_ended() & Person.held_at.is_(None)


def _facts_of(people: Sequence[Person]) -> Iterator[tuple[Person, Facts]]:
    """What decides of each: three questions however many they are."""
    ids = [one.id for one in people]
    asked = db.session.execute(
        select(
            Introduction.person_id,
            Introduction.kind,
            Introduction.state,
            Introduction.ended_at,
            Introduction.started_at,
        ).where(Introduction.person_id.in_(ids))
    ).all()
    referrals = db.session.scalars(select(Referral).where(Referral.person_id.in_(ids))).all()
    for person in people:
        mine = [row for row in asked if row.person_id == person.id]
        ends = [row.ended_at for row in mine] + [person.closed_at, person.death_recorded_at, person.created_at]
        needs = {need for one in referrals if one.person_id == person.id for need in one.needs} | set(person.needs)
        died = person.death_recorded_at
        yield (
            person,
            Facts(
                has_team=person.organization_id is not None,
                ended_on=clock.local(max(at for at in ends if at is not None)).date(),
                was_accepted=_was_accepted(person, mine),
                needs=frozenset(needs),
                born=date.fromisoformat(person.birth_date) if person.birth_date else None,
                died_on=clock.local(died).date() if died else None,
            ),
        )


def _was_accepted(person: Person, asked: Sequence[Any]) -> bool:
    """Whether anybody took them on: a group, or the team, by saying yes or by working with them without having been asked."""
    if any(row.started_at is not None or row.state in TAKEN_ON for row in asked):
        return True
    work = [row for row in asked if row.kind == "link-work"]
    return person.organization_id is not None and (not work or len(work) < len(asked))

"""What the caseload reads: the open people of one worker with where their introductions stand, in clear columns alone.

Names, contacts and words are encrypted and read for those who are shown, in `faces`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import load_only
from sqlalchemy.sql.base import ExecutableOption

from portal.core import clock
from portal.core.extensions import db
from portal.core.references import shown
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.organisations.models import Organization
from portal.people.models import Person, PersonContact
from portal.people.queries import may_see
from portal.referrals.models import Appointment, Introduction, Referral
from portal.referrals.states import STATES, State, Told

A_PAGE = 50


class Intro(NamedTuple):
    """Where one introduction stands. `to_what`: the service or team; `asked_by`: who handed the person over.

    In the order of the columns of `_introductions`.
    """

    id: UUID
    reference: str
    kind: str
    state: State
    to_what: str
    asked_by: str | None
    nation: str
    is_acted_on: bool
    reason_code: str | None
    sent_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    changed_at: datetime
    chased_at: datetime | None
    review_on: date | None
    clock_since: date | None
    clock_spent: int
    visit_at: datetime | None = None

    @property
    def told(self) -> Told:
        """What is said of its state."""
        return STATES[self.state]


@dataclass
class Case:
    """One person on a caseload. `met_at`: when they were last reached; `has_words`: the worker wrote what comes next."""

    id: UUID
    reference: str
    opened_at: datetime
    next_on: date | None
    next_time: time | None
    has_words: bool
    neighbourhood: str | None
    introductions: list[Intro] = field(default_factory=list)
    met_at: datetime | None = None

    @property
    def shown_reference(self) -> str:
        """As it is read aloud."""
        return shown(self.reference)

    @property
    def days_open(self) -> int:
        """Since the record was made."""
        return (clock.today() - clock.local(self.opened_at).date()).days

    @cached_property
    def to_groups(self) -> list[Intro]:
        """Introductions to groups, those that need the worker first; the handover to the team is none of them.

        Asked for once all are here.
        """
        return sorted((one for one in self.introductions if one.kind == "service"), key=_weight)

    @property
    def heard_at(self) -> datetime:
        """When the person was last reached, or a group last did something for them; else when the record was made."""
        moments = [self.opened_at, self.met_at]
        for one in self.to_groups:
            moments += [one.seen_at, one.answered_at, one.started_at, one.ended_at]
        return max(moment for moment in moments if moment is not None)


def _weight(one: Intro) -> int:
    """What needs the worker, then what is open, then what has ended."""
    if one.told.tone == "needs-you" and not one.is_acted_on:
        return 0
    return 2 if one.told.is_end else 1


def of_worker(viewer: Viewer) -> ColumnElement[bool]:
    """Of people: the viewer's own, whose record they may open."""
    return (Person.worker_id == viewer.id) & may_see(viewer)


def open_cases(viewer: Viewer) -> list[Case]:
    """Everybody who is open on the viewer's caseload. Four statements, whatever their number.

    The first says who may be seen; the others are asked by worker alone, for which there is an index whatever the team's size.
    """
    wanted = select(
        Person.id, Person.reference, Person.created_at, Person.next_on, Person.next_time, Person.next_step.is_not(None),
        Person.neighbourhood_code,
    )  # fmt: skip
    wanted = wanted.where(of_worker(viewer), Person.closed_at.is_(None)).order_by(Person.created_at, Person.id)
    cases = {row[0]: Case(*row) for row in db.session.execute(wanted)}
    is_theirs = (Person.worker_id == viewer.id) & Person.closed_at.is_(None)
    found = [(person_id, one) for person_id, one in _introductions(is_theirs) if person_id in cases]
    visits = _visits([one.id for _person_id, one in found if one.state is State.BOOKED])
    for person_id, one in found:
        cases[person_id].introductions.append(one._replace(visit_at=visits[one.id]) if one.id in visits else one)
    met = select(PersonContact.person_id, func.max(PersonContact.at)).join(Person, Person.id == PersonContact.person_id)
    met = met.where(is_theirs, PersonContact.outcome == "reached").group_by(PersonContact.person_id)
    for person_id, at in db.session.execute(met):
        if person_id in cases:
            cases[person_id].met_at = at
    return list(cases.values())


def closed_people(viewer: Viewer, *, page: int) -> Sequence[Person]:
    """Those who were closed on the viewer's caseload, newest first; one more than a page where there are more."""
    wanted = select(Person).where(of_worker(viewer), Person.closed_at.is_not(None)).options(_face())
    ordered = wanted.order_by(Person.closed_at.desc(), Person.id)
    return db.session.scalars(ordered.offset((page - 1) * A_PAGE).limit(A_PAGE + 1)).all()


def faces(viewer: Viewer, ids: Iterable[UUID]) -> Mapping[UUID, Person]:
    """The encrypted columns of those of the viewer's own who are shown: initials, what comes next, how to reach them.

    `ids` come from `open_cases`, which looks at who may see them; asked by team, a database would go through all of the team.
    """
    wanted = select(Person).where(Person.id.in_(list(ids)), Person.worker_id == viewer.id).options(_face())
    return {person.id: person for person in db.session.scalars(wanted)}


def _face() -> ExecutableOption:
    return load_only(
        Person.reference, Person.given_name, Person.preferred_name, Person.family_name, Person.next_step, Person.contact,
        Person.access, Person.do_not_contact, Person.created_at, Person.closed_at, Person.worker_id,
    )  # fmt: skip


def _introductions(is_theirs: ColumnElement[bool]) -> Iterable[tuple[UUID, Intro]]:
    asked = Organization.__table__.alias("asked")
    to_what = func.coalesce(Service.name, Organization.name)
    wanted: Select[Any] = select(
        Introduction.person_id, Introduction.id, Introduction.reference, Introduction.kind, Introduction.state,
        to_what, asked.c.name, Introduction.nation, Introduction.is_acted_on,
        Introduction.reason_code, Introduction.sent_at,
        Introduction.first_opened_at, Introduction.answered_at,
        Introduction.started_at, Introduction.ended_at, Introduction.changed_at, Introduction.chased_at,
        Introduction.review_on, Introduction.clock_since, Introduction.clock_spent,
    )  # fmt: skip
    wanted = (
        wanted.join(Person, Person.id == Introduction.person_id)
        .join(Organization, Organization.id == Introduction.organization_id)
        .join(Referral, Referral.id == Introduction.referral_id)
        .outerjoin(asked, asked.c.id == Referral.organization_id)
        .outerjoin(Service, Service.id == Introduction.service_id)
        .where(is_theirs, Introduction.state != State.ENTERED_IN_ERROR.value)
        .order_by(Introduction.created_at, Introduction.id)
    )
    for person_id, one_id, reference, kind, state, *told in db.session.execute(wanted):
        yield person_id, Intro(one_id, reference, kind, State(state), *told)


def _visits(introduction_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """The next visit that is booked, by its introduction. Asked by ids alone: all that are booked in a network are many."""
    if not introduction_ids:
        return {}
    wanted = select(Appointment.introduction_id, Appointment.starts_at, Appointment.status)
    wanted = wanted.where(Appointment.introduction_id.in_(introduction_ids)).order_by(Appointment.starts_at.desc())
    return {one_id: at for one_id, at, status in db.session.execute(wanted) if status == "booked"}

"""What a record shows beside the person: their next visits, what groups asked, and what happened when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Membership, User
from portal.accounts.roles import roles_with
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.organisations.models import Organization
from portal.people.models import Consent, Person, PersonContact, PersonFlag
from portal.referrals.models import Appointment, Introduction, IntroductionEvent, Message, Referral
from portal.referrals.states import State


@dataclass(frozen=True)
class Some:
    """The newest rows of a kind, how many there are in all, and when the first was."""

    rows: Sequence[Any]
    count: int = 0
    first: datetime | None = None


def contacts_of(person: Person, most: int) -> Some:
    """Contacts with the person and tries of one, newest first."""
    return _newest(PersonContact, PersonContact.person_id == person.id, most)


def events_of(person: Person, verbs: Iterable[str], most: int) -> Some:
    """What happened to the person's introductions, newest first."""
    is_shown = (IntroductionEvent.person_id == person.id) & IntroductionEvent.verb.in_(list(verbs))
    return _newest(IntroductionEvent, is_shown, most)


def _newest(kind: type[PersonContact] | type[IntroductionEvent], which: ColumnElement[bool], most: int) -> Some:
    wanted = select(kind, func.count().over(), func.min(kind.at).over()).where(which)
    found = db.session.execute(wanted.order_by(kind.at.desc(), kind.id.desc()).limit(most)).all()
    return Some([row for row, _count, _first in found], found[0][1], found[0][2]) if found else Some([])


def flags_of(person: Person) -> Sequence[PersonFlag]:
    """What coordinators were told of this person and have not closed yet."""
    wanted = select(PersonFlag).where(PersonFlag.person_id == person.id, PersonFlag.closed_at.is_(None))
    return db.session.scalars(wanted.order_by(PersonFlag.at.desc())).all()


def organisations_like(words: str, most: int) -> Sequence[Organization]:
    """Organisations whose name holds these words, by name."""
    wanted = select(Organization).where(Organization.name.icontains(words, autoescape=True))
    return db.session.scalars(wanted.order_by(func.lower(Organization.name), Organization.id).limit(most)).all()


def colleagues_of(person: Person) -> list[tuple[UUID, str]]:
    """Ids and names of those who may hold this person on their caseload, by name."""
    wanted = (
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organization_id == person.organization_id,
            Membership.role.in_(roles_with(Permission.CASELOAD)),
            Membership.ended_at.is_(None),
            User.deactivated_at.is_(None),
            User.id != person.worker_id if person.worker_id else literal(True),
        )
        .distinct()
    )
    found = [(user_id, name) for user_id, name in db.session.execute(wanted)]
    return sorted(found, key=lambda one: one[1].casefold())


def worker_of(person: Person, viewer: Viewer) -> str | None:
    """The name of who has the person on their caseload."""
    if person.worker_id == viewer.id and isinstance(viewer, User):
        return viewer.name
    return db.session.scalar(select(User.name).where(User.id == person.worker_id)) if person.worker_id else None


def consents_of(person: Person) -> tuple[list[Consent], dict[UUID, str]]:
    """What the person agreed to and said no to, oldest first, and the names of the organisations."""
    wanted = select(Consent, Organization.name).join(Organization, Organization.id == Consent.organization_id)
    rows = db.session.execute(wanted.where(Consent.person_id == person.id).order_by(Consent.given_at, Consent.id)).all()
    return [one for one, _name in rows], {one.organization_id: name for one, name in rows}


@dataclass(frozen=True)
class Introductions:
    """All of a person's, newest first; the next visit and the open question of each that has one, by its id."""

    every: list[Introduction]
    visits: Mapping[UUID, Appointment]
    questions: Mapping[UUID, Message]


def introductions_of(person: Person) -> Introductions:
    """Those of a person whose record is open already. One statement."""
    is_next = (Appointment.introduction_id == Introduction.id) & (Appointment.status == "booked")
    is_open = (Message.introduction_id == Introduction.id) & (Message.kind == "question")
    wanted = (
        select(Introduction, Appointment, Message)
        .outerjoin(Appointment, is_next & (Introduction.state == State.BOOKED.value))
        .outerjoin(Message, is_open & (Introduction.state == State.INFO_REQUESTED.value))
        .where(Introduction.person_id == person.id)
        .options(
            joinedload(Introduction.service),
            joinedload(Introduction.organization),
            joinedload(Introduction.referral).joinedload(Referral.organization),
        )
        .order_by(Introduction.created_at.desc(), Introduction.id, Appointment.starts_at, Message.at, Message.id)
    )
    rows = db.session.execute(wanted).all()
    visits: dict[UUID, Appointment] = {}
    for one, visit, _asked in rows:
        if visit is not None:
            visits.setdefault(one.id, visit)
    questions = {one.id: asked for one, _visit, asked in rows if asked is not None}
    return Introductions(list(dict.fromkeys(row[0] for row in rows)), visits, questions)

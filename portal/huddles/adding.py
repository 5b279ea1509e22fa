"""Whom somebody may put on the board: people whose records their team holds, and who were referred to their organisation.

Never a name that is typed: a case is somebody whom the portal knows, and who agreed to it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import load_only

from portal.core import audit
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.references import read_reference, shown
from portal.core.viewer import Viewer
from portal.huddles.board import initials_of
from portal.huddles.meeting import Meeting
from portal.huddles.models import HuddleCase
from portal.huddles.sharing import Shared, are_seen, eyes_of, shared_with
from portal.people.models import Person
from portal.people.queries import may_see
from portal.referrals.models import Introduction
from portal.referrals.queries import SENT_STATES, is_asked_by, is_received_by

MOST = 60


class NotHeld(DomainError):
    """The reference leads to nobody whom the viewer may put on the board."""


@dataclass(frozen=True)
class Held:
    """Somebody whom the viewer may put on the board. `reference`: of the record, or of the referral by which they know them."""

    reference: str
    initials: str
    is_mine: bool

    @property
    def shown_reference(self) -> str:
        """As it is read aloud."""
        return shown(self.reference)


@dataclass(frozen=True)
class Found:
    """Whom a reference means, by which referral if by one, and with whom they share."""

    person_id: UUID
    introduction_id: UUID | None
    shared: Shared


def held_by(viewer: Viewer, meeting: Meeting) -> list[Held]:
    """People to pick from: the viewer's own first, then their team's, then who was referred to their organisation.

    Each is noted as read.
    """
    on_caseload, referred = _on_caseload(viewer, meeting), _referred(viewer, meeting)
    rows = [(one, one.reference) for one in db.session.scalars(on_caseload.limit(MOST))]
    rows += [(one, reference) for one, reference in db.session.execute(referred.limit(MOST))]
    found = {
        one.id: Held(reference, initials_of(one.preferred_name or one.given_name, one.family_name), one.worker_id == viewer.id)
        for one, reference in reversed(rows)
    }  # fmt: skip
    if found:
        audit.record_each_now(
            "person.read", [("person", one) for one in found], by=viewer, details={"what": "huddle-add"}
        )
    return list(reversed(found.values()))


def holds_any(viewer: Viewer, meeting: Meeting) -> bool:
    """Whether there is anybody to pick from. Nothing of them is read."""
    some = or_(_on_caseload(viewer, meeting).exists(), _referred(viewer, meeting).exists())
    return bool(db.session.scalar(select(some)))


def found_by(viewer: Viewer, meeting: Meeting, typed: str) -> Found:
    """Whom a reference of a record or of a referral means, if the viewer holds it and may see them. Raises NotHeld."""
    known = read_reference(typed)
    if known is not None:
        eyes = eyes_of(viewer, meeting.members)
        for person, introduction_id in _meant(viewer, known):
            shared = shared_with(person)
            if person.death_recorded_at is None and eyes.see(shared):
                return Found(person.id, introduction_id, shared)
    raise NotHeld(
        _("We know nobody by this reference whom you may put on the board. Check it, or choose somebody from the list")
        if holds_any(viewer, meeting)
        else _("We know nobody by this reference whom you may put on the board. Check it")
    )


def _meant(viewer: Viewer, reference: str) -> list[tuple[Person, UUID | None]]:
    person = db.session.scalar(select(Person).where(Person.reference == reference, may_see(viewer)))
    if person is not None:
        return [(person, None)]
    is_theirs = or_(is_received_by(viewer), is_asked_by(viewer))
    sent = db.session.scalars(select(Introduction).where(Introduction.reference == reference, is_theirs))
    return [(one.person, one.id) for one in sent if one.person.erased_at is None]


def _on_caseload(viewer: Viewer, meeting: Meeting) -> Select[Any]:
    """Of the records of the viewer's team, their own first."""
    wanted = _people(viewer, meeting).where(may_see(viewer), Person.closed_at.is_(None))
    return wanted.order_by((Person.worker_id != viewer.id).asc(), Person.next_on, Person.id)


def _referred(viewer: Viewer, meeting: Meeting) -> Select[Any]:
    """Who was referred to the viewer's organisation, with the reference of the referral, the latest first."""
    return (
        _people(viewer, meeting, Introduction.reference)
        .join(Introduction, Introduction.person_id == Person.id)
        .where(is_received_by(viewer), Introduction.state.in_(SENT_STATES), ~may_see(viewer))
        .order_by(Introduction.sent_at.desc(), Introduction.id)
    )


def _people(viewer: Viewer, meeting: Meeting, *more: Any) -> Select[Any]:
    """People who are on no board of the team and would be seen there, with what their initials are made of."""
    on_board = select(HuddleCase.person_id).where(HuddleCase.team_id == meeting.team_id, HuddleCase.closed_on.is_(None))
    is_there = and_(Person.death_recorded_at.is_(None), Person.erased_at.is_(None))
    seen = are_seen(eyes_of(viewer, meeting.members))
    wanted: Select[Any] = select(Person, *more).where(Person.id.not_in(on_board), is_there, seen)
    return wanted.options(
        load_only(Person.reference, Person.worker_id, Person.given_name, Person.preferred_name, Person.family_name)
    )

"""Questions about changes and versions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.changes.life import OPEN
from portal.changes.models import ChangeRequest, Facts, State, Version
from portal.core.extensions import db


def change(change_id: UUID) -> ChangeRequest | None:
    """One change."""
    return db.session.get(ChangeRequest, change_id)


def change_of_key(key: str) -> ChangeRequest | None:
    """The change that a form made, by its one-time key."""
    return db.session.scalar(select(ChangeRequest).where(ChangeRequest.form_key == key))


def changes_of(service_id: UUID, states: Sequence[State] = tuple(OPEN)) -> Sequence[ChangeRequest]:
    """Changes of a listing in these states, newest first."""
    question = select(ChangeRequest).where(ChangeRequest.service_id == service_id, ChangeRequest.state.in_(states))
    return db.session.scalars(question.order_by(ChangeRequest.created_at.desc(), ChangeRequest.id)).all()


def changes_of_organisation(organisation_id: UUID, states: Sequence[State] = tuple(OPEN)) -> Sequence[ChangeRequest]:
    """Changes of an organisation's listings in these states, newest first."""
    question = select(ChangeRequest).where(
        ChangeRequest.organization_id == organisation_id, ChangeRequest.state.in_(states)
    )
    return db.session.scalars(question.order_by(ChangeRequest.created_at.desc(), ChangeRequest.id)).all()


def versions_of(service_id: UUID, limit: int = 50) -> Sequence[Version]:
    """The versions of a listing, newest first."""
    question = select(Version).where(Version.service_id == service_id).order_by(Version.number.desc())
    return db.session.scalars(question.limit(limit)).all()


def version(service_id: UUID, number: int) -> Version | None:
    """One version of a listing."""
    return db.session.scalar(select(Version).where(Version.service_id == service_id, Version.number == number))


def facts_at(service_id: UUID, number: int) -> Facts | None:
    """All facts of a listing as they were in a version; none where nobody kept them."""
    found = version(service_id, number)
    return found.facts if found else None

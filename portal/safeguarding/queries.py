"""Questions about worries for somebody's safety. Each takes who asks; what they may not see is not found."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import joinedload

from portal.accounts.models import Membership, User
from portal.accounts.queries import has_users, users_of
from portal.accounts.roles import roles_with
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.references import read_reference
from portal.core.viewer import Viewer
from portal.organisations.models import Organization
from portal.referrals.models import LinkTeam, SafetyConcern
from portal.safeguarding import promise, readings

MOST = 200
"""Rows of one list."""
MEETS_PEOPLE = (Permission.CASELOAD, Permission.HAND_OVER, Permission.INTRODUCTION_ANSWER)
"""Who may do one of these works with people, so their organisation needs a safeguarding lead."""


def may_read(viewer: Viewer) -> ColumnElement[bool]:
    """Of worries: those raised for an organisation that the viewer is a safeguarding lead of, or about people of its team."""
    mine = viewer.organisations_with(Permission.SAFETY_READ)
    if mine is None:
        return true()
    if not mine:
        return false()
    return or_(SafetyConcern.organization_id.in_(mine), SafetyConcern.raised_for_id.in_(mine))


def concern_for(viewer: Viewer, reference: str) -> SafetyConcern:
    """The worry with this reference, for a safeguarding lead whom it reaches. Raises NotFound."""
    return _one(reference, may_read(viewer))


def raised_by(viewer: Viewer, reference: str) -> SafetyConcern:
    """The worry with this reference, for whoever raised it. Of its words nothing is shown again. Raises NotFound."""
    return _one(reference, SafetyConcern.by_user_id == viewer.id)


def waiting(viewer: Viewer) -> Sequence[SafetyConcern]:
    """Those that are open: unread first, then those that wait longest."""
    wanted = _shown(viewer).where(SafetyConcern.closed_at.is_(None))
    return db.session.scalars(
        wanted.order_by(SafetyConcern.read_at.is_not(None), SafetyConcern.at, SafetyConcern.id)
    ).all()


def closed(viewer: Viewer) -> Sequence[SafetyConcern]:
    """Those that are closed, latest first."""
    wanted = _shown(viewer).where(SafetyConcern.closed_at.is_not(None))
    return db.session.scalars(wanted.order_by(SafetyConcern.closed_at.desc(), SafetyConcern.id)).all()


def unread(viewer: Viewer) -> int:
    """How many of them nobody of the viewer's organisation has read."""
    found = db.session.scalars(_shown(viewer).where(SafetyConcern.read_at.is_(None))).all()
    read = readings.read_in(found)
    return sum(readings.is_unread_for(one, viewer, read) for one in found)


def nobody_read() -> Sequence[SafetyConcern]:
    """For the worker: all for which some organisation has not said that it read them, oldest first."""
    wanted = select(SafetyConcern).where(SafetyConcern.read_at.is_(None)).order_by(SafetyConcern.at, SafetyConcern.id)
    return db.session.scalars(wanted).all()


def leads_of(organisations: Sequence[UUID]) -> list[User]:
    """The safeguarding leads of these organisations, each once."""
    found = {user.id: user for one in organisations for user in users_of(one, Permission.SAFETY_READ)}
    return list(found.values())


def administrators() -> Sequence[User]:
    """Who runs the site."""
    runs = and_(Membership.role.in_(roles_with(Permission.SITE_MANAGE)), Membership.ended_at.is_(None))
    wanted = select(User).where(User.memberships.any(runs), User.deactivated_at.is_(None))
    return db.session.scalars(wanted.order_by(User.created_at, User.id)).all()


def overdue() -> list[SafetyConcern]:
    """For administrators, who see references and organisations alone: what was not read in time by all whom it reaches."""
    late = [one for one in nobody_read() if promise.is_overdue(one)]
    read = readings.read_in(late)
    return [one for one in late if readings.waited_for(one, read.get(one.id, ()))]


def without_lead() -> Sequence[Organization]:
    """Organisations whose people work with those who are referred, and that have no safeguarding lead: by name."""
    roles = {role for permission in MEETS_PEOPLE for role in roles_with(permission)}
    works = exists().where(
        Membership.organization_id == Organization.id,
        Membership.role.in_(roles),
        Membership.ended_at.is_(None),
        Membership.user.has(User.deactivated_at.is_(None)),
    )
    lacks = ~has_users(Organization.id, Permission.SAFETY_READ)
    return db.session.scalars(
        select(Organization).where(works, lacks).order_by(Organization.name, Organization.id)
    ).all()


def phone_of(organization_id: UUID) -> str | None:
    """The number of a link worker team, if the organisation is one."""
    team = db.session.get(LinkTeam, organization_id)
    return team.phone if team is not None else None


def _shown(viewer: Viewer) -> Select[SafetyConcern]:
    return select(SafetyConcern).where(may_read(viewer)).options(joinedload(SafetyConcern.person)).limit(MOST)


def _one(reference: str, may: ColumnElement[bool]) -> SafetyConcern:
    known = read_reference(reference)
    found = db.session.scalar(select(SafetyConcern).where(SafetyConcern.reference == known, may)) if known else None
    if found is None:
        raise NotFound(_("There is no such worry here. Check the reference."))
    return found

"""Roles given and ended. A change of a role ends the sessions of whom it is of, and leaves an entry in the audit chain."""

from collections.abc import Callable
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.accounts import granting, sessions
from portal.accounts.models import Membership, User
from portal.accounts.roles import ROLES, Role
from portal.core import audit, clock
from portal.core.database import one_at_a_time
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.viewer import Viewer
from portal.organisations.models import Organization

LOCK = 7_310_022


ENDED: list[Callable[[Membership, User | None], None]] = []
"""Each is told of a role that ended, and by whom. Who gave something because of it takes it back."""


class MayNotGrant(DomainError):
    """A role that is not theirs to give or to end."""

    status = 403


class LastOne(DomainError):
    """The last lead of an organisation, or the last administrator, who cannot go before there is another."""

    status = 409


def give(
    user: User,
    role: Role,
    *,
    by: User | None,
    organization_id: UUID | None = None,
    area: str | None = None,
    noted_by: Viewer | str = "operator",
) -> Membership:
    """Give a role. One that is held there already is left as it is.

    `by` is None where the right to give it was looked at before: on the command line, and when an invitation is taken up,
    which `noted_by` then tells. Raises MayNotGrant.
    """
    if by is not None:
        hold_still(organization_id)
        _must_grant(by, user, role, organization_id)
    known = holds(user, role, organization_id=organization_id, area=area)
    if known is not None:
        return known
    membership = Membership(
        role=role.value, organization_id=organization_id, area=area or None, granted_by_id=by.id if by else None
    )
    user.memberships.append(membership)
    db.session.flush()
    sessions.end_all(user.id)
    audit.record(
        "role.given",
        user,
        by=by or noted_by,
        details={"role": role.value, "organisation": str(organization_id) if organization_id else None, "area": area},
    )
    return membership


def end(membership: Membership, *, by: User, why: str | None = None) -> None:
    """End a role. Ending it twice ends it once. Raises MayNotGrant, LastOne."""
    hold_still(membership.organization_id)
    db.session.refresh(membership)
    if membership.ended_at is not None:
        return
    db.session.refresh(by, ["memberships"])
    if not granting.may_end(by, membership):
        raise MayNotGrant(_("This role is not yours to end."))
    refuse_last(membership)
    end_now(membership, by=by, why=why)


def end_now(membership: Membership, *, by: User | None, why: str | None = None) -> None:
    """End a role, whose right to do so was looked at before. `by` is None for a job."""
    membership.ended_at = clock.now()
    db.session.flush()
    sessions.end_all(membership.user_id)
    audit.record(
        "role.ended",
        ("account", membership.user_id),
        by=by,
        why=why,
        details={"role": membership.role, "organisation": str(membership.organization_id or "") or None},
    )
    for tell in ENDED:
        tell(membership, by)


def trust(membership: Membership, *, by: User, is_trusted: bool) -> None:
    """Say whether an editor's plain changes go live at once. Raises MayNotGrant, NotFound for a role that edits nothing."""
    if not granting.may_trust(by, membership.organization_id) or membership.user_id == by.id:
        raise MayNotGrant(_("Moderators say whom they trust in their own areas, and nobody trusts themselves."))
    if membership.ended_at is not None or Role(membership.role) not in {Role.EDITOR, Role.LEAD}:
        raise NotFound(_("There is no such editor."))
    membership.trusted_at = (membership.trusted_at or clock.now()) if is_trusted else None
    audit.record(
        "editor.trusted" if is_trusted else "editor.not_trusted",
        ("account", membership.user_id),
        by=by,
        details={"organisation": str(membership.organization_id)},
    )


def refuse_last(membership: Membership) -> None:
    """Raises LastOne where nobody else would be left to lead the organisation, or to administer the site.

    Call it with the organisation held still (`end` does).
    """
    role = Role(membership.role)
    if role not in {Role.LEAD, Role.ADMINISTRATOR}:
        return
    others = db.session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.role == role.value,
            Membership.organization_id.is_(None)
            if membership.organization_id is None
            else Membership.organization_id == membership.organization_id,
            Membership.ended_at.is_(None),
            Membership.user_id != membership.user_id,
            User.deactivated_at.is_(None),
        )
    )
    if not others and role is Role.LEAD:
        raise LastOne(_("An organisation needs a lead. Make somebody else a lead first."))
    if not others:
        raise LastOne(_("The site needs an administrator. Make somebody else one first."))


def _must_grant(by: User, user: User, role: Role, organization_id: UUID | None) -> None:
    db.session.refresh(by, ["memberships"])
    if user.id == by.id:
        raise MayNotGrant(_("Nobody can give a role to themselves. Ask another administrator."))
    if not granting.may_grant(by, role, organization_id=organization_id):
        raise MayNotGrant(_("This role is not yours to give."))


def holds(user: User, role: Role, *, organization_id: UUID | None, area: str | None = None) -> Membership | None:
    """The role that a user holds there, or None."""
    return next(
        (
            one
            for one in user.held
            if one.role == role.value
            and one.organization_id == organization_id
            and (one.area or None) == (area or None)
        ),
        None,
    )


def hold_still(organization_id: UUID | None) -> None:
    """Let nobody else change who leads the organisation, or the site, until this transaction ends."""
    if organization_id is not None:
        db.session.execute(select(Organization.id).where(Organization.id == organization_id).with_for_update())
    else:
        one_at_a_time(db.session(), LOCK)


def label_of(membership: Membership) -> str:
    """The role in words."""
    return str(ROLES[Role(membership.role)].label)

"""Who may give which role to whom: nobody can grant more than they hold.

A holder of a role may give the roles that `ROLES` names for it, in the same organisation, and only such as allow nothing that
they may not do there themselves. Administrators hold the right over everybody's roles, so they may give all; but nobody gives a
role to themselves, or takes one of their own that is above the rest.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from portal.accounts.models import Membership, User
from portal.accounts.roles import ROLES, Role
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.organisations.models import Organization

LOOK_AFTER: list[Callable[[Viewer, InstrumentedAttribute[UUID]], ColumnElement[bool]]] = []
"""Each says of a column of organisations which lie in the areas that somebody looks after. Who knows areas adds to it."""


def may_grant(by: User, role: Role, *, organization_id: UUID | None = None) -> bool:
    """Whether somebody may give this role there to another."""
    if ROLES[role].scope == "organisation" and organization_id is None:
        return False
    return any(_covers(by, one, role, organization_id) for one in by.held)


def roles_to_grant(by: User, *, organization_id: UUID | None = None) -> list[Role]:
    """The roles that somebody may give there, in the order of the table."""
    wanted = "organisation" if organization_id is not None else None
    return [
        role
        for role in Role
        if (wanted is None) == (ROLES[role].scope != "organisation")
        and may_grant(by, role, organization_id=organization_id)
    ]


def may_end(by: User, membership: Membership) -> bool:
    """Whether somebody may end this role: one that they may give, or one of their own."""
    if membership.user_id == by.id:
        return True
    return may_grant(by, Role(membership.role), organization_id=membership.organization_id)


def may_trust(by: User, organization_id: UUID | None) -> bool:
    """Whether somebody may say that an editor's plain changes go live at once: of an area, for the organisations in it."""
    if organization_id is None:
        return False
    there = select(Organization.id).where(Organization.id == organization_id, trusts_in(by))
    return db.session.scalar(there) is not None


def trusts_in(by: Viewer) -> ColumnElement[bool]:
    """Of an organisation: it is one of those whose editors somebody may trust."""
    rows = [one for one in getattr(by, "held", ()) if Permission.TRUST_EDITORS in ROLES[Role(one.role)].permissions]
    if not rows:
        return false()
    if any(one.area is None for one in rows):
        return true()
    return or_(false(), *(looks_after(by, Organization.id) for looks_after in LOOK_AFTER))


def _covers(by: User, held: Membership, role: Role, organization_id: UUID | None) -> bool:
    rules = ROLES[Role(held.role)]
    if role not in rules.may_grant or held.organization_id not in {None, organization_id}:
        return False
    if Permission.USERS_MANAGE in rules.permissions:
        return True
    return all(by.can(one, organisation_id=organization_id) for one in ROLES[role].permissions)

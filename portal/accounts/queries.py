"""Questions about users."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import Membership, User, plain_email
from portal.accounts.roles import ROLES
from portal.core.blind_index import blinds
from portal.core.extensions import db
from portal.core.permissions import Permission


def user(user_id: UUID) -> User | None:
    """The user with this id."""
    return db.session.get(User, user_id)


def user_by_email(email: str) -> User | None:
    """The user with this address, however it is written."""
    return db.session.scalar(select(User).where(User.email_key.in_(blinds(plain_email(email)))))


def users_of(organization_id: UUID, permission: Permission) -> Sequence[User]:
    """Those who may do something for an organisation by a role that they hold there, longest there first."""
    roles = [role.value for role, rules in ROLES.items() if permission in rules.permissions]
    return db.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organization_id == organization_id,
            Membership.role.in_(roles),
            Membership.ended_at.is_(None),
            User.deactivated_at.is_(None),
        )
        .group_by(User.id)
        .order_by(User.created_at, User.id)
    ).all()


def editing(user: User) -> Sequence[UUID]:
    """The organisations whose listings a user may change, in the order in which the roles were given."""
    return list(
        dict.fromkeys(
            one.organization_id
            for one in user.held
            if one.organization_id and user.can(Permission.LISTING_EDIT, organisation_id=one.organization_id)
        )
    )

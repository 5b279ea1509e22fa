"""Questions about users."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.accounts.models import Membership, User, plain_email
from portal.accounts.roles import roles_with
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
    there = select(User).where(User.memberships.any(and_(_gives(permission), _is_at(organization_id))))
    return db.session.scalars(there.where(User.deactivated_at.is_(None)).order_by(User.created_at, User.id)).all()


def has_users(organization_id: UUID | InstrumentedAttribute[UUID], permission: Permission) -> ColumnElement[bool]:
    """Of an organisation's id, or a column of them: somebody may do something there by a role that they hold there."""
    active = Membership.user.has(User.deactivated_at.is_(None))
    return exists().where(_gives(permission), _is_at(organization_id), active)


def _gives(permission: Permission) -> ColumnElement[bool]:
    return and_(Membership.role.in_(roles_with(permission)), Membership.ended_at.is_(None))


def _is_at(organization_id: UUID | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    return Membership.organization_id == organization_id


def editing(user: User) -> Sequence[UUID]:
    """The organisations whose listings a user may change, in the order in which the roles were given."""
    return list(
        dict.fromkeys(
            one.organization_id
            for one in user.held
            if one.organization_id and user.can(Permission.LISTING_EDIT, organisation_id=one.organization_id)
        )
    )

"""Questions of administrators: users by role and organisation, organisations by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, func, select

from portal.accounts.models import Membership, User, UserSession
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.directory.models import Service
from portal.organisations.models import Organization

A_PAGE = 50


@dataclass(frozen=True)
class Paging:
    """One page of a list. Pages begin with 1; a page out of range is the nearest."""

    items: Sequence[Any]
    page: int
    pages: int
    total: int

    @property
    def first(self) -> int:
        """The number of its first item."""
        return (self.page - 1) * A_PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The number of its last item."""
        return min(self.page * A_PAGE, self.total)


def users(role: str = "", organization_id: UUID | None = None, page: int = 1) -> Paging:
    """Users who hold a role, in an organisation, or all; newest first."""
    found = select(User)
    if role or organization_id:
        held = select(Membership.user_id).where(Membership.ended_at.is_(None))
        if role:
            held = held.where(Membership.role == role)
        if organization_id:
            held = held.where(Membership.organization_id == organization_id)
        found = found.where(User.id.in_(held))
    return _paged(found, (User.created_at.desc(), User.id), page)


def user(user_id: UUID) -> User:
    """A user. Raises NotFound."""
    found = db.session.get(User, user_id)
    if found is None:
        raise NotFound(_("There is no such user."))
    return found


def count_sessions(user: User) -> int:
    """On how many devices somebody is signed in."""
    open_now = (UserSession.user_id == user.id) & UserSession.ended_at.is_(None) & (UserSession.ends_at > clock.now())
    return db.session.scalar(select(func.count()).select_from(UserSession).where(open_now)) or 0


def organisations(words: str = "", page: int = 1) -> Paging:
    """Organisations whose names hold these words, by name."""
    found = select(Organization)
    for word in words.split()[:5]:
        found = found.where(Organization.name.icontains(word, autoescape=True))
    return _paged(found, (Organization.name, Organization.id), page)


def organisation(organization_id: UUID) -> Organization:
    """An organisation. Raises NotFound."""
    found = db.session.get(Organization, organization_id)
    if found is None:
        raise NotFound(_("There is no such organisation."))
    return found


def count_listings(organization_id: UUID) -> int:
    """How many listings an organisation has, closed ones too."""
    mine = select(func.count()).select_from(Service).where(Service.organization_id == organization_id)
    return db.session.scalar(mine) or 0


def tells_apart(organisation: Organization) -> list[str]:
    """What tells an organisation from another of the same name: its numbers in registers, and how much it offers."""
    listings = count_listings(organisation.id)
    numbers = [one.identifier for one in organisation.identifiers]
    return [*numbers, ngettext("%(num)s listing", "%(num)s listings", listings)]


def counts() -> dict[str, int]:
    """How many users may sign in, and how many organisations there are."""
    active = select(func.count()).select_from(User).where(User.deactivated_at.is_(None))
    return {
        "users": db.session.scalar(active) or 0,
        "organisations": db.session.scalar(select(func.count()).select_from(Organization)) or 0,
    }


def _paged(found: Select[Any], order: tuple[Any, ...], page: int) -> Paging:
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    pages = max(1, -(-total // A_PAGE))
    page = min(max(page, 1), pages)
    rows = db.session.scalars(found.order_by(*order).offset((page - 1) * A_PAGE).limit(A_PAGE)).all()
    return Paging(rows, page, pages, total)

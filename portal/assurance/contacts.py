"""Whom to ask about a listing: those who may edit it first, then the addresses that it and its organisation give.

An address that mail has come back from is left out, until somebody answers from it or gives another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select

from portal.accounts.models import Membership, User, plain_email
from portal.accounts.roles import roles_with
from portal.core import clock
from portal.core.blind_index import blind, blinds
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.directory.addresses import email_address
from portal.notifications.models import Bounce
from portal.organisations.models import Organization

COMES_BACK = ("hard", "complaint")
REMEMBERED = timedelta(days=365)
EDITORS = roles_with(Permission.LISTING_EDIT)


@dataclass(frozen=True)
class Contact:
    """One address. `key` is its blind index; `user_id` whose it is, if it is the address of an account."""

    email: str
    key: str
    locale: str = "en"
    user_id: UUID | None = None


@dataclass(frozen=True)
class Asked:
    """A listing as far as it matters to whom to ask: its id, its organisation and its own address."""

    service_id: UUID
    organization_id: UUID
    email: str | None


def contacts_of(listings: Sequence[Asked], *, also_silent: bool = False) -> dict[UUID, tuple[Contact, ...]]:
    """For each listing whom to ask, first to last. Four statements. `also_silent`: addresses that mail came back from too."""
    organisations = {one.organization_id for one in listings}
    users = _editors_of(organisations)
    roles = _role_addresses(organisations)
    found: dict[UUID, tuple[Contact, ...]] = {}
    for one in listings:
        addresses = (one.email, roles.get(one.organization_id))
        written = [_of_address(email) for typed in addresses if (email := email_address(typed))]
        every = {contact.key: contact for contact in reversed([*users.get(one.organization_id, ()), *written])}
        found[one.service_id] = tuple(reversed(every.values()))
    silent = frozenset() if also_silent else _silent({contact for every in found.values() for contact in every})
    return {key: tuple(one for one in every if one.key not in silent) for key, every in found.items()}


def organisations_of(contact: Contact) -> frozenset[UUID]:
    """The organisations whose listings a user may edit; none for an address without an account."""
    if contact.user_id is None:
        return frozenset()
    found = db.session.scalars(_memberships().where(Membership.user_id == contact.user_id))
    return frozenset(one for one in found if one is not None)


def _editors_of(organisations: Iterable[UUID]) -> dict[UUID, list[Contact]]:
    found: dict[UUID, list[Contact]] = {}
    rows = db.session.execute(
        select(Membership.organization_id, User.id, User.email, User.locale)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organization_id.in_(list(organisations)),
            Membership.role.in_(EDITORS),
            Membership.ended_at.is_(None),
            User.deactivated_at.is_(None),
        )
        .order_by(Membership.created_at, Membership.id)
    )
    for organization_id, user_id, email, locale in rows:
        if organization_id is not None:
            key = blind(plain_email(email))
            found.setdefault(organization_id, []).append(Contact(email, key, locale, user_id))
    return found


def _memberships() -> Select[UUID | None]:
    return select(Membership.organization_id).where(
        Membership.organization_id.is_not(None), Membership.role.in_(EDITORS), Membership.ended_at.is_(None)
    )


def _role_addresses(organisations: Iterable[UUID]) -> dict[UUID, str]:
    rows = db.session.execute(
        select(Organization.id, Organization.email).where(
            Organization.id.in_(list(organisations)), Organization.email.is_not(None)
        )
    )
    return {organization_id: email for organization_id, email in rows if email}


def _of_address(email: str) -> Contact:
    return Contact(email, blind(plain_email(email)))


def _silent(contacts: Iterable[Contact]) -> frozenset[str]:
    """Keys of those that mail came back from."""
    keys = {key: one.key for one in contacts for key in blinds(plain_email(one.email))}
    came_back = db.session.scalars(
        select(Bounce.recipient_key).where(
            Bounce.recipient_key.in_(list(keys)), Bounce.kind.in_(COMES_BACK), Bounce.at > clock.now() - REMEMBERED
        )
    )
    return frozenset(keys[key] for key in came_back if key)

"""Invitations: a link that gives one role, to whom reads the mail of one address, within 7 days, once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts import granting, links, memberships
from portal.accounts.models import AccountToken, User, plain_email
from portal.accounts.people_notifications import Invitation
from portal.accounts.queries import user_by_email
from portal.accounts.roles import Role
from portal.core import audit, clock
from portal.core.blind_index import blinds
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.viewer import Viewer
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.organisations.models import Organization

TAKEN: list[Callable[[AccountToken, User], None]] = []
"""Each is told of an invitation that was taken up, and by whom. Who gives more with one than a role adds to it."""


class NotForYou(DomainError):
    """An invitation that went to another address than the user's."""

    status = 403


class AlreadyThere(DomainError):
    """They hold this role already."""


@dataclass(frozen=True)
class Invited:
    """What an invitation gives. `organisation` and `area` are none for a role that is held everywhere."""

    id: UUID
    role: Role
    organisation: Organization | None
    area: str | None
    email: str
    sent_at: datetime
    expires_at: datetime


def invite(
    email: str,
    role: Role,
    *,
    by: User | None,
    organization_id: UUID | None = None,
    area: str | None = None,
    locale: str = "en",
    form_key: str | None = None,
) -> tuple[AccountToken, str | None]:
    """Send an invitation; gives its row and, where it is new, its token. An earlier one for the same is of no use any more.

    `by` is None on the command line. Raises MayNotGrant, AlreadyThere.
    """
    _must_invite(email, role, by, organization_id, area)
    payload = {"role": role.value, "organisation": str(organization_id) if organization_id else None, "area": area}
    earlier = [row for row in _waiting(organization_id) if row.payload == payload and _is_to(row, email)]
    row, token = links.issue("invite", email=email, payload=payload, by=by.id if by else None, form_key=form_key)
    if token is None:
        return row, None
    for one in earlier:
        one.used_at = clock.now()
    organisation = db.session.get(Organization, organization_id) if organization_id else None
    notify(
        Invitation(token=token, organisation=organisation.name if organisation else ""),
        to=Recipient(email=email.strip(), locale=locale),
        key=f"invite:{row.id}",
    )
    audit.record("invitation.sent", row, by=by or "operator", details=payload)
    return row, token


def invited(row: AccountToken) -> Invited:
    """What the row of an invitation says."""
    organisation = row.payload.get("organisation")
    return Invited(
        id=row.id,
        role=Role(row.payload["role"]),
        organisation=db.session.get(Organization, UUID(organisation)) if organisation else None,
        area=row.payload.get("area"),
        email=row.email or "",
        sent_at=row.created_at,
        expires_at=row.expires_at,
    )


def waiting(organization_id: UUID | None) -> list[Invited]:
    """The invitations of an organisation, or to roles of the whole site, that were not used yet, newest first."""
    return [invited(row) for row in _waiting(organization_id)]


def take_back(invitation_id: UUID, *, organization_id: UUID | None, by: User) -> None:
    """Let an invitation be of no use any more. Raises NotFound, MayNotGrant."""
    row = next((one for one in _waiting(organization_id) if one.id == invitation_id), None)
    if row is None:
        raise NotFound(_("There is no such invitation."))
    if not granting.may_grant(by, Role(row.payload["role"]), organization_id=organization_id):
        raise memberships.MayNotGrant(_("This role is not yours to give."))
    row.used_at = clock.now()
    audit.record("invitation.taken_back", row, by=by)


def accept(token: str, *, user: User) -> Invited:
    """Take an invitation up by somebody who has an account. Raises LinkGone, NotForYou."""
    row = links.find("invite", token)
    if not is_for(row, user):
        raise NotForYou(_("This invitation went to another e-mail address than yours."))
    return _taken(row, user, by=user)


def accept_new(token: str, *, name: str, locale: str) -> User:
    """Take an invitation up by making an account, whose address is confirmed by the link. The caller sets how they sign in.

    Raises LinkGone, NotForYou where the address has an account already.
    """
    row = links.find("invite", token)
    if user_by_email(row.email or "") is not None:
        raise NotForYou(_("There is an account with this e-mail address. Sign in, then open the link again."))
    user = User(name=name, locale=locale, email_confirmed_at=clock.now())
    user.set_email(row.email or "")
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:  # another invitation made it at this moment
        raise NotForYou(_("There is an account with this e-mail address. Sign in, then open the link again.")) from None
    audit.record("account.made", user, by=user, details={"invitation": str(row.id)})
    _taken(row, user, by=user)
    return user


def is_for(row: AccountToken, user: User) -> bool:
    """Whether an invitation went to this user's address."""
    return _is_to(row, user.email)


def _taken(row: AccountToken, user: User, *, by: Viewer) -> Invited:
    links.spend(row)
    told = invited(row)
    inviter = db.session.get(User, row.created_by_id) if row.created_by_id else None
    organization_id = told.organisation.id if told.organisation else None
    if inviter is not None and not _may_still(inviter, told.role, organization_id):
        raise links.LinkGone(_("Whoever invited you may not do so any more. Ask for a new invitation."))
    memberships.give(user, told.role, by=None, organization_id=organization_id, area=told.area, noted_by=by)
    for tell in TAKEN:
        tell(row, user)
    return told


def _may_still(inviter: User, role: Role, organization_id: UUID | None) -> bool:
    return inviter.is_active and granting.may_grant(inviter, role, organization_id=organization_id)


def _must_invite(email: str, role: Role, by: User | None, organization_id: UUID | None, area: str | None) -> None:
    if by is not None and not granting.may_grant(by, role, organization_id=organization_id):
        raise memberships.MayNotGrant(_("This role is not yours to give."))
    if by is not None and plain_email(email) == plain_email(by.email):
        raise memberships.MayNotGrant(_("Nobody can give a role to themselves. Ask another administrator."))
    known = user_by_email(email)
    if known is not None and memberships.holds(known, role, organization_id=organization_id, area=area):
        raise AlreadyThere(_("This person has this role already."))


def _waiting(organization_id: UUID | None) -> list[AccountToken]:
    rows = db.session.scalars(
        select(AccountToken)
        .where(
            AccountToken.purpose == "invite",
            AccountToken.used_at.is_(None),
            AccountToken.expires_at > clock.now(),
        )
        .order_by(AccountToken.created_at.desc(), AccountToken.id)
    )
    wanted = str(organization_id) if organization_id else None
    return [row for row in rows if row.payload.get("organisation") == wanted]


def _is_to(row: AccountToken, email: str) -> bool:
    return row.email_key in blinds(plain_email(email))

"""Who somebody is at their own provider, and which account that is. Never found by an e-mail address.

The first link needs somebody who is signed in here, or an invitation to the address that the provider has verified.
"""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts import invitations, links
from portal.accounts.models import AccountToken, ExternalIdentity, User, plain_email
from portal.accounts.oidc import Came
from portal.core import audit, clock
from portal.core.blind_index import blind, blinds
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.tokens import hash_of
from portal.core.transactions import short

USED = "oidc-used"


class LinkedAlready(DomainError):
    """This identity belongs to another account."""

    status = 409


def user_of(came: Came) -> User | None:
    """The active user that this identity is linked to."""
    row = _row(came)
    user = db.session.get(User, row.user_id) if row else None
    return user if user is not None and user.is_active else None


def link(user: User, came: Came) -> None:
    """Let a user sign in with this identity from now on. Safe to repeat. Raises LinkedAlready."""
    known = _row(came)
    if known is not None and known.user_id == user.id:
        return
    if known is not None:
        raise LinkedAlready(_("This identity belongs to another account here."))
    identity = ExternalIdentity(
        user_id=user.id, issuer=came.issuer, subject=came.subject, subject_key=blind(_key(came))
    )
    try:
        with db.session.begin_nested():
            db.session.add(identity)
    except IntegrityError as problem:
        raise LinkedAlready(_("This identity belongs to another account here.")) from problem
    audit.record("identity.linked", user, by=user, details={"provider": came.provider})


def unlink(user: User, identity_id: UUID) -> None:
    """Let a user not sign in with it any more. Raises NotFound, and where no other way would be left."""
    row = db.session.get(ExternalIdentity, identity_id)
    if row is None or row.user_id != user.id:
        raise NotFound(_("There is no such identity."))
    if user.password_hash is None and not user.passkeys:
        raise DomainError(_("You would have no way left to sign in. Set a password first."), status=409)
    db.session.delete(row)
    audit.record("identity.unlinked", user, by=user, details={"issuer": row.issuer})


def identities_of(user: User) -> Sequence[ExternalIdentity]:
    """Who a user is elsewhere."""
    mine = select(ExternalIdentity).where(ExternalIdentity.user_id == user.id)
    return db.session.scalars(mine.order_by(ExternalIdentity.created_at, ExternalIdentity.id)).all()


def is_invited(token: str, came: Came) -> bool:
    """Whether an invitation went to the address that the provider has verified. Raises LinkGone."""
    row = links.find("invite", token)
    return came.email is not None and row.email_key in blinds(plain_email(came.email))


def join(token: str, came: Came, *, locale: str) -> User:
    """Make an account by an invitation, for who is known by their provider. Raises LinkGone, NotForYou, LinkedAlready."""
    if not is_invited(token, came):
        raise invitations.NotForYou(_("This invitation went to another e-mail address than yours."))
    user = invitations.accept_new(token, name=came.name or _("A new colleague"), locale=locale)
    link(user, came)
    return user


def spend_state(state: str) -> bool:
    """Use up what somebody was sent away with, in a short transaction of its own. False where they came back before."""
    row = AccountToken(purpose=USED, token_hash=hash_of(f"oidc {state}"), expires_at=clock.now())
    try:
        with short() as session:
            session.add(row)
    except IntegrityError:
        return False
    return True


def refused(provider: str, why: str) -> None:
    """Note that somebody was not let in, whatever becomes of the request."""
    audit.record_now("sign-in.refused", by="nobody", details={"provider": provider, "why": why})


def _row(came: Came) -> ExternalIdentity | None:
    return db.session.scalar(
        select(ExternalIdentity).where(
            ExternalIdentity.issuer == came.issuer, ExternalIdentity.subject_key.in_(blinds(_key(came)))
        )
    )


def _key(came: Came) -> str:
    return f"{came.issuer} {came.subject}"

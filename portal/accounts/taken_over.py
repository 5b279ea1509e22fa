"""An account that somebody else has had in hand since some moment: what they may have added to it goes, and what waits ends.

What was there before stays: an older passkey of the owner's, an identity at their provider. The app for codes and the recovery
codes hold no date of their own, so the audit chain is asked.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update

from portal.accounts import sessions
from portal.accounts.identities import identities_of
from portal.accounts.models import AccountToken, User
from portal.core import audit, clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db

APP, PASSKEY, CODES = "factor.app-added", "factor.passkey-added", "factor.codes-made"


@dataclass(frozen=True)
class Taken:
    """How much of each kind went."""

    passkeys: int = 0
    identities: int = 0
    has_app: bool = False
    has_codes: bool = False

    @property
    def is_anything(self) -> bool:
        """Whether something went."""
        return self != Taken()


def give_back(user: User, *, since: datetime) -> Taken:
    """Take away what was added since, let nothing that waits be used, sign everybody out, and forget the password.

    Links that undo changes of the address stay. The caller leads the owner to a new password.
    """
    _spend(user, since)
    taken = _take(user, since)
    user.password_hash = None
    sessions.end_all(user.id)
    audit.record("account.given_back", user, by="person", details={"taken": _kinds(taken)})
    return taken


def _spend(user: User, since: datetime) -> None:
    """Links to this user, steps that are half done, and invitations that were sent in their name since."""
    theirs = (AccountToken.user_id == user.id) & (AccountToken.purpose != "email-undo")
    sent = (AccountToken.created_by_id == user.id) & (AccountToken.created_at >= since)
    db.session.execute(
        update(AccountToken)
        .where(or_(theirs, sent), AccountToken.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _take(user: User, since: datetime) -> Taken:
    """A recovery code stands in for any factor, so all of them go as soon as one factor is not to be trusted."""
    done = _acts(user, since)
    passkeys = [one for one in user.passkeys if one.created_at >= since]
    identities = [one for one in identities_of(user) if one.created_at >= since]
    has_app = APP in done and user.totp_secret is not None
    for passkey in passkeys:
        user.passkeys.remove(passkey)
    for identity in identities:
        db.session.delete(identity)
    if has_app:
        user.totp_secret = user.totp_last = None
    has_codes = bool(user.recovery_codes) and bool(done or passkeys or not user.has_second_factor)
    if has_codes:
        user.recovery_codes.clear()
    return Taken(len(passkeys), len(identities), has_app, has_codes)


def _acts(user: User, since: datetime) -> frozenset[str]:
    """What was done to the factors of an account since, by the audit chain."""
    return frozenset(
        db.session.scalars(
            select(AuditEntry.action).where(
                AuditEntry.subject_kind == "account",
                AuditEntry.subject_id == str(user.id),
                AuditEntry.action.in_([APP, PASSKEY, CODES]),
                AuditEntry.at >= since,
            )
        )
    )


def _kinds(taken: Taken) -> list[str]:
    told = {
        "passkeys": taken.passkeys, "identities": taken.identities, "app": taken.has_app, "codes": taken.has_codes,
    }  # fmt: skip
    return [kind for kind, went in told.items() if went]

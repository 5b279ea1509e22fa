"""What the worker forgets: sessions that ended, forms that were held, steps that are over."""

from datetime import timedelta

from sqlalchemy import delete, or_

from portal.accounts.models import AccountToken, HeldForm, UserSession
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import job

SESSIONS_KEPT_FOR = timedelta(days=7)
"""An ended session still tells whose it was, for what was typed in it."""
STEPS = ("second-step", "passkey", "passkey-new", "sign-in-asked")


@job("accounts.tidy")
def tidy() -> None:
    """Forget what has no use any more."""
    now = clock.now()
    old = now - SESSIONS_KEPT_FOR
    db.session.execute(delete(UserSession).where(or_(UserSession.ends_at < old, UserSession.ended_at < old)))
    db.session.execute(delete(HeldForm).where(HeldForm.expires_at < now))
    db.session.execute(
        delete(AccountToken).where(AccountToken.purpose.in_(STEPS), AccountToken.expires_at < now - timedelta(days=1))
    )

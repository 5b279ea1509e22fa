"""Limits on how often something may be asked, counted in the database so that all processes share them.

Keys are hashed with the secret key: no address is stored in clear.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Integer, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.errors import TooManyRequests
from portal.core.extensions import Base, db, settings
from portal.core.fields import UtcDateTime
from portal.core.jobs import job
from portal.core.transactions import short


class ThrottleCount(Base):
    """How often one key was used since its window began."""

    __tablename__ = "throttle_count"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int] = mapped_column(Integer, default=0)


def hit(name: str, key: str, *, limit: int, seconds: int) -> None:
    """Count one use of `key`, in a short transaction of its own.

    Raises TooManyRequests after `limit` uses within `seconds`.
    """
    now = clock.now()
    with short() as session:
        hashed = _hashed(name, key)
        row = session.scalar(
            select(ThrottleCount).where(ThrottleCount.name == name, ThrottleCount.key == hashed).with_for_update()
        )
        if row is None:
            row = ThrottleCount(name=name, key=hashed, window_began_at=now, count=0)
            session.add(row)
        if row.window_began_at + timedelta(seconds=seconds) <= now:
            row.window_began_at, row.count = now, 0
        row.count += 1
        ends_at, used = row.window_began_at + timedelta(seconds=seconds), row.count
    if used > limit:
        wait = max(1, int((ends_at - now).total_seconds()))
        raise TooManyRequests(_("You have tried too often. Wait a few minutes, then try again."), wait_seconds=wait)


@job("throttle.tidy")
def tidy() -> None:
    """Forget counters that are more than a day old."""
    db.session.execute(delete(ThrottleCount).where(ThrottleCount.window_began_at < clock.now() - timedelta(days=1)))


def _hashed(name: str, key: str) -> str:
    return hmac.new(settings().secret_key.encode(), f"{name}:{key}".encode(), hashlib.sha256).hexdigest()

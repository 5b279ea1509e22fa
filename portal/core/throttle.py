"""Limits on how often something may be asked, counted in the database so that all processes share them.

Keys are hashed with the secret key: no address is stored in clear.
"""

import hashlib
import hmac
import math
import re
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from flask_babel import ngettext
from sqlalchemy import Integer, String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.database import reading
from portal.core.errors import TooManyRequests
from portal.core.extensions import Base, db, settings
from portal.core.fields import UtcDateTime
from portal.core.jobs import job
from portal.core.transactions import short

NETWORK_BITS = 64
HOUR_SECONDS = 3600
WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.%]+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+")
"""An address as some proxies tell it: a browser has another port with each connection, and would count anew."""


class ThrottleCount(Base):
    """How often one key was used since its window began."""

    __tablename__ = "throttle_count"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int] = mapped_column(Integer, default=0)


def hit(name: str, key: str, *, limit: int, seconds: int) -> None:
    """Count one use of `key`, in a short transaction of its own. An address of IPv6 counts as the network it is in.

    Raises TooManyRequests after `limit` uses within `seconds`.
    """
    now, hashed = clock.now(), _hashed(name, network_of(key))
    used, began_at = _seen(name, hashed)
    if used < limit or began_at + timedelta(seconds=seconds) <= now:
        try:
            used, began_at = _counted(name, hashed, now, seconds)
        except IntegrityError:  # another process began this counter at the same moment
            used, began_at = _counted(name, hashed, now, seconds)
    else:
        used += 1
    if used > limit:
        wait = max(1, int((began_at + timedelta(seconds=seconds) - now).total_seconds()))
        raise TooManyRequests(_wait_words(wait), wait_seconds=wait)


def _wait_words(seconds: int) -> str:
    """How long to wait, never too short: in minutes up to an hour, then in hours."""
    if seconds <= HOUR_SECONDS:
        minutes = math.ceil(seconds / 60)
        return ngettext(
            "You have tried too often. Wait %(num)s minute, then try again.",
            "You have tried too often. Wait %(num)s minutes, then try again.",
            minutes,
        )
    hours = math.ceil(seconds / HOUR_SECONDS)
    return ngettext(
        "You have tried too often. Wait %(num)s hour, then try again.",
        "You have tried too often. Wait %(num)s hours, then try again.",
        hours,
    )


def _seen(name: str, hashed: str) -> tuple[int, datetime]:
    """How often a key was used, and since when: a look without the write lock, which whoever asks too often never takes."""
    with reading(), Session(db.engine) as session:
        row = session.get(ThrottleCount, (name, hashed))
        return (row.count, row.window_began_at) if row is not None else (0, clock.now())


def _counted(name: str, hashed: str, now: datetime, seconds: int) -> tuple[int, datetime]:
    """The same with one use more."""
    with short() as session:
        row = session.scalar(
            select(ThrottleCount).where(ThrottleCount.name == name, ThrottleCount.key == hashed).with_for_update()
        )
        if row is None:
            row = ThrottleCount(name=name, key=hashed, window_began_at=now, count=0)
            session.add(row)
        if row.window_began_at + timedelta(seconds=seconds) <= now:
            row.window_began_at, row.count = now, 0
        row.count += 1
        return row.count, row.window_began_at


@job("throttle.tidy")
def tidy() -> None:
    """Forget counters that are more than a day old."""
    db.session.execute(delete(ThrottleCount).where(ThrottleCount.window_began_at < clock.now() - timedelta(days=1)))


def network_of(key: str) -> str:
    """The /64 of an address of IPv6, since one household has as many addresses as it likes; anything else as it is."""
    if told := WITH_PORT.fullmatch(key):
        key = told[1] or told[2]
    try:
        address = ip_address(key.partition("%")[0])
    except ValueError:
        return key
    if address.version == 4:
        return key
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, NETWORK_BITS), strict=False))


def _hashed(name: str, key: str) -> str:
    return hmac.new(settings().secret_key.encode(), f"{name}:{key}".encode(), hashlib.sha256).hexdigest()

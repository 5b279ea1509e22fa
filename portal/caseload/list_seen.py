"""When a worker last looked: the last request of the session before this one. Nothing is written for it by a page."""

from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from portal.accounts import sessions
from portal.accounts.models import UserSession
from portal.core import clock, working_days
from portal.core.extensions import db
from portal.core.viewer import Viewer

LONGEST_AGO = timedelta(days=14)
END_OF_DAY = time(17)


def last_looked(viewer: Viewer) -> datetime:
    """At most two weeks ago; where no earlier session is known, the end of the working day before."""
    this = sessions.current()
    wanted = select(func.max(UserSession.seen_at)).where(UserSession.user_id == viewer.id)
    if this is not None:
        wanted = wanted.where(UserSession.id != this.id, UserSession.created_at < this.created_at)
    found = db.session.scalar(wanted)
    return max(found, clock.now() - LONGEST_AGO) if found else _day_before()


def _day_before() -> datetime:
    day = clock.today() - timedelta(days=1)
    while not working_days.is_working_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, END_OF_DAY, clock.LONDON)

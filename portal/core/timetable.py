"""What runs by the clock: each row of the worker's timetable becomes a job once a period, whichever worker is first.

When a row last ran stands in the database, so that restarts neither skip a run nor repeat it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.extensions import Base, db
from portal.core.fields import UtcDateTime
from portal.core.jobs import CLOCKS_APART, Handler, Job
from portal.core.transactions import short


class TimetableRun(Base):
    """When a row of the timetable was last turned into a job."""

    __tablename__ = "timetable_run"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    ran_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Every:
    """A job that is asked for again and again, `period` apart."""

    handler: Handler
    period: timedelta


def last_run_at() -> datetime | None:
    """When a worker last asked for something by the clock."""
    return db.session.scalar(select(func.max(TimetableRun.ran_at)))


def ask_for_due(rows: Iterable[Every]) -> list[str]:
    """Write a job for every row whose period has passed since its last. Gives the names of the jobs asked for.

    One that ran in the future was asked for while the clock was wrong: it does not hold back the next.
    """
    now = clock.now()
    asked = []
    with short() as session:
        last = {run.name: run for run in session.scalars(select(TimetableRun).with_for_update())}
        for row in rows:
            run = last.get(row.handler.name)
            if run is not None and run.ran_at <= now + CLOCKS_APART and run.ran_at + row.period > now:
                continue
            if run is None:
                session.add(TimetableRun(name=row.handler.name, ran_at=now))
            else:
                run.ran_at = now
            session.add(Job(name=row.handler.name, payload={}, key="timetable"))
            asked.append(row.handler.name)
    return asked

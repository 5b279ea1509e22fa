"""Whether this instance can serve: one check a part, each with a plain sentence."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.core import clock
from portal.core.extensions import db, settings
from portal.core.jobs import backlog
from portal.core.timetable import last_run_at
from portal.geography import current as geography
from portal.search.current import engine

DRAINING = "draining"
"""A file in the instance folder that says: this instance is about to stop."""
LEAST_DISK_BYTES = 200 * 1024 * 1024
LONGEST_WAIT = timedelta(minutes=10)
LONGEST_SILENCE = timedelta(hours=2)


@dataclass(frozen=True)
class Check:
    """One thing looked at: its name, whether it is well, and a sentence for people. `is_vital`: pages need it."""

    name: str
    is_good: bool
    sentence: str
    is_vital: bool = True


def checks() -> list[Check]:
    """The checks that `/readyz` shows: only what pages cannot do without. Stops at a database that does not answer."""
    found = [database()]
    if found[0].is_good:
        found += [index(), jobs()]
    return [*found, places(), disk(), staying()]


def database() -> Check:
    """Whether the database answers."""
    return _tried("database", lambda: db.session.execute(text("select 1")), "The database answers.")


def index() -> Check:
    """Whether there is a sound search index."""
    is_good = engine().ready()
    told = (
        "The search index can be read."
        if is_good
        else "There is no search index yet: pages are answered from the database."
    )
    return Check("index", is_good, told)


def jobs() -> Check:
    """Whether the worker keeps up. Dead jobs are for the doctor: pages go on without them."""
    queue = backlog()
    minutes = int(queue.oldest_wait.total_seconds() // 60)
    is_good = queue.oldest_wait < LONGEST_WAIT
    told = f"{queue.ready} jobs wait." if is_good else f"A job has waited for {minutes} minutes: is a worker running?"
    return Check("jobs", is_good, told)


def worker() -> Check:
    """Whether a worker has looked at its timetable lately. For the doctor: pages go on without one for a while."""
    seen_at = last_run_at()
    if seen_at is None:
        return Check("worker", False, "No worker has run yet. Start one: portal worker", is_vital=False)
    is_good = clock.now() - seen_at < LONGEST_SILENCE
    told = f"{clock.local(seen_at):%d %B %Y at %H:%M}"
    return Check(
        "worker", is_good, f"A worker was last seen {told}." if is_good else f"No worker has been seen since {told}."
    )


def places() -> Check:
    """Whether postcodes can be looked up."""
    return _tried("geography", lambda: geography.atlas().size, "Postcodes can be looked up.")


def disk() -> Check:
    """Whether there is room to write."""
    free = shutil.disk_usage(settings().instance).free
    megabytes = free // (1024 * 1024)
    return Check("disk", free >= LEAST_DISK_BYTES, f"{megabytes:,} MB are free where the instance lies.")


def staying() -> Check:
    """Whether this instance means to go on serving."""
    is_going = (settings().instance / DRAINING).exists()
    return Check("staying", not is_going, "This instance is about to stop." if is_going else "It goes on serving.")


def start_draining(instance: Path) -> None:
    """From now on `/readyz` answers 503, so that no new visitors are sent here."""
    (instance / DRAINING).touch()


def _tried(name: str, ask: Callable[[], object], told: str) -> Check:
    try:
        ask()
    except (SQLAlchemyError, OSError, ValueError, LookupError) as error:
        return Check(name, False, f"It does not answer: {type(error).__name__}.")
    return Check(name, True, told)

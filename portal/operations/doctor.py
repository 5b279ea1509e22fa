"""What is well and what is not, one line each, for the person who runs the portal."""

import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from portal.core import clock
from portal.core.extensions import db, settings
from portal.core.jobs import backlog
from portal.core.settings import problems_for_production
from portal.directory import indexing, urgent
from portal.operations import messages, readiness, upgrading
from portal.operations.readiness import Check

MOST_CLOCK_DRIFT = timedelta(seconds=30)
SYNCED: dict[str, dict[str, tuple[str, frozenset[str]]]] = {
    "sqlite": {
        "journal_mode": ("pragma journal_mode", frozenset({"wal", "delete", "truncate", "persist"})),
        "synchronous": ("pragma synchronous", frozenset({"2", "3"})),
    },
    "postgresql": {
        "fsync": ("show fsync", frozenset({"on"})),
        "full_page_writes": ("show full_page_writes", frozenset({"on"})),
        "synchronous_commit": ("show synchronous_commit", frozenset({"on", "local", "remote_write", "remote_apply"})),
    },
}
"""Settings of a database that keep what was acknowledged through a power failure, how each is asked for, and its sound values."""
RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
"""A clock before this is wrong: this version did not exist then."""


def examine(*, deploy: bool = False) -> list[Check]:
    """Every check, in the order in which to mend. With `deploy`, what a production start needs is looked at too."""
    found = [_settings()] if deploy else []
    found.append(readiness.database())
    if found[-1].is_good:
        found += _of_database()
    found += [readiness.places(), readiness.disk(), _folder(), _clock(), _helplines()]
    return found


def _of_database() -> list[Check]:
    migrations = _migrations()
    if not migrations.is_good:
        return [migrations]
    found = [migrations, _power_loss(), _index(), readiness.worker(), readiness.jobs(), _dead_jobs()]
    return [*found, *messages.checks()]


def _settings() -> Check:
    problems = problems_for_production(settings())
    if settings().demo:
        problems.append("This is a demo instance. Set PORTAL_INSTANCE to a folder of its own.")
    return Check("settings", not problems, " ".join(problems) or "All that a production start needs is set.")


def _migrations() -> Check:
    found, newest = upgrading.revision(), upgrading.newest_revision()
    if found == newest:
        return Check("migrations", True, f"The database is at {found}, the newest form.")
    return Check("migrations", False, f"The database is at {found or 'nothing'}, not {newest}. Run: portal upgrade")


def _power_loss() -> Check:
    """Whether what was acknowledged is on the disk, also where the power fails a moment later."""
    asked = SYNCED[db.engine.dialect.name]
    said = {name: str(db.session.scalar(text(ask))) for name, (ask, _kept) in asked.items()}
    lax = [f"{name} is {said[name]}" for name, (_ask, kept) in asked.items() if said[name] not in kept]
    if lax:
        return Check("power loss", False, f"What was saved last could be lost when the power fails: {', '.join(lax)}.")
    return Check("power loss", True, "What is saved is on the disk before anybody is told so.")


def _index() -> Check:
    ready = readiness.index()
    if not ready.is_good:
        return Check("index", False, f"{ready.sentence} Run: portal search rebuild")
    compared = indexing.check_index()
    if compared.is_equal:
        return Check("index", True, f"The search index holds what the database holds: {compared.total:,} services.")
    waiting = " Changes are still waiting for the worker." if backlog().ready else " Run: portal search rebuild"
    return Check("index", False, f"The search index differs from the database.{waiting}")


def _dead_jobs() -> Check:
    queue = backlog()
    if not queue.dead:
        return Check("dead jobs", True, "No job has been set aside.")
    return Check(
        "dead jobs", False, f"{queue.dead} jobs were tried too often and set aside: {', '.join(queue.dead_names)}."
    )


def _folder() -> Check:
    """Index files are pickles and the database holds people's words: the folder is for the service user alone."""
    folder: Path = settings().instance
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        return Check(
            "folder", False, f"The instance folder can be read by others (mode {mode:o}). Run: chmod 700 on it."
        )
    return Check("folder", True, "The instance folder is closed to other users.")


def _clock() -> Check:
    now = datetime.now(UTC)
    if now < RELEASED:
        return Check("clock", False, f"The clock says {now:%d %B %Y}, before this version was made.")
    drift = _drift_from_database(now)
    if drift is not None and drift > MOST_CLOCK_DRIFT:
        return Check("clock", False, f"The clock and the database's differ by {int(drift.total_seconds())} seconds.")
    return Check("clock", True, f"The clock says {clock.local(now):%H:%M} in the United Kingdom.")


def _drift_from_database(now: datetime) -> timedelta | None:
    if db.engine.dialect.name == "sqlite":
        return None
    return _quietly(lambda: abs(now - db.session.scalars(select(func.now())).one()))


def _helplines() -> Check:
    unsigned = urgent.unsigned_helplines()
    if not unsigned:
        return Check("helplines", True, "Every number for urgent help was checked in time.")
    names = ", ".join(line.name for line in unsigned)
    return Check(
        "helplines",
        False,
        f"Nobody has signed these numbers as checked: {names}. See docs/helplines.md.",
        is_vital=False,
    )


def _quietly(ask: Callable[[], timedelta]) -> timedelta | None:
    try:
        return ask()
    except SQLAlchemyError:
        return None

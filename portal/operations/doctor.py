"""What is well and what is not, one line each, for the person who runs the portal."""

import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.models import User, plain_email
from portal.attachments import clamd
from portal.attachments import queries as attachments
from portal.core import clock
from portal.core.blind_index import blinds
from portal.core.database import reading
from portal.core.extensions import db, settings
from portal.core.jobs import backlog
from portal.core.settings import problems_for_production
from portal.demo.accounts import PEOPLE
from portal.describing import dumps
from portal.directory import indexing, noting, urgent
from portal.operations import messages, readiness, renewing, upgrading
from portal.operations.backup import keeping
from portal.operations.readiness import Check
from portal.safeguarding import queries as safeguarding
from portal.sources import queries as sources
from portal.webhooks import queries as webhooks
from portal.webhooks.waiting import FAILURES_IN_A_ROW

MOST_NAMED = 5
A_SAMPLE = 200
"""Rows of each table that are looked at where there is one key."""
OLDEST_BACKUP = timedelta(minutes=15)
OLDEST_DUMP = timedelta(days=2)
LONGEST_SCAN = timedelta(minutes=15)
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
    found = at_start() if deploy else []
    found.append(readiness.database())
    if found[-1].is_good:
        found += _of_database()
    found += [readiness.places(), readiness.disk(), _folder(), _dumps(), _clock(), _helplines(), *_backups()]
    return found


def at_start() -> list[Check]:
    """What a production start looks at, and refuses where it is bad: settings, keys, accounts of a demo."""
    return [_settings(), _accounts()]


def _of_database() -> list[Check]:
    migrations = _migrations()
    if not migrations.is_good:
        return [migrations]
    return [
        migrations,
        _power_loss(),
        _keys(),
        _index(),
        _notes(),
        readiness.worker(),
        readiness.jobs(),
        _dead_jobs(),
        *messages.checks(),
        _safeguarding(),
        _files(),
        _webhooks(),
        _sources(),
    ]


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


def _accounts() -> Check:
    """Accounts that a demo made must not open a directory that is in use: their passwords lie in a file beside it."""
    keys = [key for someone in PEOPLE for key in blinds(plain_email(someone.email))]
    asked = select(func.count()).select_from(User).where(User.email_key.in_(keys), User.deactivated_at.is_(None))
    try:
        with reading():
            db.session.rollback()
            if not inspect(db.session.connection()).has_table(User.__tablename__):
                return Check("accounts", True, "There are no accounts yet.")
            count = db.session.scalar(asked)
    except SQLAlchemyError as error:
        return Check("accounts", False, f"Accounts cannot be looked at ({type(error).__name__}).")
    finally:
        db.session.rollback()
    if count:
        return Check("accounts", False, f"{count} accounts are those of a demo. Begin with an instance of its own.")
    return Check("accounts", True, "No account is one of a demo.")


def _keys() -> Check:
    """Whether every encrypted text can be read, and is of the newest key where there are several."""
    several = len(settings().data_keys) > 1
    found = renewing.left(None if several else A_SAMPLE)
    if found.shut:
        told = f"{found.shut:,} encrypted texts are opened by no key of PORTAL_DATA_KEYS: put the former key back."
        return Check("keys", False, told)
    if found.older:
        told = f"{found.older:,} encrypted texts are of an older key. A worker renews them; at once: portal renew-keys"
        return Check("keys", False, told, is_vital=False)
    if several:
        told = f"All {found.texts:,} encrypted texts are of the newest key. The older keys may be taken away."
        return Check("keys", True, told)
    return Check("keys", True, f"The key opens all of {found.texts:,} encrypted texts that were tried.")


def _backups() -> list[Check]:
    """Whether the newest scheduled backup is new enough, where PORTAL_BACKUP_FOLDER says that there are any."""
    if not settings().backup_folder:
        return []
    made = keeping.newest(Path(settings().backup_folder))
    if made is None:
        return [Check("backups", False, "There is no backup yet in PORTAL_BACKUP_FOLDER.", is_vital=False)]
    is_new = clock.now() - made <= OLDEST_BACKUP
    told = f"The newest backup is of {clock.local(made):%d %B %Y at %H:%M}."
    return [Check("backups", is_new, told if is_new else f"{told} It should be no older than 15 minutes.")]


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


def _notes() -> Check:
    """Whether the open feed knows what is public. Time alone changes that; a worker notes it within the hour."""
    count = noting.unnoted()
    if count:
        told = (
            f"{count:,} listings came or went and are not noted for the open feed. A worker notes them within the hour."
        )
        return Check("feed", False, told, is_vital=False)
    return Check("feed", True, "The open feed knows every listing that is public.")


def _webhooks() -> Check:
    """Whether every program that is to be told of changes is told."""
    lost = [one for one in webhooks.subscriptions() if one.state == "off" or one.failures >= FAILURES_IN_A_ROW]
    if lost:
        told = f"{len(lost)} webhooks do not arrive or were switched off. Look at: portal webhooks list"
        return Check("webhooks", False, told, is_vital=False)
    return Check("webhooks", True, "Every program that is to be told of changes is told.")


def _sources() -> Check:
    """Whether every directory that is read can be read. One that failed five times in a row is stopped."""
    stopped = [one.setting.source.name for one in sources.standings() if one.setting.state == "stopped"]
    if stopped:
        told = f"Stopped, since they could not be read: {', '.join(stopped[:3])}. Look at: portal source list"
        return Check("sources", False, told, is_vital=False)
    return Check("sources", True, "Every directory that is to be read can be read.")


def _dumps() -> Check:
    """Whether the newest dump of the open feed is new enough, once there is one."""
    made = dumps.newest()
    if made is None:
        return Check("dumps", True, "There is no dump of the open feed yet. A worker makes one a day.")
    told = f"The newest dump of the open feed is of {made.date:%d %B %Y}."
    is_new = clock.today() - made.date <= OLDEST_DUMP
    return Check("dumps", is_new, told if is_new else f"{told} A worker makes one a day.", is_vital=False)


def _dead_jobs() -> Check:
    queue = backlog()
    if not queue.dead:
        return Check("dead jobs", True, "No job has been set aside.")
    return Check(
        "dead jobs", False, f"{queue.dead} jobs were tried too often and set aside: {', '.join(queue.dead_names)}."
    )


def _safeguarding() -> Check:
    """Whether somebody reads worries about safety wherever people are worked with."""
    lacking = safeguarding.without_lead()
    if not lacking:
        return Check("safeguarding", True, "Every organisation that works with people has a safeguarding lead.")
    shown = ", ".join(one.name for one in lacking[:MOST_NAMED])
    more = f" and {len(lacking) - MOST_NAMED:,} more" if len(lacking) > MOST_NAMED else ""
    return Check("safeguarding", False, f"There is no safeguarding lead at {shown}{more}.", is_vital=False)


def _files() -> Check:
    """Whether files that come with messages are scanned, and none waits for long."""
    stand, place = attachments.standing(), settings().clamav
    if not place:
        held = f" {stand.waiting:,} still wait for one that was set before." if stand.waiting else ""
        told = f"Files with messages are looked at, but not scanned for viruses: PORTAL_CLAMAV is not set.{held}"
        return Check("files", False, told, is_vital=False)
    if not clamd.answers(place):
        told = f"The scanner of PORTAL_CLAMAV does not answer. {stand.waiting:,} files are held until it does."
        return Check("files", False, told, is_vital=False)
    if stand.oldest_wait > LONGEST_SCAN:
        told = (
            f"{stand.waiting:,} files wait for the scanner, the oldest for {stand.oldest_wait.seconds // 60} minutes."
        )
        return Check("files", False, f"{told} Is it set for the worker too?", is_vital=False)
    return Check("files", True, f"The scanner answers. {stand.infected:,} files were harmful and are erased.")


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

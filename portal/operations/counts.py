"""Once a day the database counts what it holds, so that it plans well for it."""

from portal.core.database import learn
from portal.core.extensions import db
from portal.core.jobs import job


@job("database.counts", reads_only=True)
def count() -> None:
    """Let it count. Safe to repeat."""
    learn(db.engine)

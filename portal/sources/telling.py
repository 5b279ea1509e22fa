"""Telling administrators of a source that waits for them and that nobody would look at otherwise. In the caller's transaction."""

from portal.notifications.notification import Notification, Recipient
from portal.notifications.outbox import notify
from portal.safeguarding.queries import administrators
from portal.sources.models import SourceRun
from portal.sources.notifications import ReadingInDoubt, SourceStopped


def tell_stopped(run: SourceRun) -> None:
    """Write once that the source was stopped with this reading."""
    _tell(SourceStopped(str(run.source_id), run.source.name), f"source-stopped:{run.id}")


def tell_in_doubt(run: SourceRun) -> None:
    """Write once that this reading waits, since much would go."""
    _tell(ReadingInDoubt(str(run.id), run.source.name), f"reading-in-doubt:{run.id}")


def _tell(what: Notification, key: str) -> None:
    for one in administrators():
        notify(what, to=Recipient(email=one.email, locale=one.locale, user_id=one.id), key=key)

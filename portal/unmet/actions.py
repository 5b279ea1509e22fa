"""Keeping what somebody could not find."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from portal.core import clock, throttle
from portal.core.extensions import db
from portal.core.jobs import job
from portal.directory import counting
from portal.unmet.forms import Told
from portal.unmet.models import UnmetNeed

KEPT_FOR = timedelta(days=365)
"""After this the row goes; contact and words go after `ANSWERED_WITHIN` already."""
ANSWERED_WITHIN = timedelta(days=90)
MOST_AN_HOUR = 10


def tell(told: Told, *, asked_by: str, language: str, is_urgent: bool) -> None:
    """Keep what somebody could not find. Sending the same form twice keeps it once.

    `asked_by` is a network address, for the limit only. `is_urgent`: they wrote of danger, so their words are not kept.
    Raises TooManyRequests.
    """
    throttle.hit("unmet", asked_by, limit=MOST_AN_HOUR, seconds=3600)
    need = UnmetNeed(
        needs=list(told.needs),
        district=told.district,
        words=None if is_urgent else told.words,
        contact=told.contact,
        language=language,
        form_key=told.form_key,
    )
    # The key is unique in the database: of two that come at once, one is kept.
    with suppress(IntegrityError):
        with db.session.begin_nested():
            db.session.add(need)
        if told.area_code:
            counting.note_of_anybody(
                "told", f"{told.area_code}/{'-' if is_urgent or not told.needs else told.needs[0]}"
            )


@job("unmet.tidy")
def tidy() -> None:
    """Forget words and contacts after three months, and the rest after a year."""
    now = clock.now()
    db.session.execute(delete(UnmetNeed).where(UnmetNeed.created_at < now - KEPT_FOR))
    old = UnmetNeed.created_at < now - ANSWERED_WITHIN
    db.session.execute(update(UnmetNeed).where(old).values(words=None, contact=None, cleared_words=None))

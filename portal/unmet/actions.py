"""Keeping what somebody could not find."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import Text, delete, literal, select, type_coerce, update
from sqlalchemy.exc import IntegrityError

from portal.core import clock, throttle
from portal.core.encryption import renewed
from portal.core.extensions import db, settings
from portal.core.jobs import job
from portal.unmet.forms import Told
from portal.unmet.models import UnmetNeed

KEPT_FOR = timedelta(days=365)
"""After this the row goes; contact and words go after `ANSWERED_WITHIN` already."""
ANSWERED_WITHIN = timedelta(days=90)
MOST_AN_HOUR = 10
A_STEP = 200


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
    with suppress(IntegrityError), db.session.begin_nested():
        db.session.add(need)


@job("unmet.tidy")
def tidy() -> None:
    """Forget words and contacts after three months, and the rest after a year."""
    now = clock.now()
    db.session.execute(delete(UnmetNeed).where(UnmetNeed.created_at < now - KEPT_FOR))
    old = UnmetNeed.created_at < now - ANSWERED_WITHIN
    db.session.execute(update(UnmetNeed).where(old).values(words=None, contact=None))


@job("unmet.reencrypt")
def reencrypt(after: str = "") -> None:
    """Encrypt everything with the newest key, a part at a time; each part asks for the next, so a kill loses nothing.

    With one key alone there is nothing to do.
    """
    if len(settings().data_keys) == 1:
        return
    words, contact = type_coerce(UnmetNeed.words, Text), type_coerce(UnmetNeed.contact, Text)
    raw = select(UnmetNeed.id, UnmetNeed.form_key, words, contact).where(UnmetNeed.form_key > after)
    rows = db.session.execute(raw.order_by(UnmetNeed.form_key).limit(A_STEP)).all()
    for row_id, _key, old_words, old_contact in rows:
        old = {"words": old_words, "contact": old_contact}
        values = {name: literal(renewed(token), Text) for name, token in old.items() if token}
        if values:
            db.session.execute(update(UnmetNeed).where(UnmetNeed.id == row_id).values(**values))
    if len(rows) == A_STEP:
        reencrypt.later(after=rows[-1][1])

"""Asking the scanner about files, in the worker. Until it has spoken a file is held, however long that takes."""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select

from portal.attachments import clamd, queries, verdicts
from portal.attachments.models import Attachment
from portal.core.extensions import db, settings
from portal.core.jobs import job
from portal.core.transactions import unit

log = structlog.get_logger()

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)
MOST_DOUBLINGS = 10
AT_ONCE = 500
"""Files that one look asks for."""


@job("attachments.scan", reads_only=True, lane="scanner")
def scan(attachment: str, tries: int = 0) -> None:
    """Ask about one file. Where no answer comes it asks again, each time later, and never gives up.

    No transaction is open while the file travels.
    """
    file = db.session.get(Attachment, UUID(attachment))
    if file is None or file.state not in verdicts.TO_SCAN:
        return
    content = queries.content_of(file)
    db.session.rollback()
    try:
        finding = clamd.scan(settings().clamav, content)
    except clamd.Trouble as trouble:
        log.warning("attachment.not_scanned", error=str(trouble), attempts=tries + 1)
        with unit():
            scan.later(_key=attachment, _delay=wait_after(tries), attachment=attachment, tries=tries + 1)
        return
    with unit():
        verdicts.conclude(UUID(attachment), finding)


@job("attachments.look")
def look() -> None:
    """Ask for what waits, whatever became of its job; and, now that there is a scanner, for what came before there was one."""
    if not settings().clamav:
        return
    wanted = select(Attachment.id).where(Attachment.state.in_(verdicts.TO_SCAN)).order_by(Attachment.at, Attachment.id)
    for attachment_id in db.session.scalars(wanted.limit(AT_ONCE)):
        scan.later(_key=str(attachment_id), attachment=str(attachment_id))


def wait_after(tries: int) -> timedelta:
    """How long until it is asked again: doubling from ten seconds, at most a quarter of an hour."""
    wait: timedelta = FIRST_WAIT * 2 ** min(tries, MOST_DOUBLINGS)
    return min(wait, LONGEST_WAIT)

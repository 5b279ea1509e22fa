"""What comes back about documents: acknowledgements that transports are asked for, e-mails that bounced, and silence."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.extensions import db, settings
from portal.core.jobs import job
from portal.core.transactions import short
from portal.notifications import bouncing
from portal.referrals.dispatching.models import DocumentDispatch
from portal.referrals.dispatching.sending import LANE, send
from portal.referrals.dispatching.transports.current import transports
from portal.referrals.dispatching.transports.port import Answer, NotSent, Sent, Transport

log = structlog.get_logger()

LATE = timedelta(days=30)
"""So long after its time an acknowledgement still counts."""
MOST = 500
"""Documents of one transport that are asked about at once."""


@job("documents.poll", reads_only=True, lane=LANE)
def poll() -> None:
    """Ask every transport what has come back. It may forget an answer once that is noted."""
    for name, transport in transports().items():
        try:
            _poll(name, transport)
        except NotSent as problem:
            log.warning("document.not_polled", kind=name, error=problem.reason)
        finally:
            transport.close()


@job("documents.sweep")
def sweep() -> None:
    """Silence: where a transport says that it means delivery it does; elsewhere, after PORTAL_DOCUMENTS_DAYS, it is a failure.

    What waits to be sent is asked for, whatever became of the jobs that should have sent it.
    """
    now = clock.now()
    for name, transport in transports().items():
        if transport.silence is not None:
            _end_silent(name, now - transport.silence, "acknowledged", "not-returned")
    _end_silent(None, now - timedelta(days=settings().documents_days), "failed", "no-answer")
    if db.session.scalar(select(DocumentDispatch.id).where(DocumentDispatch.state == "queued").limit(1)) is not None:
        send.later(_key="documents")


def returned(local_id: UUID, kind: str) -> None:
    """An e-mail with a document came back. Safe to repeat; what is not a document's changes nothing."""
    if kind != "hard":
        return
    was_sent = or_(DocumentDispatch.state == "sent", DocumentDispatch.reason == "not-returned")
    db.session.execute(
        update(DocumentDispatch)
        .where(DocumentDispatch.local_id == local_id, DocumentDispatch.transport == "e-mail", was_sent)
        .values(state="failed", reason="returned", ended_at=clock.now())
    )


bouncing.OTHERS.append(returned)


def _poll(name: str, transport: Transport) -> None:
    answers = list(transport.poll(_waiting(name)))
    if answers:
        with short() as session:
            for answer in answers:
                _note(session, answer)
        transport.settle(answers)


def _waiting(name: str) -> Sequence[Sent]:
    """Those that wait for an answer, and those whose time is over but not long."""
    is_late = (DocumentDispatch.reason == "no-answer") & (DocumentDispatch.sent_at > clock.now() - LATE)
    wanted = select(DocumentDispatch.local_id, DocumentDispatch.message_id, DocumentDispatch.ods_code).where(
        DocumentDispatch.transport == name, or_(DocumentDispatch.state == "sent", is_late)
    )
    try:
        rows = db.session.execute(wanted.order_by(DocumentDispatch.sent_at, DocumentDispatch.id).limit(MOST)).all()
    finally:
        db.session.rollback()
    return [Sent(local_id, message_id, code) for local_id, message_id, code in rows if message_id]


def _note(session: Session, answer: Answer) -> None:
    """A document that has arrived is kept here no longer: it can be made again from the record."""
    values: dict[str, Any] = {"state": answer.outcome, "ended_at": clock.now()}
    if answer.outcome == "acknowledged":
        values["content"] = None
    mistaken = DocumentDispatch.reason == "mistake"
    where = update(DocumentDispatch).where(DocumentDispatch.local_id == answer.local_id)
    session.execute(where.where(or_(DocumentDispatch.reason.is_(None), ~mistaken)).values(reason=answer.code, **values))
    session.execute(where.where(mistaken).values(**values))


def _end_silent(name: str | None, before: datetime, state: str, reason: str) -> None:
    wanted = update(DocumentDispatch).where(DocumentDispatch.state == "sent", DocumentDispatch.sent_at <= before)
    if name is not None:
        wanted = wanted.where(DocumentDispatch.transport == name)
    wiped = {"content": None} if state == "acknowledged" else {}
    mistaken = DocumentDispatch.reason == "mistake"
    ended = {"state": state, "ended_at": clock.now(), **wiped}
    db.session.execute(wanted.where(or_(DocumentDispatch.reason.is_(None), ~mistaken)).values(reason=reason, **ended))
    db.session.execute(wanted.where(mistaken).values(**ended))

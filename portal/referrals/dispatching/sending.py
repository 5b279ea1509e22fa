"""Carrying documents away, one at a time: a short transaction claims it, none is open while it travels, a short one notes that it
is gone. So a kill sends one document twice at most, with the same local id.
"""

import time
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import CLOCKS_APART, Job, job
from portal.core.leases import renewed
from portal.core.transactions import insist, short
from portal.notifications.waiting import before_retry
from portal.people import consents
from portal.referrals.dispatching.models import DocumentDispatch
from portal.referrals.dispatching.transports.current import transports
from portal.referrals.dispatching.transports.port import Document, NotSent, NoWay, Refused
from portal.referrals.states import State

log = structlog.get_logger()

HELD = timedelta(seconds=15)
"""How long a claim holds; it is renewed while the document travels."""
TRIED_FOR = timedelta(days=2)
A_TURN_SECONDS = 5.0
LANE = "documents"
"""A thread of its own in the worker: MESH may be slow, and mail must not wait for it."""
FOR_ALL = frozenset({"died", "erased"})
"""Reasons that stop every document of a person."""


@job("documents.send", batch=100, reads_only=True, lane=LANE)
def send(_asked: list[dict[str, str]]) -> None:
    """Hand over what waits, in turns. Every document asks for one; the first to run serves all."""
    began = time.monotonic()
    try:
        while time.monotonic() - began < A_TURN_SECONDS and (claimed := _claim()) is not None:
            if not _one(claimed):
                break
    finally:
        for transport in transports().values():
            transport.close()
    _look_again()


@job("documents.take_back", reads_only=True, lane=LANE)
def take_back(local_id: str, transport: str) -> None:
    """Take a document back that nobody has fetched, where its transport can."""
    carrier = transports().get(transport)
    if carrier is not None and carrier.take_back(UUID(local_id)):
        insist(lambda session: _taken_back(session, UUID(local_id)))


def hears(dispatch: DocumentDispatch) -> bool:
    """Whether the person agrees today that this practice hears how it ended. Fails closed."""
    person = dispatch.person
    if dispatch.practice_id is None or person.erased_at is not None or person.death_recorded_at is not None:
        return False
    return consents.covers(consents.active(person.id, dispatch.practice_id), {"outcomes"})


def _claim() -> UUID | None:
    """Take the document that was tried least. Gives its id."""
    now = clock.now()
    with short() as session:
        dispatch = session.scalars(
            select(DocumentDispatch)
            .where(_is_free(), _is_due())
            .order_by(DocumentDispatch.attempts, DocumentDispatch.next_try_at, DocumentDispatch.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if dispatch is None:
            return None
        dispatch.attempts += 1
        dispatch.sending_until, dispatch.may_have_gone = now + HELD, True
        return dispatch.id


def _one(dispatch_id: UUID) -> bool:
    """Send one. False where the transport is in trouble, so that others need not be tried now."""
    with _held(dispatch_id):
        document = _written(dispatch_id)
        if document is None:
            return True
        try:
            name, message_id = _carried(document)
        except NotSent as problem:
            kept = problem
            insist(lambda session: _not_sent(session, dispatch_id, kept))
            return isinstance(problem, Refused)
        insist(lambda session: _gone(session, dispatch_id, document.local_id, name, message_id))
    return True


def _carried(document: Document) -> tuple[str, str]:
    """Hand it to the first transport that reaches the practice. Gives its name and id. Raises NoWay, Refused, ServerTrouble."""
    problem = NoWay("no-transport")
    for name, transport in transports().items():
        try:
            return name, transport.send(document)
        except NoWay as none:
            problem = none
    raise problem


def _written(dispatch_id: UUID) -> Document | None:
    """The document as it goes, or None where it does not go any more: what stands against it is noted."""
    try:
        dispatch = db.session.get(DocumentDispatch, dispatch_id)
        if dispatch is None or dispatch.state != "queued":
            return None
        reason, document = _against(dispatch), None
        if reason is None:
            document = _document(dispatch)
    finally:
        db.session.rollback()
    if reason is not None:
        state = "failed" if reason == "too-long" else "withdrawn"
        insist(lambda session: _end(session, dispatch_id, state, str(reason)))
    return document


def _against(dispatch: DocumentDispatch) -> str | None:
    if not hears(dispatch):
        return "died" if dispatch.person.death_recorded_at is not None else "consent-ended"
    if dispatch.introduction.state == State.ENTERED_IN_ERROR.value:
        return "mistake"
    has_been_tried = dispatch.attempts > 1
    return "too-long" if has_been_tried and dispatch.queued_at + TRIED_FOR <= clock.now() else None


def _document(dispatch: DocumentDispatch) -> Document:
    content, practice, person = dispatch.content or {}, dispatch.practice, dispatch.person
    return Document(
        local_id=dispatch.local_id,
        reference=dispatch.introduction.shown_reference,
        html=content["html"],
        fhir=content["fhir"],
        locale=content["locale"],
        practice_name=practice.name if practice else "",
        ods_code=dispatch.ods_code,
        practice_email=practice.email if practice else None,
        nhs_number=person.nhs_number,
        birth_date=person.birth_date,
        family_name=person.family_name,
    )


def _gone(session: Session, dispatch_id: UUID, local_id: UUID, name: str, message_id: str) -> None:
    """It is with the transport. Where it was stopped or erased meanwhile, it is asked to be taken back."""
    now = clock.now()
    before = session.scalar(
        select(DocumentDispatch.state).where(DocumentDispatch.id == dispatch_id, DocumentDispatch.local_id == local_id)
    )
    gone: dict[str, Any] = {
        "state": "sent", "transport": name, "message_id": message_id[:120], "sent_at": now, "sending_until": None,
        "may_have_gone": False, "ended_at": None,
    }  # fmt: skip
    if before == "queued":
        gone["reason"] = None
    session.execute(
        update(DocumentDispatch)
        .where(DocumentDispatch.id == dispatch_id, DocumentDispatch.local_id == local_id)
        .values(**gone)
    )
    if before != "queued":
        session.add(Job(name=take_back.name, payload={"local_id": str(local_id), "transport": name}))


def _not_sent(session: Session, dispatch_id: UUID, problem: NotSent) -> None:
    if isinstance(problem, Refused) and problem.kind == "hard":
        _end(session, dispatch_id, "refused", problem.reason[:40])
        return
    dispatch = session.get(DocumentDispatch, dispatch_id)
    if dispatch is None:
        return
    dispatch.sending_until, dispatch.may_have_gone = None, problem.may_have_gone
    if dispatch.state == "queued":
        dispatch.reason = problem.reason[:40]
        dispatch.next_try_at = clock.now() + before_retry(dispatch.attempts)
    log.warning("document.not_sent", error=problem.reason, attempts=dispatch.attempts)


def _end(session: Session, dispatch_id: UUID, state: str, reason: str) -> None:
    """What was stopped meanwhile stays so."""
    wiped = {"content": None} if state == "withdrawn" else {}
    session.execute(
        update(DocumentDispatch)
        .where(DocumentDispatch.id == dispatch_id, DocumentDispatch.state == "queued")
        .values(state=state, reason=reason, sending_until=None, may_have_gone=False, ended_at=clock.now(), **wiped)
    )


def _taken_back(session: Session, local_id: UUID) -> None:
    session.execute(
        update(DocumentDispatch)
        .where(DocumentDispatch.local_id == local_id, DocumentDispatch.state == "sent")
        .values(state="withdrawn", content=None, ended_at=clock.now())
    )


def _look_again() -> None:
    """Ask for another turn when the next document is due, in one job."""
    with short() as session:
        waiting = session.execute(
            select(DocumentDispatch.sending_until, DocumentDispatch.next_try_at)
            .where(DocumentDispatch.state == "queued")
            .order_by(DocumentDispatch.next_try_at)
            .limit(100)
        ).all()
        if not waiting:
            return
        soonest = min(held or due for held, due in waiting)
        send.by(session, soonest, key="documents again")


def _is_free() -> ColumnElement[bool]:
    """Those that no worker has in hand. A claim that lasts longer than any does was made while the clock was wrong."""
    now, held = clock.now(), DocumentDispatch.sending_until
    is_nobodys = or_(held.is_(None), held < now, held > now + HELD + CLOCKS_APART)
    return (DocumentDispatch.state == "queued") & is_nobodys


def _is_due() -> ColumnElement[bool]:
    """What waits for longer than documents are tried at all was put off while the clock was wrong."""
    now, due = clock.now(), DocumentDispatch.next_try_at
    return or_(due <= now, due > now + TRIED_FOR)


def _held(dispatch_id: UUID) -> AbstractContextManager[None]:
    """Keep the claim while the document travels, however long the transport takes."""

    def renew(session: Session) -> None:
        session.execute(
            update(DocumentDispatch).where(DocumentDispatch.id == dispatch_id).values(sending_until=clock.now() + HELD)
        )

    return renewed(renew, lease=HELD, trouble="document.claim_not_renewed")

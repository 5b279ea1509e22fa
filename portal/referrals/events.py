"""What happened, as rows that are only ever added. The digest of each stands in the audit chain, so that a change shows."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from portal.core import audit, clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.referrals.actors import Actor
from portal.referrals.models import Introduction, IntroductionEvent, Referral

PREFIX = "introduction."


def add(
    introduction: Introduction | None,
    verb: str,
    *,
    by: Actor,
    referral: Referral | None = None,
    before: str | None = None,
    reason: str | None = None,
    words: str | None = None,
    details: dict[str, Any] | None = None,
    version_before: int | None = None,
) -> IntroductionEvent:
    """Note what was done, with its entry in the audit chain. `details` holds ids, codes and dates, nothing that was told."""
    about = referral or (introduction.referral if introduction is not None else None)
    if about is None:
        raise ValueError("an event is about an introduction or a referral")
    event = IntroductionEvent(
        id=new_id(),
        referral_id=about.id,
        introduction_id=introduction.id if introduction is not None else None,
        person_id=about.person_id,
        verb=verb,
        from_state=before,
        to_state=introduction.state if introduction is not None else about.status,
        actor_kind=by.kind,
        actor_id=by.user.id if by.user is not None else by.link_id,
        who=by.who.value,
        organization_id=by.organization_id,
        channel=by.channel,
        reason_code=reason,
        words=words,
        details=details or {},
        version_before=version_before,
        version_after=introduction.version if introduction is not None else about.version,
        request_id=structlog.contextvars.get_contextvars().get("request_id"),
        at=clock.now(),
    )
    event.digest = digest_of(event)
    db.session.add(event)
    subject = ("introduction", introduction.id) if introduction is not None else ("referral", about.id)
    told = {"event": str(event.id), "digest": event.digest, "from": before, "to": event.to_state, "reason": reason}
    audit.record(f"{PREFIX}{verb}", subject, by=by.by, details=told)
    return event


def digest_of(event: IntroductionEvent) -> str:
    """The hash of all that an event says."""
    told = [
        str(event.id), str(event.referral_id), str(event.introduction_id), str(event.person_id), event.verb,
        event.from_state, event.to_state, event.actor_kind, str(event.actor_id), event.who, str(event.organization_id),
        event.channel, event.reason_code, event.words, event.details, event.version_before, event.version_after,
        event.request_id, event.at.isoformat(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def of_introduction(introduction_id: UUID) -> Sequence[IntroductionEvent]:
    """All that happened to one introduction, oldest first, whatever the clock said."""
    wanted = select(IntroductionEvent).where(IntroductionEvent.introduction_id == introduction_id)
    order = (IntroductionEvent.version_after, IntroductionEvent.at, IntroductionEvent.id)
    return db.session.scalars(wanted.order_by(*order)).all()


def broken() -> Iterator[UUID]:
    """Ids of events that were changed, taken away or put in past the audit chain. Walks all of them."""
    chained = _chained()
    for event in db.session.scalars(
        select(IntroductionEvent).order_by(IntroductionEvent.id).execution_options(yield_per=500)
    ):
        if chained.pop(str(event.id), None) != event.digest or digest_of(event) != event.digest:
            yield event.id
    yield from (UUID(left) for left in chained)


def _chained() -> dict[str, str]:
    """The digests that the audit chain holds, by the id of their event, without those of people who were erased."""
    rows = db.session.scalars(select(AuditEntry.details).where(AuditEntry.action.like(f"{PREFIX}%")))
    found = {told["event"]: told["digest"] for told in rows if "event" in told}
    gone = db.session.scalars(select(AuditEntry.details).where(AuditEntry.action == "person.erased"))
    for told in gone:
        for event_id in told.get("events", ()):
            found.pop(event_id, None)
    return found

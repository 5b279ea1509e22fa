"""Showing to be of an organisation: a code goes to an address or phone that was on record before anybody asked."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from portal.assurance.recorded import OnRecord
from portal.changes.models import ChangeRequest
from portal.core import audit, clock, short_codes, throttle
from portal.core.extensions import db
from portal.core.viewer import Viewer
from portal.groups.models import ProofCode
from portal.groups.notifications import ProofCodeSent
from portal.notifications.outbox import notify

DIGITS = 8
LASTS = timedelta(days=3)
MOST_TRIES_AN_HOUR = 5


def send_code(claim: ChangeRequest, to: OnRecord, *, by: Viewer) -> None:
    """Send a new code, which was counted; those before are of no use any more."""
    for earlier in _usable(claim.id):
        earlier.used_at = clock.now()
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row = ProofCode(
        change_id=claim.id,
        code_hash=short_codes.kept(_of(claim.id, code)),
        channel=to.channel,
        sent_to=to.address,
        expires_at=clock.now() + LASTS,
    )
    db.session.add(row)
    db.session.flush()
    notify(
        ProofCodeSent(code=f"{code[:4]} {code[4:]}", organisation=claim.organization.name),
        to=to.recipient,
        key=f"proof:{row.id}",
    )
    audit.record("claim.code_sent", claim, by=by, details={"channel": to.channel})


def was_sent(claim: ChangeRequest) -> OnRecord | None:
    """Where a code that may still be used was sent, or None."""
    rows = _usable(claim.id)
    return OnRecord(rows[0].channel, rows[0].sent_to) if rows else None


def count_try(claim_id: UUID) -> None:
    """Count a try of a code, whatever becomes of it. Must come before the request changes anything. Raises TooManyRequests."""
    throttle.hit("proof try", str(claim_id), limit=MOST_TRIES_AN_HOUR, seconds=3600)


def is_right(claim: ChangeRequest, typed: str) -> bool:
    """Whether this is the code that was sent; it is used up."""
    digits = "".join(letter for letter in typed if letter.isdecimal() and letter.isascii())
    for row in _usable(claim.id):
        if short_codes.is_kept(row.code_hash, _of(claim.id, digits)):
            row.used_at = clock.now()
            return True
    return False


def _usable(claim_id: UUID) -> list[ProofCode]:
    rows = select(ProofCode).where(
        ProofCode.change_id == claim_id, ProofCode.used_at.is_(None), ProofCode.expires_at > clock.now()
    )
    return list(db.session.scalars(rows.order_by(ProofCode.created_at.desc(), ProofCode.id)))


def _of(claim_id: UUID, code: str) -> str:
    return f"{claim_id}:{code}"

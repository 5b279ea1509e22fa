"""Opening the page of one's own referral: a reference and a code, then half an hour in the same browser.

Who tries is told nothing: an unknown reference, a wrong code and a referral without a code are answered alike, and both the
network address and the reference are counted, whether there is such a referral or not.
"""

from datetime import timedelta
from hmac import compare_digest
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import exists, or_, select
from werkzeug.wrappers import Response

from portal.codes.typed import compact
from portal.core import audit, cookies, throttle
from portal.core.blind_index import blind
from portal.core.extensions import db
from portal.core.references import read_reference
from portal.core.signing import timed_signer
from portal.people.models import Person
from portal.referrals.models import Introduction, Referral

COOKIE = "my-referral"
LASTS = timedelta(minutes=30)
BY_ADDRESS, BY_REFERENCE = 20, 10
"""Tries an hour. Of a million codes somebody with many addresses finds one of a reference in years."""
HOUR = 3600
NOBODYS = "no code"


def open_by_code(reference: str, code: str, *, address: str) -> Referral | None:
    """The referral that a reference and its code open, else None. `address` is of the network. Raises TooManyRequests."""
    known = read_reference(reference)
    throttle.hit("my-referral", address, limit=BY_ADDRESS, seconds=HOUR)
    throttle.hit("my-referral-of", known or reference[:40], limit=BY_REFERENCE, seconds=HOUR)
    found = _referral(known)
    kept = found.code if found is not None and found.code else NOBODYS
    if not compare_digest(compact(code).encode(), kept.encode()) or found is None or found.code is None:
        return None
    audit.record("person.opened_by_code", ("person", found.person_id), by="person")
    return found


def remember(response: Response, referral: Referral) -> None:
    """Let this browser open it for half an hour from now. A new code shuts it."""
    told = [referral.id.hex, _mark(referral)]
    cookies.put(response, COOKIE, str(_signer().dumps(told)), lasts=LASTS)


def shut(response: Response) -> None:
    """Let it open nothing any more."""
    cookies.drop(response, COOKIE)


def opened(reference: str) -> Referral | None:
    """The referral of this reference, where this browser has opened it within half an hour."""
    try:
        told, of_code = _signer().loads(cookies.told(COOKIE), max_age=int(LASTS.total_seconds()))
        referral_id = UUID(told)
    except (BadData, TypeError, ValueError, AttributeError):
        return None
    found = _referral(read_reference(reference))
    if found is None or found.id != referral_id or not found.code:
        return None
    return found if compare_digest(_mark(found), str(of_code)) else None


def _referral(reference: str | None) -> Referral | None:
    """By its own reference, or by that of one of its introductions, which stands in messages."""
    if reference is None:
        return None
    by_one = exists().where(Introduction.referral_id == Referral.id, Introduction.reference == reference)
    wanted = select(Referral).join(Person, Person.id == Referral.person_id).where(Person.erased_at.is_(None))
    return db.session.scalar(wanted.where(or_(Referral.reference == reference, by_one)).limit(1))


def _mark(referral: Referral) -> str:
    """Which code it was opened with, without telling it: of a new one the mark is another."""
    return blind(f"my-referral:{referral.id}:{referral.code}")


def _signer() -> URLSafeTimedSerializer:
    return timed_signer("portal.selfreferral.opened")

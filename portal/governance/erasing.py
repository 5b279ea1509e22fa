"""Erasing what was told about a person: from every table and from the outbox, leaving ids, counts and a certificate.

Events of introductions go too, since they hold words; the audit chain keeps their ids in the entry of the erasure, so that it can
still be verified, and says who did what to which id. Source: UK GDPR 17; ASVS 14.2.7.
"""

import json
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from portal.core import audit, clock
from portal.core.blind_index import blinds
from portal.core.errors import DomainError
from portal.core.extensions import Base, db, settings
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.governance import holdings, wishes
from portal.governance.models import ErasureCertificate
from portal.notifications.models import Bounce, OutboxMessage, StoppedTopic
from portal.people.models import Person
from portal.referrals import withdrawing
from portal.referrals.dispatching import queueing
from portal.referrals.models import Introduction, IntroductionEvent, Referral, SafetyConcern, SpaceWish
from portal.referrals.states import OPEN

FOLDER = "certificates"
OPEN_STATES = [state.value for state in OPEN]


class Held(DomainError):
    """The record is under legal hold: nothing of it may be erased."""

    status = 409


def erase(
    person: Person, *, why: str, by: Viewer | str | None, due_on: date | None = None, reason: str | None = None
) -> ErasureCertificate:
    """Erase what was told about a person; what is open ends first. `reason`: a code, never words. Raises Held."""
    db.session.refresh(person, with_for_update=True)
    if person.held_at is not None:
        raise Held(_("This record is under legal hold. Nothing of it can be erased until the hold is lifted."))
    if _has_open(person):
        withdrawing.withdraw_consent(person, None, by=by or "operator", how="erasure")
        withdrawing.end_open(person.id, reason="consent-ended")
    queueing.stop(person, "erased")
    db.session.flush()
    events = [str(one) for one in _ids(IntroductionEvent.id, IntroductionEvent.person_id == person.id)]
    counts = {"outbox_message": _forget_messages(person), "space_wish": _forget_wishes(person)}
    for table in reversed(holdings.tables()):
        counts[table.name] = _erase_from(table.name, person.id)
    person_id, reference = person.id, person.reference
    db.session.expire_all()
    db.session.execute(update(Person).where(Person.id == person_id).values(erased_at=clock.now()))
    certificate = ErasureCertificate(
        person_id=person_id, reference=reference, retention_class=person.retention_class, due_on=due_on, why=why,
        counts={name: count for name, count in counts.items() if count},
        by_user_id=None if by is None or isinstance(by, str) else by.id, at=clock.now(),
    )  # fmt: skip
    db.session.add(certificate)
    db.session.flush()
    told = {"events": events, "certificate": str(certificate.id), "why": why}
    audit.record("person.erased", ("person", person_id), by=by, why=reason, details=told)
    return certificate


def write_certificates() -> list[Path]:
    """Put every certificate that is no file yet into the folder of certificates of the instance. Gives the new ones."""
    folder = settings().instance / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    there = {path.stem for path in folder.glob("*.json")}
    new = []
    for one in db.session.scalars(select(ErasureCertificate).order_by(ErasureCertificate.at, ErasureCertificate.id)):
        if str(one.id) not in there:
            path = folder / f"{one.id}.json"
            path.write_text(json.dumps(one.told(), indent=2, sort_keys=True) + "\n", encoding="utf-8")
            new.append(path)
    return new


def counted(person: Person) -> dict[str, int]:
    """How many rows there are of a person, by table: for the second look."""
    found = {}
    for table in holdings.tables():
        rows = db.session.execute(select(table.c[_key(table.name)]).where(holdings.of_person(table, person.id))).all()
        found[table.name] = len(rows)
    return {name: count for name, count in found.items() if count}


def _erase_from(name: str, person_id: UUID) -> int:
    table = Base.metadata.tables[name]
    mine = holdings.of_person(table, person_id)
    if holdings.BECOMES[name] == "deleted":
        return int(db.session.execute(delete(table).where(mine)).rowcount)  # type: ignore[attr-defined]
    return int(db.session.execute(update(table).where(mine).values(holdings.emptied(table))).rowcount)  # type: ignore[attr-defined]


def _forget_messages(person: Person) -> int:
    """Take away what was or is to be sent to the person, and what has gone about them. What waits for others holds ids alone."""
    about = [f"introduction:{one}:" for one in _ids(Introduction.id, Introduction.person_id == person.id)]
    about += [f"referral:{one}:" for one in _ids(Referral.id, Referral.person_id == person.id)]
    about += [f"safety:{one}:" for one in _ids(SafetyConcern.id, SafetyConcern.person_id == person.id)]
    keys = [key for one in _addresses(person) for key in blinds(one)]
    theirs = OutboxMessage.recipient_key.in_(keys) & OutboxMessage.user_id.is_(None)
    gone = 0
    for prefix in about:
        asked = OutboxMessage.once.startswith(prefix, autoescape=True)
        is_over = or_(
            OutboxMessage.state != "waiting", OutboxMessage.once.startswith(f"{prefix}person:", autoescape=True)
        )
        gone += int(db.session.execute(delete(OutboxMessage).where(asked, is_over)).rowcount)  # type: ignore[attr-defined]
    gone += int(db.session.execute(delete(OutboxMessage).where(theirs)).rowcount)  # type: ignore[attr-defined]
    db.session.execute(delete(Bounce).where(Bounce.recipient_key.in_(keys), Bounce.user_id.is_(None)))
    db.session.execute(delete(StoppedTopic).where(StoppedTopic.who.in_(keys)))
    return gone


def _forget_wishes(person: Person) -> int:
    """What the person wanted to hear of space. It stands outside the record, so it is found by their address."""
    gone = delete(SpaceWish).where(SpaceWish.id.in_(wishes.of(person)))
    return int(db.session.execute(gone).rowcount)  # type: ignore[attr-defined]


def _addresses(person: Person) -> list[str]:
    contact = person.contact or {}
    return [str(contact[key]).strip().casefold() for key in ("email", "phone", "textphone") if contact.get(key)]


def _has_open(person: Person) -> bool:
    return bool(_ids(Introduction.id, (Introduction.person_id == person.id) & Introduction.state.in_(OPEN_STATES)))


def _ids(column: object, condition: object) -> list[UUID]:
    return list(db.session.scalars(select(column).where(condition)))  # type: ignore[call-overload]


def _key(name: str) -> str:
    return "id" if "id" in Base.metadata.tables[name].c else next(iter(Base.metadata.tables[name].c)).name

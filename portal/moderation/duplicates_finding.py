"""Finding pairs of listings that may be one: of a listing that changed, and at night of all that changed since.

Safe to repeat: a pair is one row, and one that a moderator decided stays decided.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, or_, select, tuple_
from sqlalchemy.orm import Session

from portal.changes import checked
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job, job
from portal.core.transactions import short
from portal.directory.models import Address, Contact, Location, Phone, Service, ServiceAtLocation
from portal.moderation.duplicates import Record, likeness
from portal.moderation.duplicates_blocks import keys_of, pairs_of
from portal.moderation.duplicates_records import comparable_ids, records_of
from portal.moderation.models import DuplicatePair
from portal.organisations.models import Organization, OrganizationIdentifier

NEAR = 0.009
"""Degrees of latitude: one kilometre."""
MOST_NEAR = 1_500
MANY = 500
"""When more listings than this changed, all are compared: that is the quicker way."""
LOOKED_BACK = timedelta(hours=26)
A_STEP = 300
A_JOB = 50
Found = Mapping[tuple[UUID, UUID], tuple[float, dict[str, float]]]


@job("moderation.look_for_duplicates")
def look(ids: Sequence[str]) -> None:
    """Compare these listings with those that may be the same."""
    for one in ids:
        look_at(UUID(one))


@job("moderation.duplicates_at_night", reads_only=True)
def nightly() -> None:
    """Compare what changed since yesterday; where that is much, or nothing was ever compared, everything."""
    since = clock.now() - LOOKED_BACK
    changed = db.session.scalars(
        select(Service.id).where(
            or_(Service.last_modified >= since, Service.created_at >= since),
            Service.merged_into_id.is_(None),
            Service.withdrawn_at.is_(None),
        )
    ).all()
    is_first = db.session.scalar(select(DuplicatePair.id).limit(1)) is None
    if is_first or len(changed) > MANY:
        look_at_all()
        return
    with short() as session:
        parts = [changed[first : first + A_JOB] for first in range(0, len(changed), A_JOB)]
        session.add_all(Job(name=look.name, payload={"ids": [str(one) for one in part]}) for part in parts)


def look_at_all() -> int:
    """Compare all listings that share a key. Gives how many pairs may be one. Nothing is locked while it compares."""
    records = records_of(comparable_ids())
    found = {}
    for pair in pairs_of(records):
        alike = likeness(records[pair[0]], records[pair[1]])
        if alike.is_likely:
            found[_in_order(*pair)] = (alike.score, dict(alike.shares))
    pairs = list(found)
    for first in range(0, len(pairs), A_STEP):
        with short() as session:
            _keep(session, {pair: found[pair] for pair in pairs[first : first + A_STEP]})
    with short() as session:
        _forget(session, except_for=set(found))
    return len(found)


def look_at(service_id: UUID) -> int:
    """Compare one listing with those near it or alike in name or numbers. Gives how many may be the same."""
    own = records_of([service_id]).get(service_id)
    if own is None:
        return 0
    others = records_of(_near(service_id, own) - {service_id})
    keys = keys_of(own)
    found = {}
    for other_id, record in others.items():
        if keys & keys_of(record) and (alike := likeness(own, record)).is_likely:
            found[_in_order(service_id, other_id)] = (alike.score, dict(alike.shares))
    _keep(db.session(), found)
    _forget(db.session(), except_for=set(found), about=service_id)
    return len(found)


def went_live(change: ChangeRequest) -> None:
    """After a change went live, have its listing compared."""
    if change.service_id is not None and change.kind != "close":
        look.later(_key=str(change.service_id), ids=[str(change.service_id)])


def _near(service_id: UUID, own: Record) -> set[UUID]:
    """Ids of listings that may share a key with this one, by what has an index."""
    place = select(ServiceAtLocation.service_id).join(ServiceAtLocation.location)
    questions: list[Select[Any]] = []
    for spot in own.spots:
        if spot.postcode:
            questions.append(place.join(Location.addresses).where(Address.postal_code == spot.postcode))
        if spot.point:
            latitude, longitude = spot.point
            questions.append(
                place.where(
                    Location.latitude.between(latitude - NEAR, latitude + NEAR),
                    Location.longitude.between(longitude - NEAR * 1.7, longitude + NEAR * 1.7),
                )
            )
    of_organisation = select(Service.id).join(Service.organization)
    questions.append(of_organisation.where(Organization.name == own.organisation))
    if own.registers:
        numbers = [number.split(":", 1)[1] for number in own.registers]
        questions.append(
            of_organisation.join(Organization.identifiers).where(OrganizationIdentifier.identifier.in_(numbers))
        )
    phones = select(Phone.number).join(Contact, Contact.id == Phone.contact_id).where(Contact.service_id == service_id)
    questions.append(
        select(Contact.service_id).join(Contact.phones).where(Phone.number.in_(phones), Contact.service_id.is_not(None))
    )
    return {one for question in questions for one in db.session.scalars(question.limit(MOST_NEAR)) if one is not None}


def _in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if one.hex < other.hex else (other, one)


def _keep(session: Session, found: Found) -> None:
    """Save new pairs and new scores of open ones; those decided stay as they are."""
    pairs = list(found)
    both = tuple_(DuplicatePair.one_id, DuplicatePair.other_id)
    known = {(row.one_id, row.other_id): row for row in session.scalars(select(DuplicatePair).where(both.in_(pairs)))}
    for pair in pairs:
        score, shares = found[pair]
        row = known.get(pair)
        if row is None:
            session.add(DuplicatePair(one_id=pair[0], other_id=pair[1], score=score, shares=shares))
        elif row.state == "open" and abs(row.score - score) > 0.005:
            row.score, row.shares = score, shares
    session.flush()


def _forget(session: Session, *, except_for: set[tuple[UUID, UUID]], about: UUID | None = None) -> None:
    """Ask no more about open pairs that are no longer alike: of one listing, or of all."""
    open_pairs = select(DuplicatePair.id, DuplicatePair.one_id, DuplicatePair.other_id)
    open_pairs = open_pairs.where(DuplicatePair.state == "open")
    if about is not None:
        open_pairs = open_pairs.where(or_(DuplicatePair.one_id == about, DuplicatePair.other_id == about))
    gone = [row.id for row in session.execute(open_pairs) if (row.one_id, row.other_id) not in except_for]
    for first in range(0, len(gone), A_STEP):
        session.execute(delete(DuplicatePair).where(DuplicatePair.id.in_(gone[first : first + A_STEP])))


checked.WENT_LIVE.append(went_live)

"""Changes a listing to what its source says now, and leaves alone what was edited here. Facts are those of `kinds.FACTS`."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import (
    Attribute,
    Contact,
    Location,
    Phone,
    Service,
    ServiceAtLocation,
    Session,
    Source,
    SourceRecord,
    TaxonomyTerm,
)
from portal.importing.drafts import Draft, facts_of
from portal.importing.facts import Facts
from portal.importing.kinds import FACTS
from portal.importing.rows import Refused
from portal.importing.tellings import Telling
from portal.organisations.models import Organization


@dataclass(frozen=True)
class Change:
    """Names of facts that were changed, and of those that were edited here and kept. `others`: listings changed besides."""

    changed: tuple[str, ...]
    kept: tuple[str, ...]
    others: frozenset[UUID] = frozenset()


def records_of(ids: list[UUID]) -> dict[UUID, SourceRecord]:
    """Records with their services and all that the comparison looks at, by service.

    The services are held until the transaction ends, so that nobody edits here what was just compared.
    """
    db.session.execute(select(Service.id).where(Service.id.in_(ids)).order_by(Service.id).with_for_update())
    service = selectinload(SourceRecord.service)
    here = service.selectinload(Service.service_at_locations)
    location = here.joinedload(ServiceAtLocation.location)
    found = db.session.scalars(
        select(SourceRecord)
        .where(SourceRecord.service_id.in_(ids))
        .options(
            service.joinedload(Service.organization).selectinload(Organization.identifiers),
            service.selectinload(Service.contacts).selectinload(Contact.phones).selectinload(Phone.languages),
            service.selectinload(Service.languages),
            service.selectinload(Service.cost_options),
            service.selectinload(Service.schedules),
            service.selectinload(Service.service_areas),
            service.selectinload(Service.funding),
            service.selectinload(Service.attributes)
            .joinedload(Attribute.taxonomy_term)
            .joinedload(TaxonomyTerm.vocabulary),
            here.selectinload(ServiceAtLocation.sessions).selectinload(Session.exceptions),
            here.selectinload(ServiceAtLocation.schedules),
            location.selectinload(Location.addresses),
            location.selectinload(Location.accessibility),
        )
    )
    return {record.service_id: record for record in found}


def change(record: SourceRecord, draft: Draft, source: Source) -> Change:
    """Bring one listing up to what its source says, and keep the new document. Saved by the caller's transaction."""
    assert draft.facts is not None
    service = record.service
    telling = Telling(service, _facts_before(record), draft.facts, source)
    found = [(fact, name, outcome) for fact in FACTS for name, outcome in fact.change(telling)]
    record.document, record.digest, record.fetched_at = draft.document, draft.digest, clock.now()
    changed = dict.fromkeys(name for _fact, name, outcome in found if outcome == "changed")
    service.version += bool(changed)
    if any(outcome == "changed" and name not in fact.UNCHECKED for fact, name, outcome in found):
        service.last_modified = clock.now()
        service.assured_date = service.assured_by = service.assured_how = service.assurer_email = None
    kept = dict.fromkeys(name for _fact, name, outcome in found if outcome == "kept")
    return Change(tuple(changed), tuple(kept), frozenset(telling.others))


def _facts_before(record: SourceRecord) -> Facts | None:
    try:
        return facts_of(record.document)[0]
    except Refused:
        return None

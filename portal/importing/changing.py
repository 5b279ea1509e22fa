"""Changes a listing to what its source says now, and leaves alone what was edited here.

Three tellings of each fact are compared: what the source said when it was last imported, what it says now, and what stands
in the directory. Only a fact that the source changed, and that still stands as the source last told it, is changed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import (
    Address,
    Attribute,
    Contact,
    CostOption,
    Language,
    Location,
    Phone,
    Schedule,
    Service,
    ServiceAtLocation,
    Session,
    Source,
    SourceRecord,
    TaxonomyTerm,
)
from portal.directory.models.taxonomies import NEEDS
from portal.importing import naming, saving
from portal.importing.drafts import Draft
from portal.importing.mapping import record_of
from portal.importing.opening import Opening, Times
from portal.importing.places import Spot
from portal.importing.reading import Facts, Reader
from portal.importing.rows import Refused
from portal.organisations.models import Organization, OrganizationIdentifier

COLUMNS = (
    "name",
    "description",
    "url",
    "email",
    "status",
    "fees",
    "minimum_age",
    "maximum_age",
    "who_for",
    "how_to_join",
)
LISTS = ("audiences", "joining")
NOT_OURS: Any = object()
"""Stands for what no source could have told, such as a session with a note: it was made here."""


@dataclass(frozen=True)
class Change:
    """Names of facts that were changed, and of those that were edited here and kept."""

    changed: tuple[str, ...]
    kept: tuple[str, ...]


def records_of(ids: list[UUID]) -> dict[UUID, SourceRecord]:
    """Records with their services and all that the comparison looks at, by service."""
    service = selectinload(SourceRecord.service)
    here = service.selectinload(Service.service_at_locations)
    found = db.session.scalars(
        select(SourceRecord)
        .where(SourceRecord.service_id.in_(ids))
        .options(
            service.joinedload(Service.organization).selectinload(Organization.identifiers),
            service.selectinload(Service.contacts).selectinload(Contact.phones),
            service.selectinload(Service.languages),
            service.selectinload(Service.cost_options),
            service.selectinload(Service.schedules),
            service.selectinload(Service.attributes)
            .joinedload(Attribute.taxonomy_term)
            .joinedload(TaxonomyTerm.vocabulary),
            here.selectinload(ServiceAtLocation.sessions).selectinload(Session.exceptions),
            here.selectinload(ServiceAtLocation.schedules),
            here.joinedload(ServiceAtLocation.location).selectinload(Location.addresses),
        )
    )
    return {record.service_id: record for record in found}


def change(record: SourceRecord, draft: Draft, source: Source) -> Change:
    """Bring one listing up to what its source says, and keep the new document. Saved by the caller's transaction."""
    new = draft.facts
    assert new is not None
    old = _facts_before(record)
    service = record.service
    changed, kept = [], []
    for name, (current, apply) in _facts_table(source).items():
        before, after = _fact(old, name), _fact(new, name)
        if before == after:
            continue
        now = current(service, old)
        if now == before:
            apply(service, new)
            changed.append(name)
        elif now != after:
            kept.append(name)
    record.document, record.digest, record.fetched_at = draft.document, draft.digest, clock.now()
    if changed:
        service.last_modified = clock.now()
        service.assured_date = service.assured_by = service.assured_how = service.assurer_email = None
    return Change(tuple(changed), tuple(kept))


def _facts_before(record: SourceRecord) -> Facts | None:
    try:
        return Reader(record_of(record.document)).facts()
    except Refused:
        return None


def _fact(facts: Facts | None, name: str) -> Any:
    if facts is None:
        return NOT_OURS
    if name == "organisation":
        return facts.organisation, facts.register
    if name == "place" and facts.place is not None:
        return _told_of(facts.place)
    return getattr(facts, name)


Current = Callable[[Service, Facts | None], Any]
Apply = Callable[[Service, Facts], None]


def _facts_table(source: Source) -> dict[str, tuple[Current, Apply]]:
    """Each fact: how it stands now, and how it is changed."""
    columns: dict[str, tuple[Current, Apply]] = {name: _column(name) for name in (*COLUMNS, *LISTS)}
    return columns | {
        "organisation": (_organisation, lambda service, new: _set_organisation(service, new, source)),
        "phones": (_phones, _set_phones),
        "languages": (lambda service, _old: tuple(sorted(one.code for one in service.languages)), _set_languages),
        "price": (_price, _set_price),
        "place": (_place, _set_place),
        "opening": (_opening, _set_opening),
        "tags": (lambda service, old: _terms(service, f"source:{source.name}", old), _setter_of_tags(source)),
        "needs": (lambda service, old: _terms(service, NEEDS, old), _set_needs),
    }


def _column(name: str) -> tuple[Current, Apply]:
    is_list = name in LISTS

    def current(service: Service, _old: Facts | None) -> Any:
        value = getattr(service, name)
        return tuple(value) if is_list else value

    def apply(service: Service, new: Facts) -> None:
        value = getattr(new, name)
        setattr(service, name, list(value) if is_list else value)

    return current, apply


def _organisation(service: Service, _old: Facts | None) -> Any:
    numbers = [(one.identifier_scheme, one.identifier) for one in service.organization.identifiers]
    return service.organization.name, (numbers[0] if len(numbers) == 1 else NOT_OURS if numbers else None)


def _set_organisation(service: Service, new: Facts, source: Source) -> None:
    """An organisation that is this listing's alone takes the new name and number; else the listing goes to the one named."""
    organisations = naming.Organisations(source.id, [new])
    organisation = service.organization
    numbers = [(one.identifier_scheme, one.identifier) for one in organisation.identifiers]
    is_free = new.register in numbers or not organisations.knows_number(new.register)
    is_named_so = new.has_own_organisation or new.organisation == organisation.name
    if is_named_so and is_free and _is_only_service(service):
        organisation.name = new.organisation
        if new.register not in numbers:
            organisation.identifiers = [_identifier(*new.register)] if new.register else []
        return
    found = organisations.id_for(new)
    organisations.save_new()
    service.organization_id = found


def _identifier(scheme: str, number: str) -> OrganizationIdentifier:
    return OrganizationIdentifier(identifier_scheme=scheme, identifier_type=naming.CHARITY, identifier=number)


def _is_only_service(service: Service) -> bool:
    others = select(Service.id).where(Service.organization_id == service.organization_id, Service.id != service.id)
    return db.session.scalar(others.limit(1)) is None


def _phones(service: Service, _old: Facts | None) -> Any:
    if any(contact.name or contact.title or contact.hours for contact in service.contacts):
        return NOT_OURS
    return tuple(phone.number for contact in service.contacts for phone in contact.phones)


def _set_phones(service: Service, new: Facts) -> None:
    phones = [Phone(number=number) for number in new.phones]
    service.contacts = [Contact(phones=phones)] if phones else []


def _set_languages(service: Service, new: Facts) -> None:
    service.languages = [Language(code=code) for code in new.languages]


def _price(service: Service, _old: Facts | None) -> Any:
    if len(service.cost_options) > 1 or any(
        one.option or one.valid_from or one.valid_to for one in service.cost_options
    ):
        return NOT_OURS
    return next(((one.kind, one.amount) for one in service.cost_options), None)


def _set_price(service: Service, new: Facts) -> None:
    service.cost_options = [CostOption(**saving.price_columns(new))] if new.price else []


def _told_of(spot: Spot) -> tuple[Any, ...]:
    """What of a place is compared. Codes follow from it."""
    point = (round(spot.latitude, 5), round(spot.longitude or 0.0, 5)) if spot.latitude is not None else None
    return spot.address, spot.postcode, point, "area" if spot.is_private else "public"


def _place(service: Service, _old: Facts | None) -> Any:
    places = service.service_at_locations
    if not places:
        return None
    location = places[0].location
    if len(places) > 1 or len(location.addresses) > 1 or location.name or places[0].delivery_modes:
        return NOT_OURS
    address = location.addresses[0] if location.addresses else Address()
    spot = Spot(address.address_1, address.postal_code, location.latitude, location.longitude)
    return *_told_of(spot)[:3], location.privacy


def _set_place(service: Service, new: Facts) -> None:
    """A place that only this listing was at is changed; its sessions stay with it."""
    if new.place is None:
        service.service_at_locations = []
        return
    if not service.service_at_locations:
        service.service_at_locations = [ServiceAtLocation(location=Location(), sessions=[], schedules=[])]
    location = service.service_at_locations[0].location
    for name, value in saving.location_columns(new.place).items():
        setattr(location, name, value)
    has_address = new.place.address or new.place.postcode
    location.addresses = [Address(**saving.address_columns(new.place))] if has_address else []


def _opening(service: Service, _old: Facts | None) -> Any:
    here = service.service_at_locations
    sessions = [session for place in here for session in place.sessions]
    schedules = [*service.schedules, *(schedule for place in here for schedule in place.schedules)]
    is_edited = any(one.exceptions or one.name or one.note or one.interval != 1 or one.valid_to for one in sessions)
    if is_edited or any(one.notes or one.description or one.valid_to for one in schedules) or len(here) > 1:
        return NOT_OURS
    return Opening(
        tuple(sorted(Times(one.byday or "", one.starts_at, one.ends_at or one.starts_at) for one in sessions)),
        tuple(sorted(_times_of(one) for one in schedules if one.opens_at and one.closes_at)),
        service.opening_text,
    )


def _times_of(schedule: Schedule) -> Times:
    assert schedule.opens_at is not None and schedule.closes_at is not None
    return Times(schedule.byday or "", schedule.opens_at, schedule.closes_at)


def _set_opening(service: Service, new: Facts) -> None:
    service.opening_text = new.opening.text
    for here in service.service_at_locations[:1]:
        here.sessions = [Session(**saving.session_columns(one)) for one in new.opening.sessions]
        here.schedules = [Schedule(**saving.schedule_columns(one)) for one in new.opening.hours]


def _terms(service: Service, uri: str, old: Facts | None) -> tuple[str, ...]:
    """Terms of one taxonomy that a listing has, in the order in which the source told those it told."""
    terms = [one.taxonomy_term for one in service.attributes]
    found = {str(term.term) for term in terms if term.vocabulary is not None and term.vocabulary.uri == uri}
    told = () if old is None else old.needs if uri == NEEDS else old.tags
    return (*(term for term in told if term in found), *sorted(found - set(told)))


def _setter_of_tags(source: Source) -> Apply:
    def apply(service: Service, new: Facts) -> None:
        _replace_terms(service, f"source:{source.name}", naming.term_ids(source, set(new.tags)))

    return apply


def _set_needs(service: Service, new: Facts) -> None:
    _replace_terms(service, NEEDS, naming.need_ids(set(new.needs)))


def _replace_terms(service: Service, uri: str, wanted: dict[str, UUID]) -> None:
    def is_of(one: Attribute) -> bool:
        vocabulary = one.taxonomy_term.vocabulary
        return vocabulary is not None and vocabulary.uri == uri

    kept = [one for one in service.attributes if not is_of(one) or one.taxonomy_term_id in wanted.values()]
    there = {one.taxonomy_term_id for one in kept}
    added = [
        Attribute(link_id=service.id, link_type="service", taxonomy_term=db.session.get_one(TaxonomyTerm, term_id))
        for term_id in wanted.values()
        if term_id not in there
    ]
    service.attributes = [*kept, *added]

"""Whose a listing is: the organisation of a new one, and what a source changes about it.

What listings share is changed once, and only where all of the organisation's listings come from this source: one source
does not rename what others tell of, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select

from portal.accounts.queries import has_users
from portal.core import clock
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.directory.models import Service, SourceRecord
from portal.importing import naming
from portal.importing.facts import Facts, Identifier, Organisation
from portal.importing.kind import Kind
from portal.importing.naming import Shared
from portal.importing.parts import Values
from portal.importing.tellings import Found, Outcome, Telling, whole
from portal.organisations.models import Organization, OrganizationIdentifier

Told = tuple[str, frozenset[tuple[str | None, str]]]
"""Name and numbers."""


@dataclass(frozen=True)
class OrganisationKind(Kind):
    """The organisation: which one it is, its name and numbers; and what it says of itself."""

    UNCHECKED: ClassVar[frozenset[str]] = frozenset({"about_organisation"})

    def columns(self, facts: Facts, shared: Shared) -> Values:
        return {"organization_id": shared.organisations.id_for(facts.organisation)}

    def change(self, telling: Telling) -> Found:
        before, after = telling.before.organisation if telling.before else None, telling.after.organisation
        organisation = telling.service.organization
        yield self.label, _settled(telling, before, after, organisation)
        if before is None or before.key != after.key or telling.service.organization_id != organisation.id:
            return
        for name in Organisation.SHARED:
            value = getattr(after, name)
            if getattr(before, name) == value or getattr(organisation, name) == value:
                continue
            if getattr(organisation, name) == getattr(before, name) and _is_theirs(telling):
                setattr(organisation, name, value)
                organisation.last_modified = clock.now()
                yield "about_organisation", "changed"
            else:
                yield "about_organisation", "kept"


def _settled(telling: Telling, before: Organisation | None, after: Organisation, now: Organization) -> Outcome:
    outcome = whole(
        _named(before) if before else None, _named(after), _named_now(now), lambda: None, is_known=before is not None
    )
    return _applied(telling, before) if outcome == "changed" else outcome


def _named(told: Organisation) -> Told:
    return told.name, frozenset((one.scheme, one.number) for one in told.identifiers)


def _named_now(organisation: Organization) -> Told:
    numbers = ((one.identifier_scheme, one.identifier) for one in organisation.identifiers)
    return organisation.name, frozenset(numbers)


def _applied(telling: Telling, before: Organisation | None) -> Outcome:
    """Rename and renumber the organisation where it is still the same one; else the listing goes to the one named.

    From a group that looks after it here it does not go: a source cannot take a listing out of somebody's hands.
    """
    after, organisation = telling.after.organisation, telling.service.organization
    organisations = naming.Organisations(telling.source.id, [after])
    numbers = {(one.identifier_scheme, one.identifier) for one in organisation.identifiers}
    is_free = all(number in numbers or not organisations.knows_number(number) for number in after.register)
    is_same_key = after.key is not None and before is not None and before.key == after.key and _is_theirs(telling)
    is_named_so = after.is_own or after.name == organisation.name
    if is_free and (is_same_key or (is_named_so and _is_only_service(telling.service))):
        _rename(organisation, after, numbers)
        telling.others |= _services_of(organisation.id)
    elif _is_looked_after(organisation.id):
        return "kept"
    else:
        _move(telling, organisations)
    return "changed"


def _rename(organisation: Organization, after: Organisation, numbers: set[tuple[str | None, str]]) -> None:
    organisation.name = after.name
    organisation.last_modified = clock.now()
    wanted = {(one.scheme, one.number) for one in after.identifiers}
    kept = [one for one in organisation.identifiers if (one.identifier_scheme, one.identifier) in wanted]
    come = [_row(one) for one in after.identifiers if (one.scheme, one.number) not in numbers]
    organisation.identifiers = [*kept, *come]


def _move(telling: Telling, organisations: naming.Organisations) -> None:
    found = organisations.id_for(telling.after.organisation)
    organisations.save_new()
    telling.service.organization_id = found


def _row(identifier: Identifier) -> OrganizationIdentifier:
    return OrganizationIdentifier(**naming.number_columns(identifier))


def _is_only_service(service: Service) -> bool:
    others = select(Service.id).where(Service.organization_id == service.organization_id, Service.id != service.id)
    return db.session.scalar(others.limit(1)) is None


def _is_looked_after(organisation: UUID) -> bool:
    return bool(db.session.scalar(select(has_users(organisation, Permission.LISTING_EDIT))))


def _is_theirs(telling: Telling) -> bool:
    """True if every listing of the organisation comes from this source."""
    theirs = select(SourceRecord.service_id).where(SourceRecord.source_id == telling.source.id)
    others = select(Service.id).where(
        Service.organization_id == telling.service.organization_id, Service.id.not_in(theirs)
    )
    return db.session.scalar(others.limit(1)) is None


def _services_of(organisation: UUID) -> set[UUID]:
    found: Iterable[UUID] = db.session.scalars(select(Service.id).where(Service.organization_id == organisation))
    return set(found)

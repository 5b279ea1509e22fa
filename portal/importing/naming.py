"""Organisations that many rows share: found, or made once. And what else a batch of rows shares."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update

from portal.core.extensions import db
from portal.core.fields import new_id
from portal.directory.models import Service, Source, SourceRecord
from portal.importing.facts import Facts, Identifier, Organisation
from portal.importing.kept_ids import KeptIds, bodies_of, theirs_of
from portal.importing.later import Later
from portal.importing.parts import insert_all
from portal.importing.terms import need_ids, term_ids
from portal.organisations.models import Organization, OrganizationIdentifier


class Organisations:
    """The organisations of one source's records.

    The same number in a register is the same organisation, whoever imported it. The same id of the source's is, within the
    source; so is the same name, where the source gives no id and no number says otherwise. A listing whose source names
    nobody stands for itself.
    """

    def __init__(
        self, source_id: UUID, told: Iterable[Organisation], ids: KeptIds | None = None, later: Later | None = None
    ) -> None:
        every = list(told)
        self._source_id = source_id
        self._ids = ids
        self._later = later
        own = {one for body in every for one in (body.own_id, body.own_parent_id) if one is not None}
        theirs = ids.theirs if ids is not None else theirs_of(source_id)
        self._free, self._theirs = bodies_of(theirs, own) if own else (set[UUID](), set[UUID]())
        self._of_number = _with_numbers({number for one in every for number in one.register})
        self._known = _there({self.id_of_key(one.key) for one in every if one.key})
        self._of_name = _with_names(source_id, {one.name for one in every if not one.is_own and not one.key})
        self._numbered = _with_a_number(set(self._of_name.values()))
        self.new: list[dict[str, Any]] = []
        self.new_numbers: list[dict[str, Any]] = []
        self._parents: dict[UUID, Organisation] = {}

    def id_of_key(self, key: str) -> UUID:
        """The id under which an organisation is made to which the source gives this one."""
        return uuid5(self._source_id, f"organisation/{key}")

    def id_for(self, told: Organisation) -> UUID:
        """The organisation of a record. A new one is put on the list of those to be saved."""
        known = next((self._of_number[number] for number in told.register if number in self._of_number), None)
        if known is None and told.key:
            own = self.id_of_key(told.key)
            known = own if own in self._known else told.own_id if told.own_id in self._theirs else None
        elif known is None and not told.is_own:
            known = self._of_name.get(told.name)
            if known is not None and told.register and known in self._numbered:
                known = None
        if known is None:
            return self._made(told)
        for number in told.register:
            if number not in self._of_number:
                self._add_number(known, _identifier_of(told, number))
        return known

    def _made(self, told: Organisation) -> UUID:
        made = self._new_id(told)
        self.new.append({"id": made, "name": told.name, **{one: getattr(told, one) for one in Organisation.SHARED}})
        self._known.add(made)
        if not told.is_own and not told.key:
            self._of_name.setdefault(told.name, made)
        for identifier in told.identifiers:
            self._add_number(made, identifier)
        if told.parent_key:
            self._parents[made] = told
        return made

    def _new_id(self, told: Organisation) -> UUID:
        """The id that a portal like this one told, where it is free; else one that is made of the source's."""
        if self._ids is not None and told.own_id is not None and told.own_id in self._free:
            self._free.discard(told.own_id)
            self._theirs.add(told.own_id)
            return told.own_id
        return self.id_of_key(told.key) if told.key else new_id()

    def _add_number(self, organisation: UUID, identifier: Identifier) -> None:
        if identifier.scheme:
            self._of_number[identifier.scheme, identifier.number] = organisation
        self._numbered.add(organisation)
        own = self._ids.take(OrganizationIdentifier, identifier.own_id) if self._ids is not None else None
        self.new_numbers.append({"id": own or new_id(), "organization_id": organisation, **number_columns(identifier)})

    def knows_number(self, number: tuple[str, str]) -> bool:
        """True if an organisation with this number in a register is there."""
        return number in self._of_number

    def save_new(self) -> None:
        """Save those that were made; the ones above them are named where they are there."""
        for model, rows in ((Organization, self.new), (OrganizationIdentifier, self.new_numbers)):
            if rows:
                insert_all(model, rows)
        wanted = {
            one: (told.own_parent_id, self.id_of_key(told.parent_key or "")) for one, told in self._parents.items()
        }
        there = _there({made for _own, made in wanted.values()}) | self._theirs
        above = [
            {"id": one, "parent_organization_id": parent}
            for one, parents in wanted.items()
            if (parent := next((each for each in parents if each in there), None)) is not None and parent != one
        ]
        if above:
            db.session.execute(update(Organization), above)
        if self._later is not None:
            named = {row["id"] for row in above}
            for one, parents in wanted.items():
                if one not in named:
                    self._later.note(Organization, one, parents)
            self._later.settle(Organization, "parent_organization_id", {row["id"] for row in self.new})
        self.new, self.new_numbers, self._parents = [], [], {}


class Shared:
    """What new listings of one source share: their organisations, words and needs."""

    def __init__(
        self, source: Source, facts: Sequence[Facts], ids: KeptIds | None = None, later: Later | None = None
    ) -> None:
        self.organisations = Organisations(source.id, [one.organisation for one in facts], ids, later)
        self.terms = term_ids(source, {term for one in facts for term in one.tags}, later)
        self.needs = need_ids({need for one in facts for need in one.needs})


def number_columns(identifier: Identifier) -> dict[str, Any]:
    """The columns of a number in a register."""
    return {
        "identifier_scheme": identifier.scheme,
        "identifier_type": identifier.kind,
        "identifier": identifier.number,
    }


def source_named(name: str, *, url: str | None = None, licence: str | None = None) -> Source:
    """The source of that name, made if need be. What is said of it fills what was not known."""
    source = db.session.scalar(select(Source).where(Source.name == name))
    if source is None:
        source = Source(name=name)
        db.session.add(source)
    source.url = source.url or url
    source.licence = source.licence or licence
    db.session.flush()
    return source


def _identifier_of(told: Organisation, number: tuple[str, str]) -> Identifier:
    return next(one for one in told.identifiers if (one.scheme, one.number) == number)


def _with_numbers(registers: set[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    if not registers:
        return {}
    numbers = {number for _scheme, number in registers}
    found = db.session.execute(
        select(
            OrganizationIdentifier.identifier_scheme,
            OrganizationIdentifier.identifier,
            OrganizationIdentifier.organization_id,
        )
        .where(OrganizationIdentifier.identifier.in_(numbers))
        .order_by(OrganizationIdentifier.id)
    )
    return {(str(scheme), number): organisation for scheme, number, organisation in found}


def _with_names(source_id: UUID, names: set[str]) -> dict[str, UUID]:
    if not names:
        return {}
    found = db.session.execute(
        select(Organization.name, Organization.id)
        .join(Service, Service.organization_id == Organization.id)
        .join(SourceRecord, SourceRecord.service_id == Service.id)
        .where(SourceRecord.source_id == source_id, Organization.name.in_(names))
        .order_by(Organization.id)
    )
    return dict(iter(found))


def _with_a_number(organisations: set[UUID]) -> set[UUID]:
    if not organisations:
        return set()
    has = OrganizationIdentifier.organization_id
    return set(db.session.scalars(select(has).where(has.in_(organisations))))


def _there(ids: set[UUID]) -> set[UUID]:
    return set(db.session.scalars(select(Organization.id).where(Organization.id.in_(ids)))) if ids else set()

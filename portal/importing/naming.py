"""Organisations and terms that many rows share: found, or made once."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import insert, select

from portal.core.extensions import db
from portal.core.fields import new_id
from portal.directory.actions import ensure_needs
from portal.directory.models import Service, Source, SourceRecord, Taxonomy, TaxonomyTerm
from portal.importing.reading import Facts
from portal.organisations.models import Organization, OrganizationIdentifier

CHARITY = "charity"
"""The type of a number in a register of charities."""


class Organisations:
    """The organisations of one source's records.

    The same number in a register is the same organisation, whoever imported it. The same name is, within a source, where the
    source named it and no number says otherwise. A listing whose source names nobody stands for itself.
    """

    def __init__(self, source_id: UUID, facts: Iterable[Facts]) -> None:
        every = list(facts)
        self._of_number = _with_numbers({one.register for one in every if one.register})
        self._of_name = _with_names(source_id, {one.organisation for one in every if not one.has_own_organisation})
        self._numbered = _with_a_number(set(self._of_name.values()))
        self.new: list[dict[str, object]] = []
        self.new_numbers: list[dict[str, object]] = []

    def id_for(self, facts: Facts) -> UUID:
        """The organisation of a record. A new one is put on the list of those to be saved."""
        known = self._of_number.get(facts.register) if facts.register else None
        if known is None and not facts.has_own_organisation:
            known = self._of_name.get(facts.organisation)
            if known is not None and facts.register and known in self._numbered:
                known = None
        if known is None:
            known = new_id()
            self.new.append({"id": known, "name": facts.organisation})
            if not facts.has_own_organisation:
                self._of_name.setdefault(facts.organisation, known)
        if facts.register and facts.register not in self._of_number:
            self._add_number(known, facts.register)
        return known

    def _add_number(self, organisation: UUID, register: tuple[str, str]) -> None:
        self._of_number[register] = organisation
        self._numbered.add(organisation)
        scheme, number = register
        columns = {"identifier_scheme": scheme, "identifier_type": CHARITY, "identifier": number}
        self.new_numbers.append({"organization_id": organisation, **columns})

    def knows_number(self, register: tuple[str, str] | None) -> bool:
        """True if an organisation with this number in a register is there."""
        return register in self._of_number

    def save_new(self) -> None:
        """Save those that were made."""
        for model, rows in ((Organization, self.new), (OrganizationIdentifier, self.new_numbers)):
            if rows:
                db.session.execute(insert(model), rows)
        self.new, self.new_numbers = [], []


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


def term_ids(source: Source, tags: set[str]) -> dict[str, UUID]:
    """Terms of a source's own taxonomy, which stands beside ours, made where they are new."""
    if not tags:
        return {}
    uri = f"source:{source.name}"
    taxonomy = db.session.scalar(select(Taxonomy).where(Taxonomy.uri == uri))
    if taxonomy is None:
        about = f"Words that {source.name} uses for its listings"
        taxonomy = Taxonomy(name=source.name, description=about, uri=uri)
        db.session.add(taxonomy)
        db.session.flush()
    known = select(TaxonomyTerm.term, TaxonomyTerm.id).where(
        TaxonomyTerm.taxonomy_id == taxonomy.id, TaxonomyTerm.term.in_(tags)
    )
    ids: dict[str, UUID] = {str(term): found for term, found in db.session.execute(known)}
    missing = [
        {
            "id": new_id(),
            "name": tag,
            "description": tag,
            "taxonomy": source.name,
            "taxonomy_id": taxonomy.id,
            "term": tag,
        }
        for tag in sorted(tags - ids.keys())
    ]
    if missing:
        db.session.execute(insert(TaxonomyTerm), missing)
    return ids | {str(row["term"]): UUID(str(row["id"])) for row in missing}


def need_ids(needs: set[str]) -> dict[str, UUID]:
    """Terms of these needs of ours."""
    if not needs:
        return {}
    every = ensure_needs()
    return {need: every[need] for need in needs}


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

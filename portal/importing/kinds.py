"""How each fact is saved with a new listing and changed on a known one: a table made from the fields of `Facts`.

Columns of a service and parts that hang on it need nothing here; the others are named in `SPECIAL`.
"""

from collections.abc import Iterable
from dataclasses import Field, dataclass, fields
from uuid import UUID

from sqlalchemy import inspect

from portal.core.extensions import db
from portal.core.fields import new_id
from portal.directory.models import Attribute, Service, TaxonomyTerm
from portal.directory.models.taxonomies import NEEDS
from portal.importing import terms
from portal.importing.bodies import OrganisationKind
from portal.importing.facts import Facts, Space, Term
from portal.importing.kind import Kind
from portal.importing.naming import Shared
from portal.importing.parts import Rows, Values
from portal.importing.tellings import Difference, Found, Telling, difference, settle_parts
from portal.importing.whereabouts import OpeningKind, PlacesKind


@dataclass(frozen=True)
class ColumnKind(Kind):
    """A column of the service."""

    def columns(self, facts: Facts, shared: Shared) -> Values:
        value = facts[self.name]
        return {self.name: list(value) if isinstance(value, tuple) else value}

    def change(self, telling: Telling) -> Found:
        now = getattr(telling.service, self.name)
        value = telling.after[self.name]
        stored = list(value) if isinstance(value, tuple) else value
        now = tuple(now) if isinstance(now, list) else now
        yield self.label, telling.whole(self.name, now, lambda: setattr(telling.service, self.name, stored))


@dataclass(frozen=True)
class SpaceKind(Kind):
    """Several columns of the service that mean something together only."""

    def columns(self, facts: Facts, shared: Shared) -> Values:
        return {one.name: getattr(facts.space, one.name) for one in fields(Space)}

    def change(self, telling: Telling) -> Found:
        now = Space(**{one.name: getattr(telling.service, one.name) for one in fields(Space)})
        yield self.label, telling.whole(self.name, now, lambda: self._set(telling))

    def _set(self, telling: Telling) -> None:
        for one in fields(Space):
            setattr(telling.service, one.name, getattr(telling.after.space, one.name))


@dataclass(frozen=True)
class PartsKind(Kind):
    """Rows of another table that hang on the service."""

    def put(self, rows: Rows, service_id: UUID, facts: Facts, shared: Shared) -> None:
        rows.put_all(facts[self.name], service_id=service_id)

    def change(self, telling: Telling) -> Found:
        before = telling.before[self.name] if telling.before else None
        yield self.label, settle_parts(before, telling.after[self.name], telling.service, self.name)


@dataclass(frozen=True)
class NeedsKind(Kind):
    """Terms of our own taxonomy of needs."""

    def put(self, rows: Rows, service_id: UUID, facts: Facts, shared: Shared) -> None:
        _attach(rows, service_id, ((shared.needs[need], facts.need_links.get(need)) for need in facts.needs))

    def change(self, telling: Telling) -> Found:
        now = [(uri, code) for uri, code in _standing(telling.service) if uri == NEEDS]
        found = difference(
            telling.before.needs if telling.before else None,
            telling.after.needs,
            now,
            lambda need, pair: pair == (NEEDS, need),
            key=str,
        )
        if found.outcome == "changed":
            _replace(telling.service, found, terms.need_ids(set(found.come)).values())
        yield self.label, found.outcome


@dataclass(frozen=True)
class TagsKind(Kind):
    """Terms of the source's own taxonomy, and of others that stand beside ours."""

    def put(self, rows: Rows, service_id: UUID, facts: Facts, shared: Shared) -> None:
        _attach(rows, service_id, ((shared.terms[term], term.link_id) for term in facts.tags))

    def change(self, telling: Telling) -> Found:
        now = [(uri, code) for uri, code in _standing(telling.service) if uri != NEEDS]

        def key(term: Term) -> tuple[str, str]:
            return terms.uri_of(telling.source, term.vocabulary), term.code

        before = telling.before.tags if telling.before else None
        found = difference(before, telling.after.tags, now, lambda term, pair: pair == key(term), key=key)
        if found.outcome == "changed":
            _replace(telling.service, found, terms.term_ids(telling.source, set(found.come)).values())
        yield self.label, found.outcome


def _attach(rows: Rows, service_id: UUID, found: Iterable[tuple[UUID, UUID | None]]) -> None:
    """Tie terms to a service; each tie keeps the id that it was told with, where that is free."""
    links: dict[UUID, UUID | None] = {}
    for term_id, link_id in found:
        links.setdefault(term_id, link_id)
    for term_id, link_id in links.items():
        own = (rows.ids and rows.ids.take(Attribute, link_id)) or new_id()
        rows.of[Attribute].append(
            {"id": own, "link_id": service_id, "link_type": "service", "taxonomy_term_id": term_id}
        )


def _pair(term: TaxonomyTerm) -> tuple[str | None, str | None]:
    return (term.vocabulary.uri if term.vocabulary else None), term.term


def _standing(service: Service) -> list[tuple[str | None, str | None]]:
    """Taxonomy and code of each term that a service has."""
    return [_pair(one.taxonomy_term) for one in service.attributes]


def _replace(service: Service, found: Difference, come: Iterable[UUID]) -> None:
    gone = set(found.gone)
    kept = [one for one in service.attributes if _pair(one.taxonomy_term) not in gone]
    there = {one.taxonomy_term_id for one in kept}
    added = [
        Attribute(link_id=service.id, link_type="service", taxonomy_term=db.session.get_one(TaxonomyTerm, term_id))
        for term_id in dict.fromkeys(come)
        if term_id not in there
    ]
    service.attributes = [*kept, *added]


SPECIAL: dict[str, type[Kind]] = {
    "organisation": OrganisationKind,
    "space": SpaceKind,
    "places": PlacesKind,
    "opening_text": OpeningKind,
    "tags": TagsKind,
    "needs": NeedsKind,
}
TOGETHER = {"schedules": "opening_text", "need_links": "needs"}
"""Facts that another one's kind looks after."""


def _kind_of(fact: Field[object]) -> Kind:
    label = fact.metadata.get("label", fact.name)
    if fact.name in SPECIAL:
        return SPECIAL[fact.name](fact.name, label)
    is_part = fact.name in inspect(Service).relationships
    return PartsKind(fact.name, label) if is_part else ColumnKind(fact.name, label)


FACTS: tuple[Kind, ...] = tuple(_kind_of(fact) for fact in fields(Facts) if fact.name not in TOGETHER)
"""Every fact, in the order in which they are saved and changed."""

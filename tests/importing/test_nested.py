"""A nested document gives back every fact; what a plain one does not surely say stays unsaid."""

import json
from dataclasses import fields
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.extensions import db
from portal.directory.models import Service, Taxonomy, TaxonomyTerm
from portal.directory.models.taxonomies import NEEDS
from portal.importing import parts
from portal.importing.facts import Facts, Organisation, Space
from portal.importing.kinds import FACTS, SPECIAL, TOGETHER
from portal.importing.nested.service import NestedReader
from portal.importing.parts import OWN_ID, Part, part_of, signature
from tests.importing.nested import RICH, plain, rich, take

STANDING: dict[str, type[Part]] = {
    "contacts": parts.Contact, "languages": parts.Language, "cost_options": parts.CostOption,
    "service_areas": parts.ServiceArea, "funding": parts.Funding, "schedules": parts.Schedule,
}  # fmt: skip


def only() -> Service:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Service)).one()


def read(service: dict[str, Any]) -> tuple[Facts, list[str]]:
    reader = NestedReader(service)
    return reader.facts(), reader.notes


def alike(told: Any, standing: Any) -> bool:
    """True for the same parts in any order."""
    return sorted(map(repr, map(signature, told))) == sorted(map(repr, map(signature, standing)))


def test_every_fact_of_a_rich_document_stands_in_the_database(app: Flask) -> None:
    (result,) = take(rich())
    assert (result.outcome, result.notes) == ("new", ())
    facts, _notes = read(rich())
    service = only()
    for fact in fields(Facts):
        told = facts[fact.name]
        if fact.name == "need_links":
            continue
        assert told not in (None, (), Space()), f"the rich document says nothing of {fact.name}"
        if fact.name in STANDING:
            standing = [part_of(STANDING[fact.name], row) for row in getattr(service, fact.name)]
            assert alike(told, standing), fact.name
        elif fact.name not in {"organisation", "space", "places", "tags", "needs", "need_links"}:
            value = getattr(service, fact.name)
            assert (tuple(value) if isinstance(value, list) else value) == told, fact.name
    assert alike(facts.places, [part_of(parts.Place, row) for row in service.service_at_locations])
    assert {name: getattr(service, name) for name in vars(facts.space)} == vars(facts.space)
    organisation = service.organization
    assert all(getattr(organisation, name) == getattr(facts.organisation, name) for name in Organisation.SHARED)
    numbers = {(one.identifier_scheme, one.identifier_type, one.identifier) for one in organisation.identifiers}
    assert numbers == {("GB-CHC", "charity", "1000003"), (None, "Local number", "L-7")}


def test_nobodys_word_that_it_was_checked_is_taken(app: Flask) -> None:
    take(rich())
    service = only()
    assert (service.assured_date, service.assured_by, service.assured_how, service.assurer_email) == (None,) * 4
    assert service.source_record is not None and service.source_record.document == {"hsds": RICH}


def test_needs_are_ours_and_other_terms_stand_beside_with_their_parents(app: Flask) -> None:
    take(rich())
    terms = {(one.taxonomy_term.vocabulary.uri, one.taxonomy_term.term): one.taxonomy_term for one in only().attributes}
    assert set(terms) == {
        (NEEDS, "loneliness"), ("https://types.org.uk", "meal"), ("https://types.org.uk", "food"), ("source:Feed", "Warm words"),
    }  # fmt: skip
    meal = terms["https://types.org.uk", "meal"]
    assert meal.parent_id == terms["https://types.org.uk", "food"].id
    assert (meal.description, meal.term_uri, meal.vocabulary.version) == (
        "Eating together",
        "https://types.org.uk/meal",
        "2",
    )


def test_terms_that_stand_above_each_other_do_not_go_round(app: Flask) -> None:
    def term(key: str, parent: str) -> dict[str, Any]:
        return {"taxonomy_term": {"id": key, "name": key, "parent_id": parent}}

    take(plain(attributes=[term("a", "b"), term("b", "a"), term("c", "c"), term("d", "not there")]))
    assert set(db.session.scalars(select(TaxonomyTerm.parent_id))) == {None}


def test_taxonomies_of_one_name_are_two_where_two_sources_tell_them(app: Flask) -> None:
    attributes = [{"taxonomy_term": {"name": "1", "taxonomy_detail": {"name": "Categories"}}}]
    take(plain(attributes=attributes), source="One")
    take(plain(attributes=attributes), source="Two")
    assert set(db.session.scalars(select(Taxonomy.uri))) == {"source:One#Categories", "source:Two#Categories"}


@pytest.mark.needs_shared
def test_the_standards_own_example_is_taken_as_far_as_it_is_certain(app: Flask, shared: Path) -> None:
    example = json.loads((shared / "standards/oruk-3.0/examples/service_full.json").read_text())
    (result,) = take(example)
    assert result.outcome == "new"
    service = only()
    assert (service.name, service.minimum_age, service.assured_date) == ("Community Counselling", 12, None)
    location = service.service_at_locations[0].location
    assert (location.latitude, location.addresses[0].country) == (None, "US")
    assert [one.name for one in service.contacts] == [None]


def test_a_plain_document_is_looked_up_and_its_markup_is_taken_off(app: Flask) -> None:
    take(plain())
    service = only()
    assert service.description == "Talking.\nIn private."
    here = service.service_at_locations[0]
    assert here.location.authority_code == "E06000016" and here.location.latitude is not None
    hours = here.schedules[0]
    assert (hours.byday, hours.opens_at, hours.closes_at) == ("TH,FR", time(10), time(18))


def test_organisations_are_told_apart_by_their_ids_and_joined_by_their_numbers(app: Flask) -> None:
    def by(key: str, name: str, number: str | None = None) -> dict[str, Any]:
        numbers = (
            [{"identifier_scheme": "GB-CHC", "identifier_type": "charity", "identifier": number}] if number else []
        )
        return plain(id=f"{key} {name}", organization={"id": key, "name": name, "organization_identifiers": numbers})

    take(
        by("1", "Ash Trust"),
        by("2", "Ash Trust"),
        by("2", "Ash Circle"),
        by("3", "Elm", "1000003"),
        by("4", "Elm Trust", "1000003"),
    )
    take(by("5", "Elm again", "1000003"), source="Another feed")
    owners = [service.organization_id for service in db.session.scalars(select(Service).order_by(Service.id))]
    assert len(owners) == 6 and len(set(owners)) == 3


def test_an_organisation_names_the_one_above_it(app: Flask) -> None:
    take(
        plain(id="1", organization={"id": "child", "name": "Ash Trust", "parent_organization_id": "parent"}),
        plain(id="2", organization={"id": "parent", "name": "Ash Federation"}),
    )
    bodies = {one.organization.name: one.organization for one in db.session.scalars(select(Service))}
    assert bodies["Ash Trust"].parent_organization_id == bodies["Ash Federation"].id


def test_every_fact_has_a_kind_that_saves_and_changes_it() -> None:
    looked_after = {kind.name for kind in FACTS} | set(TOGETHER)
    assert looked_after == {fact.name for fact in fields(Facts)}
    assert set(SPECIAL) <= looked_after


def test_a_column_of_a_part_is_one_of_its_table() -> None:
    for kind in Part.__subclasses__():
        there = {*kind.MODEL.__mapper__.all_orm_descriptors.keys()}
        assert {one.name for one in fields(kind)} - {*kind.TOLD_APART, OWN_ID} <= there, kind.__name__


def test_many_rich_documents_take_few_statements(app: Flask, count_statements: Any) -> None:
    services = [rich(id=str(number), organization={"id": str(number), "name": "Ash"}) for number in range(60)]
    with count_statements() as statements:
        assert {one.outcome for one in take(*services)} == {"new"}
    assert len(statements) < 60

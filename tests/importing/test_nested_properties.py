"""Whatever a source changes and whatever was edited here: what is not named as changed is as it was, and all else as told."""

from copy import deepcopy
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.transactions import unit
from portal.directory.models import Service, SourceRecord
from portal.directory.models.taxonomies import NEEDS
from portal.importing import parts
from portal.importing.facts import Organisation, Space
from portal.importing.kinds import FACTS, ColumnKind
from portal.importing.parts import part_of, signature
from tests.importing.nested import RICH, rich, take
from tests.importing.test_nested_changing import CHANGES, KEPT

FEW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
SOURCE_EDITS = st.sets(st.integers(0, len(CHANGES) - 1), min_size=1, max_size=6)
"""Which changes of the source's."""
HERE_EDITS = st.sets(st.integers(0, len(KEPT) - 1), min_size=1, max_size=3)
LISTS = {
    "phones": ("contacts", parts.Contact), "languages": ("languages", parts.Language),
    "price": ("cost_options", parts.CostOption),
    "service_areas": ("service_areas", parts.ServiceArea), "funding": ("funding", parts.Funding),
}  # fmt: skip
NUMBER = iter(range(1_000_000))


def told_by(edits: set[int], **about: Any) -> dict[str, Any]:
    """The rich service as its source tells it after some changes."""
    service = deepcopy(RICH)
    for number in sorted(edits):
        CHANGES[number][0](service)
    return service | about


def the(key: str) -> Service:
    """The listing that was made from the record with this id."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Service).join(SourceRecord).where(SourceRecord.external_id == key)).one()


def standing(key: str) -> dict[str, Any]:
    """Every fact of a listing as it stands, by the name that results use."""
    service = the(key)
    found: dict[str, Any] = {kind.label: getattr(service, kind.name) for kind in FACTS if isinstance(kind, ColumnKind)}
    for name, (relation, kind_of_part) in LISTS.items():
        found[name] = in_any_order(signature(part_of(kind_of_part, row)) for row in getattr(service, relation))
    places = [part_of(parts.Place, row) for row in service.service_at_locations]
    spots = [dict(signature(one.location)) for one in places]
    found |= {
        "space": [getattr(service, name) for name in vars(Space())],
        "access": in_any_order(spot.pop("accessibility") for spot in spots),
        "getting_there": in_any_order(spot.pop("getting_there") for spot in spots),
        "place": in_any_order(spots),
        "how": in_any_order(one.delivery_modes for one in places),
        "opening": (
            service.opening_text,
            in_any_order(signature(part_of(parts.Schedule, row)) for row in service.schedules),
            in_any_order(in_any_order(map(signature, (*one.sessions, *one.schedules))) for one in places),
        ),
        "needs": in_any_order(term for uri, term in terms_of(service) if uri == NEEDS),
        "tags": in_any_order(term for uri, term in terms_of(service) if uri != NEEDS),
        "organisation": (
            service.organization.name,
            in_any_order((one.identifier_scheme, one.identifier) for one in service.organization.identifiers),
        ),
        "about_organisation": [getattr(service.organization, name) for name in Organisation.SHARED],
    }
    return found


def terms_of(service: Service) -> list[tuple[str | None, str | None]]:
    terms = [one.taxonomy_term for one in service.attributes]
    return [(term.vocabulary.uri if term.vocabulary else None, term.term) for term in terms]


def in_any_order(values: Any) -> list[str]:
    return sorted(map(repr, values))


@FEW
@given(edits=SOURCE_EDITS)
def test_a_listing_that_nobody_edited_becomes_what_a_new_import_makes(app: Flask, edits: set[int]) -> None:
    number, source = next(NUMBER), f"Feed {next(NUMBER)}"
    first, changed = rich(id=f"a{number}"), told_by(edits, id=f"a{number}")
    fresh = told_by(edits, id=f"b{number}")
    for one in (first, changed, fresh):
        own = {"identifier_type": "Own", "identifier": str(number)}
        one["organization"] = one["organization"] | {"organization_identifiers": [own]}
    fresh["organization"] = fresh["organization"] | {"id": "another"}
    take(first, source=source)
    (result,) = take(changed, source=source)
    assert result.kept == ()
    take(fresh, source=source)
    assert standing(f"a{number}") == standing(f"b{number}")


@FEW
@given(edits=SOURCE_EDITS, ours=HERE_EDITS)
def test_what_is_not_named_as_changed_stands_as_it_stood(sqlite_app: Flask, edits: set[int], ours: set[int]) -> None:
    key, source = f"c{next(NUMBER)}", f"Feed {next(NUMBER)}"
    take(rich(id=key, organization=RICH["organization"] | {"organization_identifiers": []}), source=source)
    service = the(key)
    with unit():
        for number in sorted(ours):
            try:
                KEPT[number][1](service)
            except (StopIteration, IndexError):
                continue
    before = standing(key)
    told = told_by(edits, id=key)
    told["organization"] = told["organization"] | {"organization_identifiers": []}
    (result,) = take(told, source=source)
    after = standing(key)
    gone = {"access", "getting_there", "how", "opening"} if "place" in result.changed else set()
    for name in before:
        if name not in {*result.changed, *gone}:
            assert before[name] == after[name], (name, result)
    assert {*result.changed, *result.kept} - {"place"} <= {CHANGES[number][1] for number in edits} | gone
    assert take(told, source=source)[0].outcome == "same"

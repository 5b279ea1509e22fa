"""The 17 tables of Open Referral UK 3.0: every property of every schema has its column or its relation here."""

import json
from pathlib import Path

import pytest
from sqlalchemy import inspect

import portal.app  # noqa: F401  (every model)
from portal.core.extensions import Base

TABLES = [
    "accessibility", "address", "attribute", "contact", "cost_option", "funding", "language", "location", "organization",
    "organization_identifier", "phone", "schedule", "service", "service_area", "service_at_location", "taxonomy", "taxonomy_term",
]  # fmt: skip
LINKED = {"array", "object"}
"""Properties of these types are rows of another of the seventeen tables."""


def test_all_seventeen_tables_are_there() -> None:
    assert set(TABLES) <= set(Base.metadata.tables)


@pytest.mark.needs_shared
@pytest.mark.parametrize("name", TABLES)
def test_each_property_of_the_standard_has_its_place(name: str, shared: Path) -> None:
    schema = json.loads((shared / "standards" / "oruk-3.0" / "schemata" / f"{name}.json").read_text(encoding="utf-8"))
    mapper = next(mapper for mapper in Base.registry.mappers if mapper.local_table.name == name)
    known = set(inspect(mapper).columns.keys())
    told = {
        prop for prop, about in schema["properties"].items() if about.get("type") not in LINKED and "$ref" not in about
    }
    assert told <= known, f"no column for {sorted(told - known)}"

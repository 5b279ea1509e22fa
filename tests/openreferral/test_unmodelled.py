"""Every field of the standard is modelled, or stands on the list of those that are not, with why."""

from pathlib import Path

import pytest

from portal.openreferral.tables import TABLES
from portal.openreferral.unmodelled import NOT_MODELLED
from tests.openreferral.standard import STANDARDS, needs_standards, official

FOLDERS = ("oruk-3.0/schemata", "hsds-3.0/schema")
OTHERS = {"meta_table_description", "metadata", "openapi", "program", "required_document"}
"""Tables of HSDS that Open Referral UK does not have."""
OF_THE_UK = (
    "service", "organization", "location", "address", "contact", "phone", "schedule", "cost_option", "funding",
    "accessibility", "attribute", "taxonomy_term", "service_area", "language",
)  # fmt: skip


def modelled() -> set[str]:
    return {
        f"{name}.{field}"
        for name, table in TABLES.items()
        for field in (*table.columns, *(child.key for child in table.children if not child.is_ours))
    }


def of_the_standard(folder: str) -> set[str]:
    found = set()
    for path in (STANDARDS / folder).glob("*.json"):
        if path.stem not in OTHERS:
            found |= {f"{path.stem}.{field}" for field in official(str(Path(folder) / path.name))["properties"]}
    return found


@needs_standards
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_field_of_the_standard_is_modelled_or_on_the_list(folder: str) -> None:
    fields = of_the_standard(folder)
    assert {field.partition(".")[0] for field in fields} >= set(OF_THE_UK)
    assert fields - modelled() - set(NOT_MODELLED) == set()


@needs_standards
def test_the_list_names_fields_of_the_standard_alone() -> None:
    assert set(NOT_MODELLED) - {field for folder in FOLDERS for field in of_the_standard(folder)} == set()


def test_nothing_that_is_modelled_is_on_the_list_and_each_says_why() -> None:
    assert set(NOT_MODELLED) & modelled() == set()
    assert all(len(why) > 10 for why in NOT_MODELLED.values())
    assert {name.partition(".")[0] for name in NOT_MODELLED} <= set(TABLES)

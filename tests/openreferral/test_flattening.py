import csv
import io
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.openreferral.cells import cell_of, cells_of, value_of
from portal.openreferral.flattening import Document, Row, Rows, rows_of
from portal.openreferral.tables import NOT_GIVEN, OURS_PREFIX, TABLES

DOCUMENT: Document = {
    "id": "s1",
    "name": "=Tea",
    "status": "active",
    "minimum_age": 18,
    "organization": {
        "id": "o1",
        "name": "Circle",
        "description": NOT_GIVEN,
        "organization_identifiers": [{"id": "i1", "identifier_type": "Charity", "identifier": "123"}],
        "hereabouts": {"lang": "cy"},
    },
    "contacts": [
        {
            "id": "c1",
            "title": "Office",
            "phones": [{"id": "p1", "number": "+44 116 222 2222", "languages": [{"id": "l1", "code": "ur"}]}],
            "hereabouts": {"hours": "Mondays"},
        }
    ],
    "languages": [{"id": "l2", "code": "en"}],
    "cost_options": [{"id": "k1", "amount": 2.5, "hereabouts": {"kind": "paid"}}],
    "attributes": [
        {
            "id": "a1",
            "link_type": "service",
            "taxonomy_term": {
                "id": "t1",
                "code": "food",
                "name": "Food",
                "description": "Meals",
                "taxonomy_detail": {"id": "x1", "name": "Needs", "description": "What people need", "uri": "needs"},
            },
        }
    ],
    "service_at_locations": [
        {
            "id": "h1",
            "location": {
                "id": "v1",
                "location_type": "physical",
                "latitude": 52.6,
                "longitude": -0.00001,
                "addresses": [{"id": "d1", "address_1": "1 Road", "postal_code": "LE2 0QB"}],
                "accessibility": [{"id": "f1", "hereabouts": {"fact": "step_free", "answer": False}}],
                "hereabouts": {"privacy": "public"},
            },
            "schedules": [{"id": "w1", "byday": "TU"}],
            "hereabouts": {
                "delivery_modes": ["in_person"],
                "sessions": [
                    {
                        "id": "e1",
                        "freq": "weekly",
                        "interval": 2,
                        "on_bank_holidays": True,
                        "exceptions": [{"id": "n1", "date": "2026-12-22", "kind": "cancelled"}],
                    }
                ],
            },
        }
    ],
    "hereabouts": {"first_visit": ["Ring.", "Come in."], "space": {"state": "space"}, "bring_someone": True},
}


def tables_of(*documents: Document) -> dict[str, list[Row]]:
    tables: defaultdict[str, list[Row]] = defaultdict(list)
    for document in documents:
        for name, row in rows_of(document):
            if row not in tables[name]:
                tables[name].append(row)
    return tables


def without_pointers(value: Any) -> Any:
    """A document without the columns that point to what it stands in or holds."""
    if isinstance(value, list):
        return [without_pointers(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: without_pointers(one) for key, one in value.items() if not key.endswith("_id") or key == "id"}


def test_rows_point_to_each_other_and_make_the_same_document_again() -> None:
    tables = tables_of(DOCUMENT)
    assert tables["phone"] == [{"id": "p1", "number": "+44 116 222 2222", "contact_id": "c1"}]
    assert {row["id"]: row.get("phone_id") for row in tables["language"]} == {"l1": "p1", "l2": None}
    assert tables["service"][0]["organization_id"] == "o1"
    assert tables["session_exception"][0]["session_id"] == "e1"
    assert [without_pointers(one) for one in Rows(tables).documents()] == [DOCUMENT]


def test_what_several_services_share_is_one_row() -> None:
    other = {**DOCUMENT, "id": "s2", "service_at_locations": [{**DOCUMENT["service_at_locations"][0], "id": "h2"}]}
    tables = tables_of(DOCUMENT, other)
    assert [len(tables[name]) for name in ("service", "organization", "location", "address")] == [2, 1, 1, 1]
    assert len(list(Rows(tables).documents())) == 2


def test_cells_survive_a_table_of_text() -> None:
    tables: dict[str, list[Row]] = {}
    for name, rows in tables_of(DOCUMENT).items():
        file = io.StringIO()
        csv.writer(file).writerows([TABLES[name].header, *(cells_of(TABLES[name], row) for row in rows)])
        read = csv.DictReader(io.StringIO(file.getvalue(), newline=""))
        tables[name] = [{key: value_of(cell, TABLES[name].kind_of(key)) for key, cell in row.items()} for row in read]
    assert [without_pointers(one) for one in Rows(tables).documents()] == [DOCUMENT]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1", "'=1"),
        ("+44 1", "'+44 1"),
        (None, ""),
        (True, "true"),
        (-0.5, "-0.5"),
        (0.00001, "0.00001"),
        (12, "12"),
        (["a", "é"], '["a","é"]'),
    ],
)
def test_values_as_cells(value: Any, cell: str) -> None:
    assert cell_of(value) == cell


@given(some.text(alphabet=some.sampled_from("'=+-@\t\r\n＝＋－＠aé,;\" "), min_size=1, max_size=6))
def test_every_text_comes_back_from_a_table(text: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow(["1", cell_of(text)])
    ((_number, cell),) = csv.reader(io.StringIO(file.getvalue(), newline=""), strict=True)
    assert value_of(cell, "text") == text
    assert cell[0] not in "=+-@\t\r\n＝＋－＠"


def test_a_cell_that_is_not_of_its_kind_stays_text() -> None:
    assert value_of("[", "json") == "["
    assert value_of("perhaps", "yes_no") == "perhaps"
    assert value_of("12 or so", "number") == "12 or so"


def test_every_child_and_pointer_has_its_table() -> None:
    for table in TABLES.values():
        assert len(set(table.header)) == len(table.header)
        for child in table.children:
            column_of = TABLES[child.table] if child.many else table
            assert child.column in column_of.columns
        for column, other in table.points_to.items():
            assert column in table.columns and other in TABLES
        assert not any(column.startswith(OURS_PREFIX) for column in table.columns)

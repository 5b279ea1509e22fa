import tracemalloc
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.extensions import db
from portal.directory.models import Service
from portal.importing.contents import Request
from portal.importing.files import linking, packages, workbooks
from portal.importing.files.linking import one_of, words
from portal.importing.files.shown import shown
from portal.importing.lines import FileProblem
from portal.importing.mapping import Mapping, record_of
from tests.importing.files import outcomes, read, run
from tests.importing.packing import with_part, write_book

SHEET = "xl/worksheets/sheet1.xml"
TABLE = [["Name", "Postcode"], ["Larkfield Room", "LE2 0QB"], ["Ash Club", "LE1 1QH"]]


def records(path: Path, mapping: Mapping | None = None) -> list[dict[str, Any]]:
    return [record_of(row.document) for row in read(path, mapping).rows if row.document is not None]


def test_one_sheet_is_a_table_below_its_title(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", {"Sheet1": [["Groups of Larkfield"], [], *TABLE]})
    opened = read(path)
    assert opened.mapping.columns == {"Name": "name", "Postcode": "postcode"}
    assert [row.line for row in opened.rows] == [4, 5]


def test_a_name_that_tells_nothing_is_known_by_what_it_holds(tmp_path: Path) -> None:
    assert len(records(write_book(tmp_path / "a.xlsx", {"A": TABLE}).rename(tmp_path / "listings"))) == 2


def test_hidden_sheets_are_not_read_unless_the_mapping_names_one(tmp_path: Path) -> None:
    other = [["Name", "Postcode"], ["Hidden", "LE2 0QB"]]
    path = write_book(tmp_path / "a.xlsx", {"Old": other, "New": TABLE}, hidden=("Old",))
    assert [one["name"] for one in records(path)] == ["Larkfield Room", "Ash Club"]
    wanted = Mapping({"Name": "name"}, sheet="Old")
    assert records(path, wanted) == [{"name": "Hidden"}]
    with pytest.raises(FileProblem, match='no sheet "Gone"'):
        read(path, Mapping({"Name": "name"}, sheet="Gone"))


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (datetime.fromisoformat("2026-03-12"), "dd/mm/yyyy", "2026-03-12"),
        (datetime.fromisoformat("2026-11-05"), "dd\\-mmm", "05-Nov"),
        (datetime.fromisoformat("2026-11-05"), "d-mmm;@", "5-Nov"),
        (datetime.fromisoformat("2026-03-12T10:30"), "dd/mm/yyyy hh:mm", "2026-03-12 10:30"),
        (datetime.fromisoformat("1899-12-30T10:30"), "h:mm AM/PM", "10:30"),
        (date(2026, 3, 12), "General", "2026-03-12"),
        (time(9, 5), "h:mm", "09:05"),
        (timedelta(hours=26, minutes=5), "[h]:mm", "26:05"),
        (1162222222, "00000000000", "01162222222"),
        (1162222222, "0000 000 0000", "0116 222 2222"),
        (0.5, "0%", "50%"),
        (0.125, "0.0%", "12.5%"),
        (3, "[$£-809]#,##0.00", "3.00"),
        (3.5, '"£"#,##0.00', "£3.50"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (12.0, "General", "12"),
        (0.1, "", "0.1"),
        (45231, "0", "45231"),
        (True, "General", "TRUE"),
        (None, "General", ""),
        ("text", "@", "text"),
        (1e20, "0.00E+00", "1e+20"),
    ],
)
def test_cells_are_as_a_person_sees_them(value: Any, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_a_formula_counts_as_its_last_result_and_without_one_as_rubble(sqlite_app: Flask, tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", {"A": [["Name", "Phone"], ["=UPPER(B1)", "x"], ["=A1", "y"], ["Club", "z"]]})
    with_part(path, SHEET, "", instead=(b"<f>UPPER(B1)</f><v />", b"<f>UPPER(B1)</f><v>ROOM</v>"))
    with_part(path, SHEET, "", instead=(b'<c r="A2"><f>', b'<c r="A2" t="str"><f>'))
    results = run(path)
    assert outcomes(results) == ["new", "refused", "new"]
    assert results[1].why == "its name is a spreadsheet's formula or error"
    assert set(db.session.scalars(select(Service.name))) == {"ROOM", "Club"}


def test_macros_are_never_looked_at(tmp_path: Path) -> None:
    path = with_part(
        write_book(tmp_path / "a.xlsx", {"A": TABLE}), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub AutoOpen()"
    )
    assert len(records(path.rename(tmp_path / "a.xlsm"))) == 2


def test_a_sheet_that_claims_every_cell_costs_no_more_than_its_rows(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", {"A": TABLE})
    with_part(path, SHEET, "", instead=(b'<dimension ref="A1:B3"', b'<dimension ref="A1:XFD1048576"'))
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    with_part(path, SHEET, "", instead=(b"</sheetData>", far))
    tracemalloc.start()
    rows = list(read(path).rows)
    assert len(rows) == 2
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def test_a_sheet_that_does_not_state_its_size_is_not_read_to_its_end_before_its_first_row(tmp_path: Path) -> None:
    rows = [["Name", "Postcode"], *([f"Club {number}", "LE1 1QH"] for number in range(4_000))]
    path = write_book(tmp_path / "a.xlsx", {"A": rows})
    with_part(path, SHEET, "", instead=(b'<dimension ref="A1:B4001" />', b""))
    with_part(path, SHEET, "", instead=(b"</sheetData>", b"<broken"))
    found = iter(read(path).rows)
    assert next(found).document is not None
    with pytest.raises(FileProblem, match="damaged"):
        list(found)


@pytest.mark.parametrize("of_others", [("Organisation", "Organisation ID"), ("organizations", "organization_id")])
def test_joining_tells_that_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of_others: tuple[str, str]
) -> None:
    name, pointer = of_others
    others = [[f"o{number}", f"Trust {number}"] for number in range(40)]
    services = [["id", pointer, "name"], *([f"s{number}", f"o{number}", f"Club {number}"] for number in range(40))]
    path = write_book(tmp_path / "a.xlsx", {"services": services, name: [["id", "name"], *others]})
    for module in (workbooks, packages, linking):
        monkeypatch.setattr(module, "STEP", 10)
    told: list[int] = []
    contents = workbooks.read_workbook(Request(path, scratch=tmp_path, pulse=lambda: told.append(1)))
    assert next(iter(contents.rows)).document is not None
    assert len(told) >= 8


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'
    path = write_book(tmp_path / "a.xlsx", {"A": TABLE})
    with_part(path, SHEET, "", instead=(b"<worksheet", bomb))
    with pytest.raises(FileProblem, match="entities of XML"):
        list(read(path).rows)


def test_cells_beside_the_columns_are_kept_under_their_number(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", {"A": [*TABLE, ["Third", "LE1 1QH", "", "a note"]]})
    assert [row.document for row in read(path).rows][2] == {
        "row": {"Name": "Third", "Postcode": "LE1 1QH", "column 3": "", "column 4": "a note"},
        "mapping": {"Name": "name", "Postcode": "postcode"},
    }


LINKED: dict[str, list[list[Any]]] = {
    "Organisation": [["ID*", "Name*", "URL*"], ["o1", "Larkfield Trust", "https://larkfield.org.uk"]],
    "Service": [
        ["ID*", "Organisation ID*", "Name*", "Is Free*"],
        ["s1", "o1", "Warm Room", "Yes"],
        ["s2", "gone", "Club", "No"],
    ],
    "Location": [["ID*", "Address Line 1*", "Postcode*"], ["l1", "1 Road", "LE2 0QB"], ["l2", "2 Road", "LE1 1QH"]],
    "Service Location": [["Service ID*", "Location ID*"], ["s1", "l1"], ["s1", "l2"], ["s2", "lost"], ["s9", "l1"]],
    "Times": [["Service ID", "When"], ["s1", "Mon 10am-12pm"], ["s1", "Tue 10am-12pm"]],
}


def test_sheets_that_point_to_each_other_tell_one_listing_together(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", LINKED)
    assert read(path).contents.sheets == ("Service", "Organisation", "Location", "Times")
    first, second = records(path)
    assert first == {
        "id": "s1",
        "name": "Warm Room",
        "fees": "Free",
        "organisation": "Larkfield Trust",
        "address": "1 Road",
        "postcode": "LE2 0QB",
        "opening_text": "Mon 10am-12pm; Tue 10am-12pm",
    }
    assert second == {"id": "s2", "name": "Club"}


def test_a_second_place_is_kept_in_the_original(tmp_path: Path) -> None:
    row = next(read(write_book(tmp_path / "a.xlsx", LINKED)).rows)
    assert row.document is not None and row.document["row"]["Location 2: Postcode*"] == "LE1 1QH"


def test_sheets_of_the_standard_are_a_package(tmp_path: Path) -> None:
    path = write_book(
        tmp_path / "a.xlsx",
        {
            "services": [["id", "name", "organization_id", "minimum_age"], ["s1", "Warm Room", "o1", 18]],
            "organizations": [["id", "name"], ["o1", "Trust"]],
        },
    )
    row = next(read(path).rows)
    assert row.document == {
        "hsds": {
            "id": "s1", "name": "Warm Room", "minimum_age": 18,
            "organization": {"id": "o1", "name": "Trust"},
        }
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words_said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (b"PK\x03\x04 and no more", "damaged"),
    ],
)
def test_what_is_no_workbook_of_today_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, words_said: str
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileProblem, match=words_said):
        read(path)


def test_names_of_sheets_are_one_thing_in_our_spelling() -> None:
    assert [one_of(name) for name in ("Services*", "Activities", "Organizations", "Class")] == [
        "service", "activity", "organisation", "class",
    ]  # fmt: skip
    assert words("ServiceID*") == "service id"

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import update

from portal.core.extensions import db
from portal.directory.models import Service
from portal.exporting import workbook
from portal.exporting.actions import BATCH, export_services
from portal.exporting.formats import FORMATS
from portal.openreferral import onerow
from portal.openreferral.cells import value_of
from portal.openreferral.flattening import Document, Rows
from portal.openreferral.tables import TABLES
from tests.factories import Make
from tests.openreferral import rich

DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")


@pytest.fixture(autouse=True)
def _standing_clock(monday: None) -> None:
    pass


def read_json(folder: Path) -> list[Document]:
    found: list[Document] = json.loads((folder / "services.json").read_text(encoding="utf-8"))["contents"]
    return found


QUOTED = re.compile(r'"(?:[^"]|"")*"')


def read_package(folder: Path) -> list[Document]:
    tables = {}
    for name, table in TABLES.items():
        with (folder / f"{table.stem}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = [
                {column: value_of(cell, table.kind_of(column)) for column, cell in row.items()}
                for row in csv.DictReader(file, strict=True)
            ]
    return list(Rows(tables).documents())


def read_sheet(folder: Path) -> list[Document]:
    with (folder / "services.csv").open(encoding="utf-8-sig", newline="") as file:
        return [onerow.document_of(row) for row in csv.DictReader(file, strict=True)]


def read_workbook(folder: Path) -> list[Document]:
    book = openpyxl.load_workbook(folder / "services.xlsx", read_only=True)
    tables = {}
    for name, table in TABLES.items():
        header, *rows = book[table.stem].iter_rows(values_only=True)
        assert header[: len(table.header)] == table.header
        tables[name] = [
            {
                column: value_of(str(cell or ""), table.kind_of(column))
                for column, cell in zip(table.header, row, strict=False)
            }
            for row in rows
        ]
    book.close()
    return list(Rows(tables).documents())


READERS: dict[str, Callable[[Path], list[Document]]] = {
    "oruk": read_json,
    "hsds": read_package,
    "csv": read_sheet,
    "xlsx": read_workbook,
}


def comparable(value: Any) -> Any:
    """A document without the columns that only say where a row stands, and without the UK's second name for a code."""
    if isinstance(value, list):
        return sorted((comparable(one) for one in value), key=json.dumps)
    if not isinstance(value, dict):
        return value
    left = {key: comparable(one) for key, one in value.items() if key != "term" and not key.endswith("_id")}
    return dict(sorted(left.items()))


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "oruk"])
def test_every_format_holds_the_same_documents(app: Flask, make: Make, tmp_path: Path, name: str) -> None:
    rich.fill(make)
    export_services(tmp_path / "oruk", "oruk")
    done = export_services(tmp_path / name, name)
    expected = read_json(tmp_path / "oruk")
    assert done.services == len(expected) == 5
    assert comparable(READERS[name](tmp_path / name)) == comparable(expected)


@pytest.mark.parametrize("name", list(FORMATS))
def test_two_exports_of_the_same_facts_are_the_same_bytes(
    sqlite_app: Flask, make: Make, tmp_path: Path, name: str
) -> None:
    rich.fill(make)
    written = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        export_services(folder, name)
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert written[0] == written[1]


@pytest.mark.parametrize("name", list(FORMATS))
def test_an_export_of_nothing_is_whole(sqlite_app: Flask, tmp_path: Path, name: str) -> None:
    assert export_services(tmp_path / name, name).services == 0
    assert READERS[name](tmp_path / name) == []


def test_more_services_than_a_batch_come_once_and_in_order(
    sqlite_app: Flask, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.exporting.actions.BATCH", 3)
    assert BATCH > 3
    for number in range(8):
        make.service(f"Group {number}")
    steps: list[tuple[int, int]] = []
    export_services(tmp_path / "out", "oruk", lambda done, of: steps.append((done, of)))
    ids = [one["id"] for one in read_json(tmp_path / "out")]
    assert len(ids) == 8 and ids == sorted(ids)
    assert steps == [(3, 8), (6, 8), (8, 8)]


def test_an_export_sees_one_moment(app: Flask, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes while it is written is in the next one."""
    monkeypatch.setattr("portal.exporting.actions.BATCH", 1)
    made = [make.service(f"Group {number}") for number in range(3)]
    last = max(str(one.id) for one in made)

    def meddle(_done: int, _of: int) -> None:
        with db.engine.begin() as connection:
            connection.execute(
                update(Service).where(Service.id == UUID(last)).values(name="Changed", url="https://a.uk")
            )

    export_services(tmp_path / "out", "oruk", meddle)
    assert {one["name"] for one in read_json(tmp_path / "out")} == {"Group 0", "Group 1", "Group 2"}


def test_a_feed_is_one_page_of_the_standard_with_a_service_a_line(
    sqlite_app: Flask, make: Make, tmp_path: Path
) -> None:
    make.service("One")
    make.service("Two")
    export_services(tmp_path / "out", "oruk")
    text = (tmp_path / "out" / "services.json").read_text(encoding="utf-8")
    page = json.loads(text)
    assert {key: page[key] for key in page if key != "contents"} == {
        "total_items": 2,
        "total_pages": 1,
        "page_number": 1,
        "size": 2,
        "first_page": True,
        "last_page": True,
        "empty": False,
    }
    assert text.count("\n") == 4


def test_no_cell_of_any_table_is_a_formula(sqlite_app: Flask, make: Make, tmp_path: Path) -> None:
    """Telephone numbers, names, texts, lists, and words for people; numbers of degrees stay numbers."""
    make.service(
        "=HYPERLINK(1)", phone="+44 116 222 2222", summary="@home;=2+2\t=3+3", description="＝1+1", email="-a@b.org.uk",
        first_visit=["=1"], place={"name": "\uff0bHall", "address": "\t=1"}, organisation=make.organisation("-1 Club"),
    )  # fmt: skip
    for name in ("csv", "hsds", "xlsx"):
        export_services(tmp_path / name, name)
    cells: list[str] = []
    for path in [*(tmp_path / "csv").glob("*.csv"), *(tmp_path / "hsds").glob("*.csv")]:
        raw = path.read_bytes().decode("utf-8-sig")
        assert raw.endswith("\r\n")
        cells += [cell for row in csv.reader(io.StringIO(raw, newline=""), strict=True) for cell in row]
        assert set(QUOTED.sub("", raw)) <= set(",\r\n"), "programs that part cells at semicolons and tabs too find none"
    book = openpyxl.load_workbook(tmp_path / "xlsx" / "services.xlsx")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.value is None or (cell.data_type == "s" and cell.number_format == "@")
                cells.append(str(cell.value or ""))
    assert {"'=HYPERLINK(1)", "'+44 116 222 2222", "'@home;=2+2\t=3+3", "'＝1+1", "'-1 Club"} <= set(cells)
    assert [cell for cell in cells if cell.startswith(DANGEROUS) and not _is_number(cell)] == []


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdigit()


def test_a_workbook_is_made_for_reading(sqlite_app: Flask, make: Make, tmp_path: Path) -> None:
    rich.fill(make)
    export_services(tmp_path / "out", "xlsx")
    book = openpyxl.load_workbook(tmp_path / "out" / "services.xlsx")
    assert book.sheetnames == [table.stem for table in TABLES.values()]
    services = book["services"]
    assert services.freeze_panes == "B2" and services["A1"].font.b and not services["A2"].font.b
    assert services.column_dimensions["C"].width == 34


def test_a_text_that_no_cell_holds_is_cut_and_counted(sqlite_app: Flask, make: Make, tmp_path: Path) -> None:
    make.service("Long", description="a" * 40_000, first_visit=["b" * 40_000])
    done = export_services(tmp_path / "out", "xlsx")
    assert done.cut == 2
    (document,) = read_workbook(tmp_path / "out")
    assert len(document["description"]) == workbook.LONGEST_CELL and document["description"].endswith("…")
    assert "first_visit" not in document["hereabouts"]
    assert export_services(tmp_path / "csv", "csv").cut == 0


def test_what_xml_cannot_hold_stops_no_workbook(sqlite_app: Flask, make: Make, tmp_path: Path) -> None:
    make.service("Bell\x07 and \x0b tab", description="#N/A")
    export_services(tmp_path / "out", "xlsx")
    (document,) = read_workbook(tmp_path / "out")
    assert document["name"] == "Bell and  tab" and document["description"] == "#N/A"


def test_a_package_says_what_is_in_it(sqlite_app: Flask, make: Make, tmp_path: Path) -> None:
    rich.fill(make)
    export_services(tmp_path / "out", "hsds")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["profile"] == "tabular-data-package" and package["version"] == "3.0.0"
    ids: dict[str, set[str]] = {}
    rows: dict[str, list[dict[str, str]]] = {}
    for resource in package["resources"]:
        with (tmp_path / "out" / resource["path"]).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows[resource["name"]] = list(reader)
            assert reader.fieldnames == [field["name"] for field in resource["schema"]["fields"]]
        ids[resource["name"]] = {row["id"] for row in rows[resource["name"]]}
        assert len(ids[resource["name"]]) == len(rows[resource["name"]])
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            if field.get("constraints", {}).get("required"):
                assert all(row[field["name"]] for row in rows[resource["name"]]), (resource["name"], field["name"])
        for key in resource["schema"].get("foreignKeys", ()):
            told = {row[key["fields"]] for row in rows[resource["name"]]} - {""}
            assert told <= ids[key["reference"]["resource"]], (resource["name"], key)


def test_the_sheet_says_in_words_what_people_ask_for(sqlite_app: Flask, make: Make, tmp_path: Path) -> None:
    make.service(
        "Tuesday Table",
        sessions=[make.session("TU", name="Tea")],
        languages=("ur", "en"),
        phone="0116 222 2222",
        cost=300,
    )
    export_services(tmp_path / "out", "csv")
    with (tmp_path / "out" / "services.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["organisation"] == "Larkfield Circle" and row["where"] == "Larkfield Hall"
    assert row["address"] == "1 Larkfield Road, Leicester" and row["postcode"] == "LE2 0QB"
    assert row["when"] == "Tea: Every Tuesday, 10am to midday" and row["how"] == "In person"
    assert row["cost"] == "£3 a session" and row["languages"] == "English; Urdu"
    assert row["needs"] == "Feeling lonely or cut off" and row["phone"] == "0116 222 2222"


def test_a_hidden_place_is_in_no_file(app: Flask, make: Make, tmp_path: Path) -> None:
    rich.fill(make)
    service = db.session.scalars(db.select(Service).where(Service.name == "Rowan House")).one()
    service.description = "Come to Secret Cottage at 77 Hidden Lane"
    db.session.commit()
    for name in FORMATS:
        export_services(tmp_path / name, name)
        whole = b""
        for path in (tmp_path / name).iterdir():
            whole += path.read_bytes()
            if path.suffix == ".xlsx":
                with zipfile.ZipFile(path) as archive:
                    whole += b"".join(archive.read(part) for part in archive.namelist())
        text = whole.decode("utf-8", errors="replace")
        assert "Rowan House" in text
        assert not [word for word in ("Secret Cottage", "Hidden Lane", "LE3 9QP", "Ann Lark") if word in text], name

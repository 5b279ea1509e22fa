"""What a broken or hostile file can do: cost its own rows, and nothing else. Security promises B5 and B7."""

import gzip
import json
import tracemalloc
from pathlib import Path
from time import perf_counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.extensions import Base, db
from portal.directory.models import Service, SourceRecord
from tests.importing.files import outcomes, record, run, write_lines

GOOD = json.dumps(record())
LINES = [
    '{"name": "half',
    "null",
    '{"name": null, "id": "n"}',
    '{"name": "A", "lat": NaN}',
    '{"name": "A", "tags": {"$ref": "#/name"}}',
    "{" * 100_000,
    '{"a":' * 200_000,
    '{"name": "' + "x" * 20_000_000 + '"}',
    json.dumps({"name": "x" * 5_000, "id": "long name"}),
    json.dumps({"name": "A", "description": "x" * 500_000, "id": "long text"}),
    b'{"name": "Caf\xe9", "id": "latin"}',
    b"\x00\x01\x02\xff",
    json.dumps({"name": "=HYPERLINK(1)", "id": "formula"}),
    json.dumps({"name": "A", "id": ["x"]}),
    json.dumps({"name": "A", "source": "s" * 500}),
]


@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_a_bad_line_is_one_refused_row_and_stores_nothing(app: Flask, tmp_path: Path, line: str | bytes) -> None:
    path = write_lines(tmp_path, record(id="é", name="Café"), line, record(id="z"))
    assert outcomes(run(path)) == ["new", "refused", "new"]
    assert (_count(Service), _count(SourceRecord)) == (2, 2)


TABLES = {
    "half a line": (b"Name,Postcode,Note\nA,LE2 0QB,x\nB,LE1", "it has 2 cells"),
    "a row too wide": (b"Name,Postcode,Note\nA,LE2 0QB,x\nB,LE1 1QH,x,y,z\n", "it has 5 cells"),
    "an open quotation mark": (b'Name,Postcode,Note\nA,LE2 0QB,x\nB,LE1 1QH,"x\n', "is not closed"),
    "another encoding": (
        "Name,Postcode,Note\nÀ,LE2 0QB,é\n".encode() + b"B\xe9,LE1 1QH,x\n",
        "not text in the encoding",
    ),
    "a formula for a name": (b"Name,Postcode,Note\nA,LE2 0QB,x\n=1+1,LE1 1QH,x\n", "formula"),
    "an error for a name": (b"Name,Postcode,Note\nA,LE2 0QB,x\n#REF!,LE1 1QH,x\n", "formula or error"),
    "a huge cell": (
        b'Name,Postcode,Note\nA,LE2 0QB,x\nB,LE1 1QH,"' + (b"long line " * 1_000 + b"\n") * 2_000 + b'"\n',
        "longer than",
    ),
}


@pytest.mark.parametrize("kind", TABLES)
def test_a_bad_row_of_a_table_is_refused_and_stores_nothing(app: Flask, tmp_path: Path, kind: str) -> None:
    content, words = TABLES[kind]
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    results = run(path)
    assert outcomes(results) == ["new", "refused"]
    assert words in str(results[1].why)
    assert _count(Service) == 1


def test_dates_of_spreadsheets_and_serial_numbers_are_not_taken_for_anything_else(
    sqlite_app: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "Name,Age range,Telephone,Opening times,Last checked\nA,05-Nov,45231,10-Dec,45231\nB,5-11,01162222222,x,y\n"
    )
    run(path)
    first, second = db.session.scalars(select(Service).order_by(Service.name))
    assert (first.minimum_age, first.contacts, first.opening_text, first.assured_date) == (None, [], "10-Dec", None)
    assert (second.minimum_age, second.maximum_age) == (5, 11)


def test_formula_marks_are_taken_off_and_the_original_is_kept(sqlite_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Name,Description\n'@theGrange,'-5 degrees outside: come in\n'+44 group,'tis warm\n")
    run(path)
    services = db.session.scalars(select(Service).order_by(Service.name)).all()
    assert [(one.name, one.description) for one in services] == [
        ("+44 group", "'tis warm"),
        ("@theGrange", "-5 degrees outside: come in"),
    ]
    kept = services[1].source_record
    assert kept is not None and kept.document["row"]["Name"] == "'@theGrange"


def test_script_in_a_source_is_no_markup_here(sqlite_app: Flask, tmp_path: Path) -> None:
    run(
        write_lines(
            tmp_path,
            record(name="<b>Warm</b> room<script>alert(1)</script>", description='<img src=x onerror="x()">Tea'),
        )
    )
    service = db.session.scalars(select(Service)).one()
    assert (service.name, service.description) == ("Warm room", "Tea")


def test_a_packed_file_that_unpacks_to_a_hundred_times_its_size_takes_little_memory(
    sqlite_app: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb") as file:
        file.write(GOOD.encode() + b"\n")
        for _ in range(60):
            file.write(b"0" * 1_000_000)
    tracemalloc.start()
    results = run(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcomes(results) == ["new", "refused"]
    assert path.stat().st_size < 100_000 and peak < 30_000_000


def _count(model: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    "told",
    [
        {"description": "<br " * 40_000},
        {"address": "High Street" + ". " * 1_500 + "!"},
        {"address": ", ".join("," * 1_500) + "!"},
    ],
)
def test_no_text_keeps_the_reader_busy(sqlite_app: Flask, tmp_path: Path, told: dict[str, str]) -> None:
    path = write_lines(tmp_path, record(**told))
    started = perf_counter()
    run(path)
    assert perf_counter() - started < 2

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from portal.importing.bounded import Wanted, reading_file
from portal.importing.contents import Request
from portal.importing.files.documents import Document
from portal.importing.files.recognising import recognised
from portal.importing.files.records import cells_of, text_of, value_at
from portal.importing.files.streams import Streams
from portal.importing.lines import FileProblem
from portal.importing.mapping import Mapping, record_of
from tests.importing.files import outcomes, read, run
from tests.importing.packing import ORGANIZATIONS, SERVICE, SERVICES, write_book, write_folder, write_json, write_zip

MAP = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {
                "_source": "list a", "title": "Warm Room", "hours": {"_text": "Tuesday: 10:00 - 12:00", "osm": "Tu 10:00-12:00"},
            },
            "geometry": {"type": "Point", "coordinates": [-1.13, 52.63]},
        }
    ],
}  # fmt: skip
OPPORTUNITY = {
    "id": "a",
    "title": "Gardener",
    "organisation": "Larkfield Trust",
    "lat": 52.63,
    "lng": -1.13,
    "interests": ["Gardens", "Company"],
    "availability": {"monday": [True, False]},
    "local_authority": {"id": "x", "name": "Leicester"},
}
CONTRACT = {
    "internal_contract_id": "c1",
    "intervention_title": "Women's services",
    "short_description": "A whole service.",
    "eligibility": {"allows_female": True, "allows_male": False, "minimum_age": 18},
    "activities": [{"need_area": "Housing", "activity": "Advice"}, {"need_area": "Money", "activity": "Advice"}],
}


def documents(folder: Path, text: str | bytes) -> Document:
    path = folder / "file.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Document(path.name, Streams(path).opened, Request(path))


def records(path: Path) -> list[dict[str, Any]]:
    return [record_of(row.document) for row in read(path).rows if row.document is not None]


def test_what_is_no_record_costs_its_own_place_only(tmp_path: Path) -> None:
    found = list(documents(tmp_path, '[1, {"a": 1}, null, [2], {"a": 1, "a": 2}, {"b": 2}]').records())
    assert [one.value for one in found if one.problem is None] == [{"a": 1}, {"b": 2}]
    assert [one.problem for one in found if one.problem] == [
        "it is a number, not a record with names and values",
        "it is null, not a record with names and values",
        "it is a list, not a record with names and values",
        '"a" stands in it twice',
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    text = json.dumps([{"name": "Café Zoë"}] * 3, ensure_ascii=False)
    assert [one.value for one in documents(tmp_path, text.encode(encoding)).records()] == [{"name": "Café Zoë"}] * 3


def test_too_deep_too_long_and_too_large_numbers_are_refused_alone(tmp_path: Path) -> None:
    deep = "[" * 30 + "]" * 30
    text = f'[{{"a": {deep}}}, {{"a": "{"x" * 1_100_000}"}}, {{"a": 1}}]'
    problems = [one.problem for one in documents(tmp_path, text).records()]
    assert problems[0] == "it is nested more than 20 deep"
    assert problems[1] == "it is longer than 1,000,000 letters, so it was not read"
    assert problems[2] is None


def test_nothing_of_a_document_that_is_cut_short_is_read(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="not whole JSON"):
        documents(tmp_path, json.dumps([SERVICE] * 3)[:-2])


def test_features_of_a_map_are_listings(tmp_path: Path) -> None:
    assert records(write_json(tmp_path / "map.geojson", MAP)) == [
        {
            "source": "list a",
            "name": "Warm Room",
            "opening_text": "Tuesday: 10:00 - 12:00",
            "opening_hours": "Tu 10:00-12:00",
            "lon": "-1.13",
            "lat": "52.63",
        }
    ]


def test_records_of_other_names_are_guessed_as_columns_are(tmp_path: Path) -> None:
    assert records(write_json(tmp_path / "list.json", [OPPORTUNITY])) == [
        {
            "id": "a",
            "name": "Gardener",
            "organisation": "Larkfield Trust",
            "lat": "52.63",
            "lon": "-1.13",
            "tags": ["Gardens", "Company"],
        }
    ]


def test_lines_of_other_names_too_and_objects_that_mean_something_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "contracts.jsonl.gz"
    second = CONTRACT | {"internal_contract_id": "c2"}
    path.write_bytes(gzip.compress(f"{json.dumps(CONTRACT)}\n{json.dumps(second)}\n".encode()))
    first = records(path)[0]
    assert (first["id"], first["name"], first["description"]) == ("c1", "Women's services", "A whole service.")
    assert first["eligibility"] == CONTRACT["eligibility"]


def test_a_mapping_names_what_stands_inside_a_record(tmp_path: Path) -> None:
    path = write_json(tmp_path / "list.json", [CONTRACT])
    mapping = Mapping({"intervention_title": "name", "activities.need_area": "tags"})
    row = next(read(path, mapping).rows)
    assert row.document is not None and row.document["row"] == CONTRACT
    assert record_of(row.document) == {"name": "Women's services", "tags": ["Housing", "Money"]}


def test_records_of_our_own_names_are_taken_as_they_are(tmp_path: Path) -> None:
    path = write_json(tmp_path / "list.json", [{"name": "A", "postcode": "LE2 0QB", "note": "x"}])
    assert read(path).contents.columns is None
    assert records(path) == [{"name": "A", "postcode": "LE2 0QB", "note": "x"}]


def test_paths_of_a_record() -> None:
    record = {"a": {"b": [1, 2]}, "c": [{"d": "x"}, {"d": "x"}, {}], "e.f": "own", "g": [], "h": None}
    assert cells_of(record) == {"a.b.0": 1, "a.b.1": 2, "c.d": ["x", "x"], "e.f": "own", "h": None}
    assert value_at(record, "a.b.1") == 2 and value_at(record, "e.f") == "own" and value_at(record, "a.x.y") is None
    assert text_of(value_at(record, "c.d")) == "x" and text_of(True) == "true" and text_of({"a": 1}) == ""


def test_a_large_document_is_read_by_the_record(sqlite_app: Any, tmp_path: Path) -> None:
    path = write_json(tmp_path / "feed.json", {"contents": [SERVICE | {"id": "a", "name": 5}, SERVICE, None]})
    assert outcomes(run(path))[1:] == ["new", "refused"]


KNOWN: dict[str, tuple[str, Any]] = {
    "a page of a feed": ("oruk", lambda folder: write_json(folder / "x", {"contents": [SERVICE]})),
    "an empty page": ("oruk", lambda folder: write_json(folder / "x", {"contents": []})),
    "one service": ("oruk", lambda folder: write_json(folder / "x.json", SERVICE)),
    "a list of records": ("jsonl", lambda folder: write_json(folder / "x.json", [OPPORTUNITY])),
    "a map": ("jsonl", lambda folder: write_json(folder / "x.json", MAP)),
    "a workbook": ("xlsx", lambda folder: write_book(folder / "x.xlsx", {"A": [["Name"]]}).rename(folder / "x")),
    "a package in a zip file": (
        "hsds", lambda folder: write_zip(folder / "x", {"d/services.csv": SERVICES, "d/organizations.csv": ORGANIZATIONS}),
    ),
    "a package in a folder": (
        "hsds", lambda folder: write_folder(folder / "x", {"services.csv": SERVICES, "organizations.csv": ORGANIZATIONS}),
    ),
    "a folder of feeds": ("oruk", lambda folder: write_folder(folder / "x", {"a.json": "[]"})),
    "a folder of one table": ("csv", lambda folder: write_folder(folder / "x", {"groups.csv": "Name\nA\n"})),
}  # fmt: skip


@pytest.mark.parametrize("kind", KNOWN)
def test_a_format_is_known_by_what_a_file_holds(tmp_path: Path, kind: str) -> None:
    name, made = KNOWN[kind]
    assert recognised(made(tmp_path)) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"name": "A"}\n{"name": "B"}\n', "jsonl"),
        ('{"name": "A",\n "id": 1}\n', "jsonl"),
        ("Name,Postcode\nA,LE2 0QB\n", "csv"),
    ],
)
def test_text_without_a_name_that_tells(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / "listings").write_text(text)
    assert recognised(tmp_path / "listings") == name


@pytest.mark.parametrize("name", ["song", "song.csv", "song.json"])
def test_bytes_that_are_no_text_are_no_table(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(range(256)) * 40)
    with pytest.raises(FileProblem, match="is no text"):
        recognised(tmp_path / name)


def test_what_stands_beside_listings_says_where_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="Name the folder"):
        recognised(write_json(tmp_path / "datapackage.json", {"name": "listings", "resources": []}))
    folder = write_folder(tmp_path / "x", {"readme.md": "# Read me"})
    write_book(folder / "services.xlsx", {"A": [["Name"]]})
    with pytest.raises(FileProblem, match=r"holds a workbook, services\.xlsx"):
        recognised(folder)


def test_a_stray_null_leaves_a_text_a_text(tmp_path: Path) -> None:
    (tmp_path / "listings").write_bytes(b"Name,Postcode\nA\0,LE2 0QB\n")
    assert recognised(tmp_path / "listings") == "csv"


def test_a_job_reads_what_this_process_reads(tmp_path: Path) -> None:
    path = write_json(tmp_path / "list.json", [OPPORTUNITY])
    here = read(path)
    with reading_file(Wanted(path)) as (name, contents):
        assert (name, contents.columns, contents.sample) == ("jsonl", here.contents.columns, here.contents.sample)
        assert [row.document for row in contents.rows] == [{"row": OPPORTUNITY}]
        assert contents.progress.read_bytes == contents.progress.size == path.stat().st_size

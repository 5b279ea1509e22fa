"""Broken and hostile feeds, packages and workbooks, made when they are needed: by the tests, and by benchmarks/hostile.py."""

import gzip
import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.importing.packing import (
    ORGANIZATIONS,
    SERVICE,
    SERVICES,
    with_part,
    write_book,
    write_folder,
    write_json,
    write_zip,
)

SHEET = "xl/worksheets/sheet1.xml"
TABLE: list[list[Any]] = [["Name", "Postcode"], ["Larkfield Room", "LE2 0QB"]]
PACKAGE: dict[str, str | bytes] = {"services.csv": SERVICES, "organizations.csv": ORGANIZATIONS}


class Broken(NamedTuple):
    """How a broken file is made in a folder, and words of the report."""

    made: Callable[[Path], Path]
    words: str


def _text(name: str, content: str | bytes) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return made


def _json(value: Callable[[], Any], name: str = "feed.json") -> Callable[[Path], Path]:
    return lambda folder: write_json(folder / name, value())


def _zip(files: Callable[[], dict[str, str | bytes]], name: str = "package.zip") -> Callable[[Path], Path]:
    return lambda folder: write_zip(folder / name, files())


def _cut(folder: Path) -> Path:
    path = write_zip(folder / "package.zip", {**PACKAGE, "phones.csv": os.urandom(5_000).hex()})
    path.write_bytes(path.read_bytes()[:-300])
    return path


def _flipped(folder: Path) -> Path:
    path = write_zip(folder / "package.zip", PACKAGE, packed=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"Tea and soup", b"Pea and soup", 1))
    return path


def _repeated_name(folder: Path) -> Path:
    path = write_zip(folder / "package.zip", {**PACKAGE, "servicez.csv": SERVICES})
    path.write_bytes(path.read_bytes().replace(b"servicez.csv", b"services.csv"))
    return path


def _linked(folder: Path) -> Path:
    path = write_zip(folder / "package.zip", PACKAGE)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("phones.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return path


def _locked(folder: Path) -> Path:
    path = write_zip(folder / "package.zip", PACKAGE, packed=zipfile.ZIP_STORED)
    whole = bytearray(path.read_bytes())
    place = whole.find(b"PK\x01\x02")
    while place >= 0:
        struct.pack_into("<H", whole, place + 8, 1)
        place = whole.find(b"PK\x01\x02", place + 1)
    path.write_bytes(bytes(whole))
    return path


def _packed_bomb(folder: Path) -> Path:
    path = folder / "feed.json.gz"
    with gzip.open(path, "wb") as file:
        file.write(b'[{"name": "')
        for _ in range(300):
            file.write(b"x" * 1_000_000)
        file.write(b'"}]')
    return path


def _book(*rows: list[Any], instead: tuple[bytes, bytes]) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        path = write_book(folder / "book.xlsx", {"A": [*TABLE, *rows]})
        return with_part(path, SHEET, "", instead=instead)

    return made


def _wide_rows(folder: Path) -> Path:
    """Rows that reach the last column, each one cell."""
    path = write_book(folder / "book.xlsx", {"A": [["x"]]})
    rows = "".join(f'<row r="{n}"><c r="XFD{n}" t="n"><v>1</v></c></row>' for n in range(2, 20_000))
    return with_part(path, SHEET, "", instead=(b"</sheetData>", rows.encode() + b"</sheetData>"))


def _many_strings(folder: Path) -> Path:
    """A small workbook whose table of texts takes more memory than is allowed."""
    path = write_book(folder / "book.xlsx", {"A": TABLE})
    texts = "".join([f"<si><t>{f'{n:x}' * 40}</t></si>" for n in range(800_000)])
    shared = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>'
    kind = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    with_part(
        path, "[Content_Types].xml", "", instead=(b"</Types>", kind + b'spreadsheetml.sharedStrings+xml"/></Types>')
    )
    return with_part(path, "xl/sharedStrings.xml", shared)


def _old_book(content: bytes) -> Callable[[Path], Path]:
    return _text("book.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + content)


def _deep(folder: Path) -> Path:
    return _text("feed.json", '{"contents":' + '[{"a":' * 200_000)(folder)


def _cycle() -> Any:
    return [SERVICE | {"name": None, "organization": {"$ref": "#/0"}}]


FEEDS: dict[str, Broken] = {
    "not JSON": Broken(_text("feed.json", "{this is not json}"), "is not whole JSON"),
    "JSON that is cut short": Broken(_text("feed.json", json.dumps([SERVICE] * 50)[:-40]), "is not whole JSON"),
    "nothing": Broken(_text("feed.json", b""), "is empty"),
    "only white space": Broken(_text("feed.json", b"\n \n"), "is empty"),
    "one text": Broken(_text("feed.json", b'"services"'), "it is a text, not a record"),
    "a web page": Broken(_text("feed.json", "<!doctype html><title>Sign in</title>"), "a web page or XML"),
    "NaN for a number": Broken(_text("feed.json", '[{"name": "A", "minimum_age": NaN}]'), "is not whole JSON"),
    "nulls for services": Broken(_json(lambda: {"contents": [None, None]}), "it is null, not a record"),
    "nulls for names": Broken(_json(lambda: {"contents": [SERVICE | {"name": None}]}), "it has no name"),
    "references in a cycle": Broken(_json(_cycle), "it has no name"),
    "another version's names": Broken(
        _json(lambda: {"contents": [{"label": "A", "organization_id": "o"}]}), "it has no name"
    ),
    "a list for a name": Broken(_json(lambda: {"contents": [SERVICE | {"name": ["A"]}]}), "a list, not a text"),
    "a text for a list": Broken(
        _json(lambda: {"contents": [SERVICE | {"service_at_locations": "Hall"}]}), "not a list"
    ),
    "20 MB in one text": Broken(
        _json(lambda: {"contents": [SERVICE | {"description": "x" * 20_000_000}]}), "longer than 1,000,000 letters"
    ),
    "200,000 lists in each other": Broken(_deep, "is not whole JSON"),
    "a key twice": Broken(_text("feed.json", '[{"name":"A","name":"B","organization_id":"o"}]'), "stands in it twice"),
    "a packed file that unpacks for ever": Broken(_packed_bomb, "unpacks to more than"),
    "half a packed file": Broken(_text("feed.json.gz", gzip.compress(os.urandom(90_000))[:-5_000]), "damaged"),
    "letters of two encodings": Broken(
        _text("feed.json", ("[" + '{"name": "é"},\n' * 9 + '{"name": "').encode() + b'\xe9"}]'),
        "not text in one encoding",
    ),
    "a PDF": Broken(_text("feed.json", b"%PDF-1.7 ..."), "is a PDF"),
}

PACKAGES: dict[str, Broken] = {
    "a zip file that is cut short": Broken(_cut, "damaged"),
    "a zip file with a flipped byte": Broken(_flipped, "damaged"),
    "a zip bomb": Broken(_zip(lambda: {**PACKAGE, "phones.csv": b"0" * 300_000_000}), "times its size"),
    "a zip file in a zip file": Broken(_zip(lambda: {**PACKAGE, "more.csv": b"PK\x03\x04 again"}), "packed again"),
    "a name that leads out": Broken(
        _zip(lambda: {**PACKAGE, "../../phones.csv": "id\n1\n"}), "leads out of its folder"
    ),
    "a name from the root": Broken(_zip(lambda: {**PACKAGE, "/etc/phones.csv": "id\n1\n"}), "leads out of its folder"),
    "a link": Broken(_linked, "is a link"),
    "a name twice": Broken(_repeated_name, "stands in"),
    "more files than are read": Broken(
        _zip(lambda: {**PACKAGE, **{f"{number}.csv": "id\n" for number in range(101)}}), "100 is the most"
    ),
    "a lock": Broken(_locked, "locked with a password"),
    "no services": Broken(
        _zip(lambda: {"organizations.csv": ORGANIZATIONS, "phones.csv": "id,number\n1,2\n"}), "no table of serv"
    ),
    "nothing in it": Broken(_zip(dict), "there is nothing in it"),
    "tables without names": Broken(_zip(lambda: {**PACKAGE, "services.csv": "id,name\ns1,\ns2,\n"}), "it has no name"),
    "a table that is no table": Broken(_zip(lambda: {**PACKAGE, "services.csv": "\0\1\2"}), "the names of the columns"),
    "a folder with nothing to read": Broken(
        lambda folder: write_folder(folder / "package", {"readme.md": "# Read me"}), "holds no tables"
    ),
}

BOOKS: dict[str, Broken] = {
    "a workbook that is cut short": Broken(_text("book.xlsx", b"PK\x03\x04" + b"\0" * 200), "damaged"),
    "a workbook of the old kind": Broken(_old_book(b"Workbook"), "old workbook"),
    "a workbook with a password": Broken(_old_book("EncryptedPackage".encode("utf-16-le")), "locked with a password"),
    "entities that grow": Broken(
        _book(instead=(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet')), "entities of XML"
    ),
    "a sheet that is no XML": Broken(_book(instead=(b"</sheetData>", b"</sheet")), "damaged"),
    "a tiny sheet that claims every cell": Broken(
        lambda folder: with_part(
            write_book(folder / "book.xlsx", {"A": [["x"]]}), SHEET, "",
            instead=(b'<dimension ref="A1:A1"', b'<dimension ref="A1:XFD1048576"'),
        ),
        'no column is said to be the "name"',
    ),
    "rows that reach the last column": Broken(_wide_rows, 'said to be the "name"'),
    "more texts than fit in memory": Broken(_many_strings, "80,000,000 is the most"),
    "formulas that nobody worked out": Broken(
        lambda folder: write_book(folder / "book.xlsx", {"A": [["Name", "Postcode"], ['=HYPERLINK("x")', "LE2 0QB"]]}),
        "a spreadsheet's formula or error",
    ),
    "no sheet with a header": Broken(
        lambda folder: write_book(folder / "book.xlsx", {"A": [[1, 2], [3, 4]]}), "names of the columns"
    ),
    "a document of another kind": Broken(
        _zip(lambda: {"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}, "book.docx"), "no workbook"
    ),
}  # fmt: skip

KINDS = FEEDS | PACKAGES | BOOKS

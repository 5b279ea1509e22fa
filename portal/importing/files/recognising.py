"""Which format a file is, by what it holds."""

import gzip
import json
import zlib
from itertools import islice
from pathlib import Path, PurePosixPath

from portal.importing.contents import Request
from portal.importing.files.archives import entries_of, zip_sizes
from portal.importing.files.documents import Document
from portal.importing.files.feeds import looks_like_service
from portal.importing.files.standard import is_package
from portal.importing.files.streams import Streams
from portal.importing.formats import format_of
from portal.importing.lines import FileProblem, encoding_of

SAMPLE = 100_000
FIRST_RECORDS = 20
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
EMPTY_ZIP = b"PK\x05\x06"
OTHERS = {
    b"%PDF": "a PDF",
    b"{\\rtf": "a text document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite f": "a database",
    b"7z\xbc\xaf": "packed with 7-Zip: unpack it first",
    b"Rar!": "packed with RAR: unpack it first",
}
"""What is certainly none of our formats, by its first bytes."""
DESCRIPTION = "datapackage.json"
CONTROLS = {number: None for number in range(32) if chr(number) not in "\t\n\v\f\r\x1a"}
FEW_CONTROLS, MOST_CONTROLS = 20, 0.05
"""How many letters that no keyboard types, and what share of all, may stand in what is still taken for text."""
NOT_READ = "The file {name} is {kind}. What can be read: Open Referral, HSDS packages, workbooks (.xlsx), CSV, JSON."


def recognised(path: Path) -> str:
    """The name of a file's or folder's format. Raises FileProblem where it is none of ours."""
    if path.name.lower() == DESCRIPTION:
        raise FileProblem(f"{path.name} only describes a package. Name the folder or zip file that it stands in.")
    if path.is_dir():
        return _in_package([entry.name for entry in entries_of(path)], path)
    first = _first(path)
    if first.startswith(OLE):
        return "xlsx"
    if first.startswith((ZIP, EMPTY_ZIP)):
        return _in_zip(path)
    if kind := next((kind for start, kind in OTHERS.items() if first.startswith(start)), None):
        raise FileProblem(NOT_READ.format(name=path.name, kind=kind))
    text = first.decode(encoding_of(first), "replace").lstrip("\ufeff \t\r\n")
    if _is_no_text(text):
        raise FileProblem(NOT_READ.format(name=path.name, kind="no text"))
    if (named := format_of(path)) is not None:
        return named
    if text.startswith("<"):
        raise FileProblem(NOT_READ.format(name=path.name, kind="a web page or XML"))
    if not text.startswith(("{", "[")) and not path.name.lower().removesuffix(".gz").endswith(".json"):
        return "csv"
    return _of_json(path, text)


def is_document(path: Path) -> bool:
    """True for one JSON document; false for JSON lines."""
    text = _first(path).decode("utf-8-sig", "replace").lstrip("\ufeff \t\r\n")
    named_lines = path.name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson"))
    return text.startswith("[") if named_lines else not _is_lines(text)


def _of_json(path: Path, text: str) -> str:
    if _is_lines(text):
        return "jsonl"
    document = Document(path.name, Streams(path).opened, Request(path))
    if "features" in document.survey.keys:
        return "jsonl"
    records = [record.value for record in islice(document.records(), FIRST_RECORDS) if record.problem is None]
    is_feed = "contents" in document.survey.keys or any(map(looks_like_service, records))
    return "oruk" if is_feed else "jsonl"


def _is_lines(text: str) -> bool:
    """True where the first line is a whole record by itself and another begins below; or where it is no JSON at all."""
    first, _end, rest = text.partition("\n")
    if not text.startswith("{"):
        return not text.startswith("[")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return rest.lstrip().startswith("{") and first.rstrip().endswith("}")
    return bool(rest.strip())


def _is_no_text(text: str) -> bool:
    return len(text) - len(text.translate(CONTROLS)) > max(FEW_CONTROLS, MOST_CONTROLS * len(text))


def _in_zip(path: Path) -> str:
    names = list(zip_sizes(path))
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise FileProblem(NOT_READ.format(name=path.name, kind="an office document, but no workbook (.xlsx)"))
    return _in_package(names, path)


def _in_package(names: list[str], path: Path) -> str:
    files = [PurePosixPath(name) for name in names if not name.startswith(("__MACOSX", "."))]
    tables = [file.stem for file in files if file.suffix.lower() in {".csv", ".tsv"}]
    if is_package(tables):
        return "hsds"
    if any(file.suffix.lower() == ".json" and file.stem != "datapackage" for file in files):
        return "oruk"
    if tables:
        return "csv" if len(tables) == 1 else "hsds"
    if not names and not path.is_dir():
        raise FileProblem(f"The file {path.name} is a damaged zip file or cut short, or there is nothing in it.")
    if books := sorted(file.name for file in files if file.suffix.lower() in {".xlsx", ".xlsm"}):
        raise FileProblem(f"{path.name} holds a workbook, {books[0]}. Name the workbook itself.")
    raise FileProblem(f"{path.name} holds no tables (.csv) and no JSON.")


def _first(path: Path) -> bytes:
    """The first bytes of a file, unpacked. Raises FileProblem where it cannot be read."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            first = gzip.GzipFile(fileobj=file).read(SAMPLE) if packed else file.read(SAMPLE)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileProblem(f"The file {path.name} looks compressed, but it is damaged or cut short.") from error
    except OSError as error:
        raise FileProblem(f"The file {path.name} cannot be opened: {error.strerror}.") from error
    if not first.strip(b" \t\r\n\0\xff\xfe\xef\xbb\xbf"):
        raise FileProblem(f"The file {path.name} is empty.")
    return first

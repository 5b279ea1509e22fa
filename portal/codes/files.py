"""Reads a file of codes: CSV or tab-separated text, our own JSON, and lists of FHIR as JSON or XML."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from portal.codes import fhir
from portal.core.plain import one_line

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 20_000
LONGEST_CELL = 5_000
MOST_COLUMNS = 50
DELIMITERS = ",\t;|"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "conceptid", "concept id", "snomed code", "snomedct", "referencedcomponentid", "id"),
    "label": ("label", "term", "display", "preferred term", "description", "name"),
    "active": ("active",),
    "sort": ("sort", "order"),
    "parent": ("parent",),
}
"""What each column may be called, in small letters; the first that is there counts."""
TOLD = ("name", "version", "system", "source", "licence", "status")


class UnreadableFile(Exception):
    """Why a file cannot be read, as a sentence."""


@dataclass(frozen=True)
class Row:
    """One code as the file tells it, made plain. `number`: of its line or place, from 1, a table's head not counted."""

    number: int
    code: str
    label: str
    active: str = ""
    sort: str = ""
    parent: str = ""
    system: str = ""


@dataclass(frozen=True)
class Contents:
    """The rows of a file, and what it says of itself, by the names of `TOLD`."""

    rows: list[Row]
    told: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> Contents:
    """What a file holds. Raises UnreadableFile."""
    text = _text(path)
    read_as = READERS.get(text.lstrip()[:1], _of_table)
    contents = read_as(text, path.name)
    if not contents.rows:
        raise UnreadableFile(f"{path.name} holds no codes.")
    return contents


def _text(path: Path) -> str:
    if not path.is_file():
        raise UnreadableFile(f"{path.name} is no file.")
    try:
        with path.open("rb") as file:
            held = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be opened: {error.strerror}.") from error
    if len(held) > LARGEST:
        raise UnreadableFile(f"{path.name} is larger than {LARGEST // 1024**2} MB.")
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path.name} is not written in UTF-8. Save it as “CSV UTF-8”.") from error


def _of_table(text: str, name: str) -> Contents:
    head = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    csv.field_size_limit(LARGEST)  # one for the whole process: others set their own before they read
    try:
        table = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
        columns = _columns(next(table, []), name)
        lines = (line for line in table if any(cell.strip() for cell in line))
        rows = [
            _row(number, {key: _cell(line, at) for key, at in columns.items()})
            for number, line in _bounded(lines, name)
        ]
    except csv.Error as error:
        raise UnreadableFile(f"{name} is broken: {error}.") from error
    return Contents(rows)


def _columns(head: list[str], name: str) -> dict[str, int]:
    told = [one_line(cell).casefold() for cell in head[:MOST_COLUMNS]]
    found = {
        key: told.index(called)
        for key, names in COLUMNS.items()
        if (called := next((one for one in names if one in told), None))
    }
    for key in ("code", "label"):
        if key not in found:
            raise UnreadableFile(f"{name} has no column “{key}”. It may be called {', '.join(COLUMNS[key])}.")
    return found


def _cell(line: list[str], at: int) -> str:
    return line[at] if at < len(line) else ""


def _of_json(text: str, name: str) -> Contents:
    try:
        told = json.loads(text)
        if isinstance(told, list):
            told = {"entries": told}
        if "resourceType" in told:
            return _of_fhir(told, name)
        entries = told.get("entries")
        if not isinstance(entries, list):
            raise ValueError("no entries")
        said = {key: one_line(told[key]) for key in TOLD if isinstance(told.get(key), str)}
        return Contents(_rows(iter(entries), name), said)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{name} is no JSON that can be read.") from error


def _of_xml(text: str, name: str) -> Contents:
    try:
        return _of_fhir(fhir.of_xml(text), name)
    except ValueError as error:
        raise UnreadableFile(f"{name} is no XML that can be read.") from error


def _of_fhir(resource: dict[str, Any], name: str) -> Contents:
    if not fhir.is_list(resource):
        raise UnreadableFile(f"{name} is neither a CodeSystem nor a ValueSet of FHIR.")
    return Contents(_rows(fhir.entries(resource), name), fhir.told(resource))


def _rows(told: Iterator[Any], name: str) -> list[Row]:
    return [_row(number, one) for number, one in _bounded(told, name)]


def _bounded(rows: Iterator[Any], name: str) -> Iterator[tuple[int, Any]]:
    yield from enumerate(islice(rows, MOST_ROWS), 1)
    if next(rows, None) is not None:
        raise UnreadableFile(f"{name} holds more than {MOST_ROWS:,} codes.")


def _row(number: int, told: Any) -> Row:
    held = told if isinstance(told, dict) else {}
    return Row(number, **{key: _plain(held.get(key)) for key in (*COLUMNS, "system")})


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value)[:LONGEST_CELL]) if isinstance(value, str | int | float) else ""


READERS = {"{": _of_json, "[": _of_json, "<": _of_xml}
"""How a file is read, by its first sign; any other is a table."""

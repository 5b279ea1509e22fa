"""Which column of a table tells which fact: kept as a small YAML file that people read, change and give back.

A column that is not named, or has nothing beside it, is kept in the original document and not used.
"""

import re
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from portal.core.formulas import armed
from portal.importing.certain import yes_or_no
from portal.importing.files.records import text_of, value_at
from portal.importing.lines import FileProblem
from portal.importing.reading import FIELDS

FACTS = (*FIELDS, "source")
JOINED = {"address": ", ", "tags": "; ", "opening_text": "; ", "phone": " / ", "fees": "; "}
"""Facts that several columns may tell together, and what is put between them."""
DAY_COLUMN = re.compile(r"\b(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?\b", re.IGNORECASE)
IS_FREE = re.compile(r"\b(?:is[ _]?)?free\b\W*$", re.IGNORECASE)
"""A column that says yes where nothing is to be paid."""
WHOLE: dict[str, type] = {"eligibility": dict, "tags": list}
"""Facts that a record of JSON may tell as more than a text."""
LARGEST = 200_000
HEADER = """\
# Which column gives which fact. A column with nothing beside it is kept in the original document only.
# Facts: {fields}.
# address, tags, opening_text, phone and fees may be told by several columns; every other by one.
"""


@dataclass(frozen=True)
class Mapping:
    """Columns and the facts they tell; and what is known of the source."""

    columns: dict[str, str] = field(default_factory=dict)
    source: str | None = None
    url: str | None = None
    licence: str | None = None
    sheet: str | None = None


def read_mapping(path: Path) -> Mapping:
    """A mapping from its file. Raises FileProblem with a sentence for whatever is wrong in it."""
    try:
        if path.stat().st_size > LARGEST:
            raise FileProblem(f"The mapping {path.name} is too large.")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileProblem(f"The mapping {path.name} cannot be read.") from error
    return mapping_from(text, path)


def mapping_from(text: str, path: Path) -> Mapping:
    """A mapping from its text, called by the name of a file that it is or may be in. Raises FileProblem."""
    if len(text) > LARGEST:
        raise FileProblem(f"The mapping {path.name} is too large.")
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise FileProblem(f"The mapping {path.name} is not YAML.") from error
    if not isinstance(value, dict) or not isinstance(value.get("columns"), dict):
        raise FileProblem(f'The mapping {path.name} has no "columns".')
    if unknown := set(value) - {"columns", "source", "url", "licence", "sheet"}:
        raise FileProblem(f"The mapping {path.name} has an unknown entry: {min(map(str, unknown))}.")
    columns = {str(column): str(fact) for column, fact in value["columns"].items() if fact}
    known = {key: str(value[key]).strip()[:120] for key in ("source", "url", "licence", "sheet") if value.get(key)}
    return checked(Mapping(columns, **known), path.name)


def checked(mapping: Mapping, name: str) -> Mapping:
    """The mapping if every fact in it is one, none is told twice, and there is a name. Raises FileProblem else."""
    for column, fact in mapping.columns.items():
        if fact not in FACTS:
            raise FileProblem(f'{name}: the column "{column}" is said to be "{fact}", which is not a fact we know.')
    told = list(mapping.columns.values())
    for fact in told:
        if told.count(fact) > 1 and fact not in JOINED:
            raise FileProblem(f'{name}: more than one column is said to be "{fact}".')
    if "name" not in told:
        raise FileProblem(f'{name}: no column is said to be the "name".')
    return mapping


def as_yaml(mapping: Mapping, columns: tuple[str, ...]) -> str:
    """The file for a mapping, every column named, so that it can be put right by hand."""
    entries = {column: mapping.columns.get(column) for column in columns}
    about = {key: told for key in ("source", "licence", "sheet") if (told := getattr(mapping, key))}
    text = yaml.safe_dump({**about, "columns": entries}, allow_unicode=True, sort_keys=False, width=1000)
    return HEADER.format(fields=", ".join(FACTS)) + text.replace(": null\n", ":\n")


def record_of(document: dict[str, Any]) -> dict[str, Any]:
    """The record in an original document: a row of a table by its mapping, anything else as it is."""
    row, columns = document.get("row"), document.get("mapping")
    if set(document) == {"row", "mapping"} and isinstance(row, dict) and isinstance(columns, dict):
        return _mapped(row, columns)
    return document


def _mapped(row: dict[str, Any], columns: AnyMapping[str, Any]) -> dict[str, Any]:
    parts: dict[str, list[str]] = {}
    whole: dict[str, Any] = {}
    for column, fact in columns.items():
        value = value_at(row, column)
        if fact in WHOLE and isinstance(value, WHOLE[fact]):
            whole[fact] = value
        cell = armed(text_of(value)).strip()
        if not cell or fact not in FACTS:
            continue
        if fact == "opening_text" and (day := DAY_COLUMN.search(column)) and not DAY_COLUMN.search(cell):
            cell = f"{day[0].capitalize()}: {cell}"
        if fact == "fees" and IS_FREE.search(column):
            if yes_or_no(cell) is not True:
                continue
            cell = "Free"
        parts.setdefault(fact, []).append(cell)
    return {fact: JOINED.get(fact, " ").join(cells) for fact, cells in parts.items()} | whole

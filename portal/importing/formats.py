"""The formats that can be imported. A new one is a row in `FORMATS` and a function that opens it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.importing.guessing import Guess, guess, mapping_of
from portal.importing.jsonlines import json_rows
from portal.importing.lines import FileProblem, Lines
from portal.importing.mapping import Mapping, as_yaml, checked
from portal.importing.rows import Refused, Row
from portal.importing.rows import checked as checked_value
from portal.importing.tables import Cells, open_table


@dataclass(frozen=True)
class Opened:
    """A file ready to be imported. `guesses` and `mapping_text` are there for tables only."""

    rows: Iterator[Row]
    lines: Lines
    mapping: Mapping
    guesses: tuple[Guess, ...] = ()
    mapping_text: str = ""

    @property
    def read_bytes(self) -> int:
        """How much of the file was read so far."""
        return self.lines.read_bytes


@dataclass(frozen=True)
class Format:
    """A format: the endings of its files' names, and how one is opened with a mapping or none."""

    endings: tuple[str, ...]
    opened: Callable[[Path, Mapping | None], Opened]
    takes_mapping: bool = False


def open_json_lines(path: Path, mapping: Mapping | None) -> Opened:
    """A file of JSON lines."""
    lines = Lines(path)
    return Opened(json_rows(lines), lines, mapping or Mapping())


def open_csv(path: Path, mapping: Mapping | None) -> Opened:
    """A table in a text file, by a mapping that is given or guessed. Raises FileProblem."""
    lines = Lines(path)
    table = open_table(lines, path.name)
    guesses = guess(table.columns, table.sample)
    used = mapping or mapping_of(guesses)
    if missing := [column for column in used.columns if column not in table.columns]:
        raise FileProblem(f'The file {path.name} has no column "{missing[0]}", which the mapping names.')
    rows = (_row(cells, table.columns, used.columns) for cells in table.rows)
    return Opened(rows, lines, used, tuple(guesses), as_yaml(used, table.columns))


FORMATS: dict[str, Format] = {
    "csv": Format((".csv", ".tsv", ".txt"), open_csv, takes_mapping=True),
    "jsonl": Format((".jsonl", ".ndjson"), open_json_lines),
}


def format_of(path: Path) -> str | None:
    """The name of the format that a file's name ends in, with or without .gz. None where it is not known."""
    name = path.name.lower().removesuffix(".gz")
    return next((key for key, one in FORMATS.items() if name.endswith(one.endings)), None)


def must_name(mapping: Mapping, name: str) -> None:
    """Raises FileProblem if a table's mapping has no name in it, with what to do."""
    try:
        checked(mapping, name)
    except FileProblem as problem:
        raise FileProblem(
            f"{problem} Make a mapping with --dry-run --mapping FILE, put it right, and give it back."
        ) from None


def _row(cells: Cells, columns: tuple[str, ...], mapping: dict[str, str]) -> Row:
    if cells.problem is not None:
        return Row(cells.line, problem=cells.problem)
    document: dict[str, Any] = {"row": dict(zip(columns, cells.cells, strict=True)), "mapping": mapping}
    try:
        return Row(cells.line, checked_value(document))
    except Refused as refusal:
        return Row(cells.line, problem=str(refusal))

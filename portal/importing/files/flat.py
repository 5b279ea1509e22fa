"""Tables in text files, and JSON lines: the files of one list."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from portal.importing.contents import Contents, Request
from portal.importing.files.archives import entries_of, is_package
from portal.importing.files.records import cells_of, is_told, sample_of
from portal.importing.jsonlines import json_rows
from portal.importing.lines import FileProblem, Lines
from portal.importing.rows import Refused, Row, checked
from portal.importing.tables import Cells, Table, open_table
from portal.openreferral.onerow import document_of, is_one_row

SAMPLE = 60


def read_csv(request: Request) -> Contents:
    """A table in a text file, or in a folder or zip file that holds one such file; one of our own exports is nested again."""
    lines = _lines(request.path)
    table = open_table(lines, request.path.name)
    if is_one_row(table.columns):
        return Contents((_service(cells, table.columns) for cells in table.rows), lines, encoding=lines.encoding)
    return Contents(table_rows(table), lines, table.columns, table.sample, lines.encoding)


def read_json_lines(request: Request) -> Contents:
    """A file of JSON lines."""
    lines = Lines(request.path)
    return told(json_rows(lines), Contents(iter(()), lines, encoding=lines.encoding), flat=request.flat)


def told(rows: Iterator[Row], contents: Contents, *, flat: bool) -> Contents:
    """The contents with rows of records: as they are where they use our names, else with columns for a mapping."""
    first = list(islice(rows, SAMPLE))
    records = [row.document for row in first if row.document is not None]
    every = chain(first, rows)
    if not records or (is_told(records) and not flat):
        return Contents(every, contents.progress, encoding=contents.encoding)
    columns = tuple(dict.fromkeys(key for record in records for key in cells_of(record)))
    wanting = (row if row.document is None else Row(row.line, {"row": row.document}) for row in every)
    return Contents(wanting, contents.progress, columns, sample_of(records, columns), contents.encoding)


def table_rows(table: Table) -> Iterator[Row]:
    """Rows of a table as documents that want a mapping."""
    return (_row(cells, table.columns) for cells in table.rows)


def _lines(path: Path) -> Lines:
    if not is_package(path):
        return Lines(path)
    tables = [entry for entry in entries_of(path) if entry.ends(".csv", ".tsv")]
    if len(tables) != 1:
        raise FileProblem(f"{path.name} holds {len(tables)} tables, not one. Name the one that is wanted.")
    return Lines(Path(tables[0].name), tables[0].open(), tables[0].size)


def _service(cells: Cells, columns: tuple[str, ...]) -> Row:
    if cells.problem is not None:
        return Row(cells.line, problem=cells.problem)
    try:
        return Row(cells.line, checked({"hsds": document_of(dict(zip(columns, cells.cells, strict=True)))}))
    except Refused as refusal:
        return Row(cells.line, problem=str(refusal))


def _row(cells: Cells, columns: tuple[str, ...]) -> Row:
    if cells.problem is not None:
        return Row(cells.line, problem=cells.problem)
    try:
        return Row(cells.line, checked({"row": dict(zip(columns, cells.cells, strict=True))}))
    except Refused as refusal:
        return Row(cells.line, problem=str(refusal))

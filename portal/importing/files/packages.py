"""Packages of HSDS tables: CSV files in a folder or zip file, or sheets of a workbook, joined by their ids."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from portal.importing.contents import Contents, Counted, Request
from portal.importing.files.archives import Entry, entries_of
from portal.importing.files.joining import Joining
from portal.importing.files.standard import SERVICES, kinds_of, record_of
from portal.importing.lines import FileProblem, Lines
from portal.importing.rows import Row
from portal.importing.tables import Table, open_table

STEP = 2_000
NO_TABLES = "{name} has no table of services with others beside it, so it is no HSDS package."


def read_package(request: Request) -> Contents:
    """A folder or zip file of CSV files. Raises FileProblem."""
    tables = {entry.stem: entry for entry in entries_of(request.path) if entry.ends(".csv", ".tsv")}
    kinds = kinds_of(list(tables))
    if SERVICES not in kinds.values():
        raise FileProblem(NO_TABLES.format(name=request.path.name))
    progress = Counted(sum(tables[name].size for name in kinds))
    found = [(name, kind, partial(_opened, tables[name])) for name, kind in kinds.items()]
    return Contents(joined(found, request, progress), progress)


def joined(
    tables: Iterable[tuple[str, str, Callable[[], tuple[Table, int]]]], request: Request, progress: Counted
) -> Iterator[Row]:
    """Services of tables by name and kind; each is opened when its turn comes, with its size. Raises FileProblem."""
    if request.scratch is None:
        raise FileProblem("There is no folder for what does not fit in memory.")
    joining = Joining(request.scratch)
    problems: list[Row] = []
    ready = [(name, kind, *opened()) for name, kind, opened in tables]
    named = [
        {column.strip().lower() for column in table.columns} for _name, kind, table, _size in ready if kind == SERVICES
    ]
    if not any({"id", "name"} <= columns for columns in named):
        raise FileProblem(f"The table of services in {request.path.name} has no columns called id and name.")
    for name, kind, table, size in ready:
        for count, cells in enumerate(table.rows, 1):
            if cells.problem is None:
                joining.add(kind, cells.line, record_of(name, kind, dict(zip(table.columns, cells.cells, strict=True))))
            elif len(problems) < STEP:
                problems.append(Row(cells.line, problem=f"in the table {name}, {cells.problem}"))
            if count % STEP == 0:
                request.pulse()
        progress.read_bytes += size
        request.pulse()
    yield from joining.services()
    yield from problems


def _opened(entry: Entry) -> tuple[Table, int]:
    return open_table(Lines(Path(PurePosixPath(entry.name).name), entry.open(), entry.size), entry.name), entry.size

"""Sheets of one workbook that point to each other by ids: which is the listings', and what the others say of each.

A column "Organisation ID" points to the sheet "Organisation", whose rows have an "ID". A sheet that points to two others
links them. What another sheet says comes in as columns of its name: "Organisation: Name".
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from portal.importing.contents import Contents, Counted, Request
from portal.importing.files.flat import table_rows
from portal.importing.lines import FileProblem
from portal.importing.rows import Row
from portal.importing.tables import Table

LISTINGS = ("service", "listing", "activity", "group", "opportunity", "project", "club", "programme")
"""What sheets of listings are called, the likeliest first."""
NAME = frozenset({"name", "title", "service name", "listing name", "group name", "activity name"})
SPELLINGS = {"organization": "organisation", "program": "programme", "provider": "organisation", "venue": "location"}
POINTER = re.compile(r"(.+?) (?:id|ref|reference|code|key|number)")
KEYS = ("id", "ref", "reference", "uid", "uuid", "key", "code")
MOST_LINKED = 5
"""Rows of another sheet that come in for one listing; the first as columns, the others kept in the original only."""
STEP = 2_000


@dataclass(frozen=True)
class Sheet:
    """A sheet: its columns, and its table, which may be opened again."""

    name: str
    columns: tuple[str, ...]
    table: Callable[[], Table]

    @cached_property
    def word(self) -> str:
        """Its name as one thing: "Services*" is "service"."""
        return one_of(self.name)

    @cached_property
    def key(self) -> str | None:
        """The column with its rows' own ids."""
        plain = {words(column): column for column in reversed(self.columns)}
        return next((plain[name] for name in (*KEYS, *(f"{self.word} {key}" for key in KEYS)) if name in plain), None)

    @cached_property
    def is_named(self) -> bool:
        """True where it has a column of names."""
        return any(words(column) in NAME for column in self.columns)

    def pointers(self, others: list["Sheet"]) -> dict[str, "Sheet"]:
        """Its columns that hold the ids of other sheets' rows."""
        by_word = {sheet.word: sheet for sheet in others if sheet is not self and sheet.key}
        found = {column: POINTER.fullmatch(words(column)) for column in self.columns if column != self.key}
        return {column: by_word[one_of(got[1])] for column, got in found.items() if got and one_of(got[1]) in by_word}


@dataclass
class _Plan:
    """What comes in beside a listing: by a column of its own, by rows of sheets that point to it, by sheets that link two."""

    out: dict[str, Sheet] = field(default_factory=dict)
    back: list[tuple[Sheet, str]] = field(default_factory=list)
    across: list[tuple[Sheet, str, str, Sheet]] = field(default_factory=list)


def linked(sheets: list[Sheet], wanted: str | None, request: Request, progress: Counted) -> Contents:
    """The listings' sheet as a table, with columns of the sheets that hang together with it."""
    main = listings_of(sheets, wanted)
    plan = _plan(main, sheets)
    table = main.table()
    named = (main.name, *dict.fromkeys(sheet.name for sheet in _sheets_of(plan)))
    if not (plan.out or plan.back or plan.across):
        return Contents(_counted(table_rows(table), progress), progress, table.columns, table.sample, sheets=named)
    if request.scratch is None:
        raise FileProblem("There is no folder for what does not fit in memory.")
    shelf = _Shelf(request.scratch)
    _fill(shelf, plan, request)
    more = tuple(f"{sheet.name}: {column}" for sheet in _sheets_of(plan) for column in sheet.columns)
    columns = (*table.columns, *dict.fromkeys(more))
    sample = []
    for cells in table.sample:
        row = _with_others(dict(zip(table.columns, cells, strict=True)), main, plan, shelf)
        sample.append(tuple(row.get(column, "") for column in columns))
    return Contents(_rows(table, main, plan, shelf, progress), progress, columns, sample, sheets=named)


def listings_of(sheets: list[Sheet], wanted: str | None) -> Sheet:
    """The sheet of listings: the one that is wanted, else by its name, its pointers to others, and its names of things."""
    if wanted is not None:
        return next(sheet for sheet in sheets if sheet.name == wanted)

    def score(sheet: Sheet) -> tuple[bool, int, int, int]:
        place = LISTINGS.index(sheet.word) if sheet.word in LISTINGS else len(LISTINGS)
        return sheet.is_named, -place, len(sheet.pointers(sheets)), len(sheet.columns)

    return max(sheets, key=score)


def words(text: str) -> str:
    """A name in small letters and single spaces, without marks."""
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    return " ".join(re.findall(r"[a-z0-9]+", split.lower()))


def one_of(text: str) -> str:
    """A name as one thing, in our spelling."""
    plain = words(text)
    if plain.endswith("ies"):
        plain = f"{plain[:-3]}y"
    elif plain.endswith("s") and not plain.endswith("ss"):
        plain = plain[:-1]
    return SPELLINGS.get(plain, plain)


def _plan(main: Sheet, sheets: list[Sheet]) -> _Plan:
    plan = _Plan(main.pointers(sheets))
    for sheet in sheets:
        pointers = sheet.pointers(sheets) if sheet is not main else {}
        back = next((column for column, to in pointers.items() if to is main), None)
        if back is None:
            continue
        others = [(column, to) for column, to in pointers.items() if to is not main]
        if others and len(sheet.columns) <= len(pointers) + 3:
            plan.across += [(sheet, back, column, to) for column, to in others]
        else:
            plan.back.append((sheet, back))
    return plan


def _sheets_of(plan: _Plan) -> list[Sheet]:
    across = [to for _sheet, _back, _column, to in plan.across]
    return [*plan.out.values(), *across, *(sheet for sheet, _column in plan.back)]


class _Shelf:
    """Rows of other sheets by an id, in a file of their own."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "sheets.sqlite3", isolation_level=None)
        for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16000"):
            self._database.execute(f"pragma {setting}")
        self._database.execute("create table held (shelf text, id text, document text)")
        self._database.execute("create index held_id on held (shelf, id)")
        self._database.execute("begin")

    def put(self, shelf: str, key: str, row: dict[str, str]) -> None:
        self._database.execute("insert into held values (?, ?, ?)", (shelf, key, json.dumps(row)))

    def close(self) -> None:
        self._database.close()

    def get(self, shelf: str, key: str) -> list[dict[str, str]]:
        statement = "select document from held where shelf = ? and id = ? order by rowid limit ?"
        return [json.loads(text) for (text,) in self._database.execute(statement, (shelf, key, MOST_LINKED))]


def _fill(shelf: _Shelf, plan: _Plan, request: Request) -> None:
    wanted = {(sheet.name, sheet.key or ""): sheet for sheet in plan.out.values()}
    wanted |= {(to.name, to.key or ""): to for _sheet, _back, _column, to in plan.across}
    wanted |= {(sheet.name, back): sheet for sheet, back, _column, _to in plan.across}
    wanted |= {(sheet.name, back): sheet for sheet, back in plan.back}
    for (name, column), sheet in wanted.items():
        table = sheet.table()
        for count, cells in enumerate(table.rows, 1):
            row = dict(zip(table.columns, cells.cells, strict=True)) if cells.problem is None else {}
            if key := row.get(column, "").strip():
                shelf.put(f"{name}\0{column}", key, row)
            if count % STEP == 0:
                request.pulse()


def _rows(table: Table, main: Sheet, plan: _Plan, shelf: _Shelf, progress: Counted) -> Iterator[Row]:
    for row in table_rows(table):
        if row.document is not None:
            row.document["row"] = _with_others(row.document["row"], main, plan, shelf)
        yield row
    shelf.close()
    progress.read_bytes = progress.size


def _with_others(row: dict[str, str], main: Sheet, plan: _Plan, shelf: _Shelf) -> dict[str, str]:
    """A listing's row with what other sheets say of it. An id that no row has leaves nothing."""
    found = dict(row)
    own = row.get(main.key or "", "").strip()
    for column, sheet in plan.out.items():
        if key := row.get(column, "").strip():
            _bring(found, sheet, shelf.get(f"{sheet.name}\0{sheet.key}", key))
    for link, back, column, sheet in plan.across if own else ():
        keys = [one.get(column, "").strip() for one in shelf.get(f"{link.name}\0{back}", own)]
        _bring(found, sheet, [one for key in keys for one in shelf.get(f"{sheet.name}\0{sheet.key}", key)[:1]])
    for sheet, back in plan.back if own else ():
        _bring_together(found, sheet, shelf.get(f"{sheet.name}\0{back}", own))
    return found


def _bring(found: dict[str, str], sheet: Sheet, rows: list[dict[str, str]]) -> None:
    for number, row in enumerate(rows[:MOST_LINKED], 1):
        prefix = sheet.name if number == 1 else f"{sheet.name} {number}"
        found |= {f"{prefix}: {column}": cell for column, cell in row.items() if cell}


def _bring_together(found: dict[str, str], sheet: Sheet, rows: list[dict[str, str]]) -> None:
    for column in sheet.columns:
        cells = list(dict.fromkeys(row[column] for row in rows if row.get(column)))
        if cells:
            found[f"{sheet.name}: {column}"] = "; ".join(cells)


def _counted(rows: Iterator[Row], progress: Counted) -> Iterator[Row]:
    yield from rows
    progress.read_bytes = progress.size

"""Workbooks (XLSX): one sheet as a table, sheets that are tables of HSDS, or sheets that point to each other by ids.

Macros are never looked at. Entities in XML are refused: openpyxl reads through defusedxml. Sheets are read row by row, so
a sheet that claims every cell costs nothing.
"""

import weakref
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
from defusedxml import DefusedXmlException

from portal.importing.contents import Contents, Counted, Request
from portal.importing.files.archives import checked_zip, zip_sizes
from portal.importing.files.books import open_book
from portal.importing.files.linking import Sheet, linked
from portal.importing.files.packages import joined
from portal.importing.files.shown import shown
from portal.importing.files.standard import SERVICES, is_package, kinds_of
from portal.importing.lines import LONGEST_LINE, FileProblem
from portal.importing.tables import MOST_COLUMNS, NO_HEADER, Cells, NoTable, Table, table_of

MOST_SHEETS = 60
LARGEST_TEXTS = 80_000_000
TEXTS = "The texts of {name} take {size:,} bytes; {most:,} is the most. Split it, or save it as CSV."
MOST_ROWS = 1_100_000
MOST_EMPTY = 100_000
"""Empty rows after which a sheet is taken to have ended."""
MOST_PLACES = 50_000_000
"""Places for cells in the rows of one sheet, empty ones too."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "EncryptedPackage".encode("utf-16-le")
STEP = 2_000
ENTITIES = "The file {name} holds entities of XML, which no workbook needs and a trap does, so it was not read."


def read_workbook(request: Request) -> Contents:
    """The listings in a workbook. Raises FileProblem."""
    path = request.path
    _check_kind(path)
    _check_texts(path)
    with checked_zip(path, may_hold_archives=True) as archive:
        has_formulas = _has_formulas(archive)
    values = _open(path, values=True)
    formulas = _open(path, values=False) if has_formulas else None
    if len(values.sheetnames) > MOST_SHEETS:
        raise FileProblem(f"The file {path.name} has {len(values.sheetnames)} sheets; {MOST_SHEETS} is the most.")
    book = _Book(path.name, values, formulas, request)
    names = book.names
    kinds = kinds_of(names)
    if request.sheet is None and is_package(names) and book.names_standard_columns(kinds):
        progress = Counted(len(kinds))
        found = [(name.strip().lower(), kind, partial(book.counted_table, name)) for name, kind in kinds.items()]
        return Contents(joined(found, request, progress), progress)
    return book.contents()


class _Book:
    """An open workbook. `formulas` is the same once more with formulas for values, where it has any."""

    def __init__(self, name: str, values: Any, formulas: Any, request: Request) -> None:
        self.name = name
        self._values = values
        self._formulas = formulas
        self._request = request

    @property
    def names(self) -> list[str]:
        """Names of the sheets that people see; of all, where they see none."""
        seen = [sheet.title for sheet in self._values.worksheets if sheet.sheet_state == "visible"]
        return seen or [sheet.title for sheet in self._values.worksheets]

    def contents(self) -> Contents:
        """The sheet of listings as a table, with what other sheets tell of each."""
        wanted = self._request.sheet
        every = [sheet.title for sheet in self._values.worksheets]
        if wanted is not None and wanted not in every:
            raise FileProblem(f'The file {self.name} has no sheet "{wanted[:80]}". It has: {", ".join(every)[:300]}.')
        sheets: list[Sheet] = []
        for name in dict.fromkeys([*([wanted] if wanted else []), *self.names]):
            try:
                sheets.append(Sheet(name, self.table(name).columns, partial(self.table, name)))
            except NoTable:
                if name == wanted:
                    raise
        if not sheets:
            raise NoTable(NO_HEADER.format(most=20, name=self.name))
        progress = Counted(1)
        return linked(sheets, wanted, self._request, progress)

    def names_standard_columns(self, kinds: dict[str, str]) -> bool:
        """True where the sheet of services has columns of the standard's names: others call their sheets so too."""
        name = next(name for name, kind in kinds.items() if kind == SERVICES)
        return {"id", "name"} <= {column.strip().lower() for column in self.table(name).columns}

    def counted_table(self, name: str) -> tuple[Table, int]:
        """The table of a sheet, which counts as one in the progress."""
        return self.table(name), 1

    def table(self, name: str) -> Table:
        """The table of a sheet, read anew. Raises FileProblem where it has no header."""
        return table_of(self._rows(name), f"the sheet {name}")

    def _rows(self, name: str) -> Iterator[Cells]:
        places, empty = 0, 0
        for number, (cells, formulas) in enumerate(self._raw_rows(name), 1):
            width = _width(cells, formulas)
            places += len(cells) + 1
            if number > MOST_ROWS or places > MOST_PLACES:
                yield Cells(number, problem=f"the sheet {name} is larger than is read; nothing after this was read")
                return
            empty = 0 if width else empty + 1
            if empty > MOST_EMPTY:
                return
            if number % STEP == 0:
                self._request.pulse()
            if width:
                yield _cells(number, cells[:width], formulas)

    def _raw_rows(self, name: str) -> Iterator[tuple[Sequence[Any], Sequence[Any]]]:
        """Cells of each row, and the formulas in them."""
        sheet = self._values[name]
        other = self._formulas[name] if self._formulas is not None else None
        try:
            told = other.iter_rows(values_only=True) if other is not None else None
            for cells in sheet.iter_rows():
                yield cells, next(told, ()) if told is not None else ()
        except (FileProblem, MemoryError):
            raise
        except Exception as error:
            if is_shortage(error):
                raise MemoryError from error
            if holds_entities(error):
                raise FileProblem(ENTITIES.format(name=self.name)) from error
            raise FileProblem(f"The sheet {name} of {self.name} is damaged and cannot be read.") from error


def _width(cells: Sequence[Any], formulas: Sequence[Any]) -> int:
    """How many cells there are up to the last that holds something."""
    width = len(cells)
    while width and cells[width - 1].value is None and (width > len(formulas) or formulas[width - 1] is None):
        width -= 1
    return width


def _value(value: Any, formula: Any) -> Any:
    """What a cell shows; its formula where no program has worked it out."""
    return formula if value is None and isinstance(formula, str) and formula.startswith("=") else value


def _format(cell: Any) -> str:
    return "" if cell.value is None or isinstance(cell.value, str) else str(cell.number_format)


def _cells(number: int, cells: Sequence[Any], formulas: Sequence[Any]) -> Cells:
    if len(cells) > MOST_COLUMNS:
        return Cells(number, problem=f"it has more than {MOST_COLUMNS:,} cells")
    texts = tuple(
        shown(_value(cell.value, formulas[place] if place < len(formulas) else None), _format(cell))
        for place, cell in enumerate(cells)
    )
    if sum(map(len, texts)) > LONGEST_LINE:
        return Cells(number, problem=f"this row is longer than {LONGEST_LINE:,} letters, so it was not read")
    return Cells(number, texts)


def _open(path: Path, *, values: bool) -> Any:
    if not openpyxl.DEFUSEDXML:
        raise FileProblem(
            "Workbooks cannot be read here: what guards against traps in XML (defusedxml) is not in force."
        )
    file = path.open("rb")
    try:
        book = open_book(file, values=values)
    except Exception as error:
        file.close()
        if isinstance(error, MemoryError):
            raise
        if holds_entities(error):
            raise FileProblem(ENTITIES.format(name=path.name)) from error
        if is_shortage(error):
            raise MemoryError from error
        raise FileProblem(f"The file {path.name} is a damaged workbook, or none. Open it and save it again.") from error
    weakref.finalize(book, file.close)
    return book


def is_shortage(error: Exception) -> bool:
    """True for what libraries in C raise where memory is short."""
    return isinstance(error, SystemError) or "out of memory" in str(error)


def holds_entities(error: BaseException | None) -> bool:
    """True where defusedxml has refused what it read, which openpyxl tells as an error of its own."""
    return error is not None and (isinstance(error, DefusedXmlException) or holds_entities(error.__cause__))


def _check_kind(path: Path) -> None:
    """Raises FileProblem for what is no workbook of today, with what to do."""
    try:
        with path.open("rb") as file:
            first = file.read(8)
            rest = file.read(10_000_000) if first == OLE else b""
    except OSError as error:
        raise FileProblem(f"The file {path.name} cannot be opened: {error.strerror}.") from error
    if first == OLE and LOCKED in rest:
        raise FileProblem(f"The workbook {path.name} is locked with a password. Save it as .xlsx without one.")
    if first == OLE:
        raise FileProblem(f"The file {path.name} is an old workbook (.xls). Save it as .xlsx.")
    if not first.startswith(b"PK"):
        raise FileProblem(f"The file {path.name} is no workbook (.xlsx).")


def _check_texts(path: Path) -> None:
    """Raises FileProblem where the workbook's texts, which are all held in memory, surely do not fit."""
    for name, size in zip_sizes(path).items():
        if name.lower() == "xl/sharedstrings.xml" and size > LARGEST_TEXTS:
            raise FileProblem(TEXTS.format(name=path.name, size=size, most=LARGEST_TEXTS))


def _has_formulas(archive: zipfile.ZipFile) -> bool:
    for info in archive.infolist():
        if not info.filename.startswith("xl/worksheets/") or not info.filename.endswith(".xml"):
            continue
        with archive.open(info) as file:
            before = b""
            while piece := file.read(1_000_000):
                if b"<f>" in before + piece or b"<f " in before + piece:
                    return True
                before = piece[-3:]
    return False

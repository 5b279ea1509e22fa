"""`services.xlsx`: the tables of the package as sheets of one workbook, linked by their columns of ids.

Every cell is text. No spreadsheet runs one, and none turns a telephone number or "5-11" into something else.
"""

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from portal.directory.listings import Listing
from portal.exporting.folders import Folder
from portal.exporting.shared import Shared
from portal.openreferral.cells import cells_of
from portal.openreferral.flattening import Document, Row, rows_of
from portal.openreferral.tables import TABLES, Table

NAME = "services.xlsx"
LONGEST_CELL = 32_767
"""Letters that a cell holds. Source: Excel specifications and limits."""
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
AS_TEXT = "@"
WIDTHS = {"id": 14, "name": 34, "description": 60, "number": 20, "address_1": 34, "url": 30, "website": 30, "email": 30}
WIDTH, NARROW = 20, 14
STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
MOMENT, DAY = rb"\g<1>2000-01-01T00:00:00Z", (1980, 1, 1, 0, 0, 0)
"""In place of when it was written: the same facts give the same file."""


class Workbook:
    """Writes the workbook. What a cell cannot hold is cut, and counted; JSON that it cannot hold is left out."""

    def __init__(self, folder: Folder, _count: int) -> None:
        self.cut = 0
        self._path = folder.partial(NAME)
        self._raw = folder.path / f".{NAME}.raw.partial"
        self._shared = Shared()
        self._book = openpyxl.Workbook(write_only=True)
        self._book.properties.creator = "Hereabouts"
        self._sheets = {name: self._sheet(table) for name, table in TABLES.items()}
        self._cells = {name: self._text_cell(sheet) for name, sheet in self._sheets.items()}

    def write(self, _listing: Listing, document: Document) -> None:
        for name, row in rows_of(document):
            if self._shared.is_new(name, row["id"]):
                self._sheets[name].append(self._row(name, row))

    def close(self) -> None:
        try:
            self._book.save(self._raw)
            _without_moments(self._raw, self._path)
        finally:
            self._raw.unlink(missing_ok=True)

    def _sheet(self, table: Table) -> Any:
        sheet = self._book.create_sheet(table.stem)
        sheet.freeze_panes = "B2" if table.name == "service" else "A2"
        for number, column in enumerate(table.header, 1):
            width = WIDTHS.get(column, NARROW if column.endswith("_id") else WIDTH)
            sheet.column_dimensions[get_column_letter(number)].width = width
        header = []
        for column in table.header:
            cell = self._text_cell(sheet)
            cell.value = column
            cell.font = Font(bold=True)
            header.append(cell)
        sheet.append(header)
        return sheet

    @staticmethod
    def _text_cell(sheet: Any) -> Any:
        cell = WriteOnlyCell(sheet)
        cell.number_format = AS_TEXT
        return cell

    def _row(self, name: str, row: Row) -> Iterator[Any]:
        """The cells of a row: one cell, again and again, since each is written before the next is asked for."""
        cell = self._cells[name]
        for text in cells_of(TABLES[name], row):
            if not text:
                yield None
                continue
            cell.value = self._fitting(text)
            cell.data_type = "s"
            yield cell

    def _fitting(self, text: str) -> str:
        text = NOT_IN_XML.sub("", text)
        if len(text) <= LONGEST_CELL:
            return text
        self.cut += 1
        return "" if text[0] in "[{" else text[: LONGEST_CELL - 1] + "\u2026"


def _without_moments(raw: Path, path: Path) -> None:
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name == "docProps/core.xml":
                new.writestr(info, STAMP.sub(MOMENT, old.read(name)))
                continue
            with old.open(name) as source, new.open(info, "w") as target:
                shutil.copyfileobj(source, target, 1_000_000)

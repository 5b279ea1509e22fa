"""Opens a workbook for reading row by row. openpyxl alone reads each sheet that does not state its size, whole, to measure it."""

from typing import IO, Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet


def open_book(file: IO[bytes], *, values: bool) -> Workbook:
    """The workbook in a file, with results of formulas for `values`, else the formulas. No row is read yet."""
    reader = _Reader(file, read_only=True, data_only=values, keep_links=False)
    reader.read()
    return reader.wb


class _Sheet(ReadOnlyWorksheet):
    """A sheet whose rows alone say how wide and long it is, not what it claims."""

    def _get_size(self) -> None:
        pass


class _Reader(ExcelReader):
    """Reads what a workbook says of itself."""

    def read_worksheets(self) -> None:
        """Name the sheets."""
        book: Any = self.wb
        found: Any = self.parser.find_sheets()
        for sheet, rel in found:
            if rel.target not in self.valid_files:
                continue
            if "chartsheet" in rel.Type:
                self.read_chartsheet(sheet, rel)
                continue
            named = _Sheet(book, sheet.name, rel.target, self.shared_strings)
            named.sheet_state = sheet.state
            book._sheets.append(named)

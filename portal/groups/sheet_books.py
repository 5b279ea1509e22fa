"""A group's listings as a workbook. What begins like a formula is disarmed, and every cell is text."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from portal.core.formulas import disarmed
from portal.exporting.workbook import LONGEST_CELL, NOT_IN_XML

WIDE = frozenset(
    {"what happens", "what to mend", "when", "first visit", "getting there", "how to join", "who it is for"}
)


def workbook(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A file of one sheet with these columns."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = "Hereabouts"
    sheet = book.create_sheet("listings")
    sheet.freeze_panes = "D2"
    for number, name in enumerate(header, 1):
        sheet.column_dimensions[get_column_letter(number)].width = 50 if name in WIDE else 22
    sheet.append([_cell(sheet, name, bold=True) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, disarmed(row.get(name, ""))) for name in header])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=NOT_IN_XML.sub("", text)[:LONGEST_CELL])
    cell.number_format, cell.data_type = "@", "s"
    cell.font, cell.alignment = Font(bold=bold), Alignment(vertical="top", wrap_text=not bold)
    return cell

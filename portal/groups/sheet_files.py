"""Spreadsheets of a group's listings as files: written as workbook or CSV, and read within bounds by a process of their own.

Source of the limits: `docs/assurance.md`, B5. What begins like a formula is disarmed on the way out and armed on the way in.
"""

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Literal

from flask_babel import gettext as _

from portal.core.errors import DomainError
from portal.core.formulas import armed, disarmed
from portal.core.plain import plain
from portal.importing.bounded import Wanted, reading_file
from portal.importing.lines import FileProblem

Kind = Literal["xlsx", "csv"]
MEDIA_TYPES: Mapping[Kind, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
LARGEST = 10_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 200
LONGEST_TEXT = 10_000
MOST_LETTERS = 10_000_000
"""Letters of all cells: in a workbook of a megabyte one long text may stand in four million of them."""
SECONDS = 30
"""Of the processor, for reading."""
AT_ONCE = BoundedSemaphore(2)
"""Files that a process of the site has read at once: each may take 200 MB."""
PATIENCE_SECONDS = 5.0
MACROS = ("vbaproject.bin", "macrosheets/", "xl/activex/")
"""Parts of a workbook that hold programs."""
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
ENTRY = b"PK\x01\x02"
MOST_ENTRIES = 1_000
"""Of an archive whose names are looked at here; its reader takes far fewer."""


class UnreadableSheet(DomainError):
    """A file that was not read at all. `detail` is what its reader said, in English."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.detail = detail


@dataclass(frozen=True)
class SheetRow:
    """A row as it was uploaded: its cells by column in small letters, or why it has none.

    `line` is the number that a spreadsheet shows beside it.
    """

    line: int
    cells: Mapping[str, str]
    problem: str | None = None


def written(kind: Kind, header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A file with these columns. Every cell is text that no spreadsheet runs."""
    if kind == "csv":
        return _csv(header, rows)
    # What writes workbooks is large, and few ask for one.
    from portal.groups.sheet_books import workbook

    return workbook(header, rows)


def read(stream: IO[bytes]) -> list[SheetRow]:
    """The rows of an uploaded file. Raises UnreadableSheet with what to do."""
    with tempfile.TemporaryDirectory(prefix="portal-sheet-") as folder:
        held = stream.read(LARGEST + 1)
        if not held.strip():
            raise UnreadableSheet(_("Choose a file first. The one you sent is empty."))
        if len(held) > LARGEST:
            raise UnreadableSheet(_("The file is larger than 10 MB. Take out what is no listing, or split it."))
        kind: Kind = "xlsx" if held.startswith((ZIP, OLE)) else "csv"
        if kind == "xlsx":
            _refuse_macros(held)
        path = Path(folder) / f"upload.{kind}"
        path.write_bytes(held)
        del held
        if not AT_ONCE.acquire(timeout=PATIENCE_SECONDS):
            raise UnreadableSheet(_("Other files are being read at this moment. Send yours again in a minute."))
        try:
            return _rows(path, kind)
        except FileProblem as problem:
            raise UnreadableSheet(
                _("This file cannot be read. Save it anew as a workbook (.xlsx) or as CSV in UTF-8, and send that."),
                str(problem),
            ) from problem
        finally:
            AT_ONCE.release()


def _rows(path: Path, kind: Kind) -> list[SheetRow]:
    rows: list[SheetRow] = []
    letters = 0
    with reading_file(Wanted(path, kind, flat=True, seconds=SECONDS)) as (_format, contents):
        columns = contents.columns or ()
        if len(columns) > MOST_COLUMNS:
            raise UnreadableSheet(_("The file has more than 200 columns. Start from the file that you download here."))
        for row in contents.rows:
            if len(rows) >= MOST_ROWS:
                raise UnreadableSheet(_("The file has more than 20,000 rows. Split it, and send the parts one by one."))
            told = (row.document or {}).get("row", {})
            # A cell may hold several lines, so the rows of a CSV are counted as a spreadsheet shows them.
            number = len(rows) + 2 if kind == "csv" else row.line
            rows.append(SheetRow(number, _cells(told), row.problem))
            letters += sum(map(len, rows[-1].cells.values()))
            if letters > MOST_LETTERS:
                raise UnreadableSheet(
                    _("The file holds more than 10 million letters. Split it, and send the parts one by one.")
                )
    if not rows:
        raise UnreadableSheet(_("The file has no rows below the names of the columns."))
    return rows


def _cells(told: Mapping[str, object]) -> dict[str, str]:
    return {
        str(name).strip().casefold(): plain(armed(str(value)))[:LONGEST_TEXT] if value is not None else ""
        for name, value in told.items()
    }


def _refuse_macros(held: bytes) -> None:
    if held.count(ENTRY) > MOST_ENTRIES:
        return  # its reader says so, in a process of its own
    try:
        with zipfile.ZipFile(io.BytesIO(held)) as archive:
            names = [info.filename.lower() for info in archive.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return  # its reader says what is wrong with it
    if any(part in name for name in names for part in MACROS):
        raise UnreadableSheet(_("This workbook holds macros. Save it as a plain workbook (.xlsx), and send that."))


def _csv(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)  # some programs part cells at semicolons and tabs too
    writer.writerow(header)
    for row in rows:
        writer.writerow([disarmed(row.get(name, "")) for name in header])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")

"""The formats that can be exported. A new one is a row in `FORMATS` and a class that writes it.

A writer takes documents one by one and keeps none: memory does not grow with their number, but for ids of what is shared.
"""

import csv
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import IO, Any, Protocol

from portal.directory.listings import Listing
from portal.exporting import datapackage, sheet
from portal.exporting.folders import Folder
from portal.exporting.shared import Shared
from portal.openreferral.cells import cells_of
from portal.openreferral.flattening import Document, rows_of
from portal.openreferral.tables import TABLES


class Writer(Protocol):
    """Writes documents in one format."""

    cut: int
    """How many texts did not fit and were cut short."""

    def write(self, listing: Listing, document: Document) -> None:
        """Write one service."""

    def close(self) -> None:
        """Write what comes last."""


class Feed:
    """`services.json`: one page as Open Referral UK 3.0 pages are, with all services. A service is a line."""

    cut = 0

    def __init__(self, folder: Folder, count: int) -> None:
        self._file = folder.open("services.json")
        page: dict[str, Any] = {
            "total_items": count,
            "total_pages": 1,
            "page_number": 1,
            "size": count,
            "first_page": True,
            "last_page": True,
            "empty": count == 0,
        }
        self._file.write(f'{json.dumps(page)[:-1]}, "contents": [')
        self._before = "\n"

    def write(self, _listing: Listing, document: Document) -> None:
        self._file.write(self._before + json.dumps(document, ensure_ascii=False))
        self._before = ",\n"

    def close(self) -> None:
        self._file.write("\n]}\n")


def _rows_into(file: IO[str]) -> Any:
    """Writes rows with every cell between quotation marks: some programs part cells at semicolons and tabs too."""
    return csv.writer(file, quoting=csv.QUOTE_ALL)


class Package:
    """A tabular data package of HSDS 3.0: `datapackage.json` and one CSV file a table."""

    cut = 0

    def __init__(self, folder: Folder, _count: int) -> None:
        self._shared = Shared()
        self._writers = {name: _rows_into(folder.open(f"{table.stem}.csv")) for name, table in TABLES.items()}
        for name, writer in self._writers.items():
            writer.writerow(TABLES[name].header)
        folder.open("datapackage.json").write(datapackage.text())

    def write(self, _listing: Listing | None, document: Document) -> None:
        for name, row in rows_of(document):
            if self._shared.is_new(name, row["id"]):
                self._writers[name].writerow(cells_of(TABLES[name], row))

    def close(self) -> None:
        """The folder closes the files."""


class Sheet:
    """`services.csv`: one table, a service a row. With a mark of its encoding, by which spreadsheets know it."""

    cut = 0

    def __init__(self, folder: Folder, _count: int) -> None:
        self._writer = _rows_into(folder.open("services.csv", encoding="utf-8-sig"))
        self._writer.writerow(sheet.HEADER)

    def write(self, listing: Listing, document: Document) -> None:
        self._writer.writerow(sheet.cells_of(listing, document))

    def close(self) -> None:
        """The folder closes the file."""


def _workbook(folder: Folder, count: int) -> Writer:
    # What writes workbooks is large, and few commands need it.
    from portal.exporting.workbook import Workbook

    return Workbook(folder, count)


FORMATS: Mapping[str, Callable[[Folder, int], Writer]] = MappingProxyType(
    {"oruk": Feed, "hsds": Package, "csv": Sheet, "xlsx": _workbook}
)

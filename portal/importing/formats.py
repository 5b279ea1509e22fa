"""The formats that can be imported. A new one is a row in `FORMATS` and a function that reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.importing.contents import Contents, Request


@dataclass(frozen=True)
class Format:
    """A format: the endings of its files' names, what reads it, and what it is called in a sentence."""

    endings: tuple[str, ...]
    read: Callable[[Request], Contents]
    called: str


def _csv(request: Request) -> Contents:
    from portal.importing.files.flat import read_csv

    return read_csv(request)


def _json_lines(request: Request) -> Contents:
    from portal.importing.files.recognising import is_document

    if is_document(request.path):
        from portal.importing.files.feeds import read_records

        return read_records(request)
    from portal.importing.files.flat import read_json_lines

    return read_json_lines(request)


def _open_referral(request: Request) -> Contents:
    from portal.importing.files.feeds import read_feed

    return read_feed(request)


def _package(request: Request) -> Contents:
    from portal.importing.files.packages import read_package

    return read_package(request)


def _workbook(request: Request) -> Contents:
    from portal.importing.files.workbooks import read_workbook

    return read_workbook(request)


FORMATS: dict[str, Format] = {
    "oruk": Format((), _open_referral, "Open Referral"),
    "hsds": Format((), _package, "an HSDS package"),
    "csv": Format((".csv", ".tsv", ".txt"), _csv, "a table"),
    "xlsx": Format((".xlsx", ".xlsm"), _workbook, "a workbook"),
    "jsonl": Format((".jsonl", ".ndjson", ".geojson"), _json_lines, "JSON records"),
}
"""Readers are imported when they are needed: each job needs one. Formats without endings are known by what a file holds."""


def format_of(path: Path) -> str | None:
    """The name of the format that a file's name ends in, with or without .gz. None where it is not known."""
    name = path.name.lower().removesuffix(".gz")
    return next((key for key, one in FORMATS.items() if one.endings and name.endswith(one.endings)), None)

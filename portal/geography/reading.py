"""Opens a geography file that an operator brings, plain, .gz or .zip, and gives its rows one by one.

Nothing is unpacked to disk and nothing is held whole: a file may be larger than the memory.
"""

import csv
import gzip
import hashlib
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import IO, cast

LARGEST_FILE = 2 * 1024**3
LARGEST_UNPACKED = 6 * 1024**3
LONGEST_LINE = 20_000
MOST_MEMBERS = 5_000
MOST_COLUMNS = 300
OPEN_NAMES_COLUMNS = (
    "id", "names_uri", "name1", "name1_lang", "name2", "name2_lang", "type", "local_type", "geometry_x", "geometry_y",
    "most_detail_view_res", "least_detail_view_res", "mbr_xmin", "mbr_ymin", "mbr_xmax", "mbr_ymax",
    "postcode_district", "postcode_district_uri", "populated_place", "populated_place_uri", "populated_place_type",
    "district_borough", "district_borough_uri", "district_borough_type", "county_unitary", "county_unitary_uri",
    "county_unitary_type", "region", "region_uri", "country", "country_uri", "related_spatial_object",
    "same_as_dbpedia", "same_as_geonames",
)  # fmt: skip
"""OS Open Names has its column names in a file apart. Source: Ordnance Survey, OS Open Names technical specification."""
OPEN_NAMES_MEMBER = re.compile(r"(?:^|/)[A-Z]{2}[0-9]{2}\.csv$", re.IGNORECASE)
TABLE_MEMBER = re.compile(r"\.(?:csv|tsv|txt)$", re.IGNORECASE)
PART_MEMBER = re.compile(r"(?:^|/)(?:multi_csv|documents?|user guide|doc)/", re.IGNORECASE)

Row = dict[str, str]
Progress = Callable[[float], None]
BAD_LINE = "the line is broken: it has too many or too few columns, or no end"


class UnreadableFileError(Exception):
    """A file that cannot be taken in; the sentence says why."""


@dataclass(frozen=True)
class Table:
    """The columns of a file in small letters, and its rows; None stands for a line that could not be read."""

    columns: frozenset[str]
    rows: Iterator[Row | None]


def digest(path: Path) -> str:
    """SHA-256 of a file. Raises UnreadableFileError for one that is too large."""
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableFileError(f"{path.name} is larger than {LARGEST_FILE // 1024**3} GB.")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_table(path: Path, stack: ExitStack, progress: Progress) -> Table:
    """The table in a file; `stack` closes it. `progress` is told the share that has been read (0 to 1).

    Raises UnreadableFileError, also while its rows are read.
    """
    raw = stack.enter_context(path.open("rb"))
    size = max(path.stat().st_size, 1)
    try:
        start = raw.read(4)
        raw.seek(0)
        if start[:4] == b"PK\x03\x04":
            streams, columns = _members(raw, stack)
        elif start[:2] == b"\x1f\x8b":
            unpacked = gzip.GzipFile(fileobj=raw)
            stack.callback(unpacked.close)
            streams, columns = iter([cast("IO[bytes]", unpacked)]), None
        else:
            streams, columns = iter([raw]), None
    except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError) as problem:
        raise UnreadableFileError(f"{path.name} is broken: it cannot be unpacked.") from problem
    lines = _lines(streams, lambda: progress(min(raw.tell() / size, 1.0)), path.name)
    return _table(lines, columns, path.name)


def _members(raw: BufferedReader, stack: ExitStack) -> tuple[Iterator[IO[bytes]], tuple[str, ...] | None]:
    """The members that hold the data: all tiles of OS Open Names, or else the largest table."""
    archive = stack.enter_context(zipfile.ZipFile(raw))
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise UnreadableFileError(f"The archive holds more than {MOST_MEMBERS:,} files.")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFileError("The archive is locked with a password.")
    tiles = [member for member in members if OPEN_NAMES_MEMBER.search(member.filename)]
    if tiles:
        return (archive.open(member) for member in sorted(tiles, key=lambda tile: tile.filename)), OPEN_NAMES_COLUMNS
    tables = [member for member in members if TABLE_MEMBER.search(member.filename)]
    whole = [member for member in tables if not PART_MEMBER.search(member.filename)] or tables
    if not whole:
        raise UnreadableFileError("The archive holds no CSV file.")
    return iter([archive.open(max(whole, key=lambda table: table.file_size))]), None


def _lines(streams: Iterator[IO[bytes]], told: Callable[[], None], name: str) -> Iterator[str | None]:
    """Lines of text without their ends; None for one that is too long."""
    taken = 0
    try:
        for stream in streams:
            number = 0
            while line := stream.readline(LONGEST_LINE):
                taken += len(line)
                number += 1
                if taken > LARGEST_UNPACKED:
                    raise UnreadableFileError(f"{name} unpacks to more than {LARGEST_UNPACKED // 1024**3} GB.")
                if number % 20_000 == 1:
                    told()
                if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                    while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                        taken += len(rest)
                    yield None
                elif text := _text(line):
                    yield text
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError) as problem:
        raise UnreadableFileError(f"{name} is broken: it ends too early or was damaged on its way.") from problem
    told()


def _text(line: bytes) -> str:
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = line.decode("cp1252", errors="replace")
    return text.rstrip("\r\n")


def _table(lines: Iterator[str | None], columns: tuple[str, ...] | None, name: str) -> Table:
    first = next(lines, None)
    if first is None:
        raise UnreadableFileError(f"{name} is empty, or is no table of text.")
    mark = "\t" if first.count("\t") > first.count(",") else ","
    if columns is None:
        columns = tuple(word.strip().lower() for word in _split(first, mark) or ())
        if len(columns) == len(OPEN_NAMES_COLUMNS) and first.lower().startswith(("osgb", "os_gb")):
            columns, lines = OPEN_NAMES_COLUMNS, chain([first], lines)
    else:
        lines = chain([first], lines)
    if not 2 <= len(columns) <= MOST_COLUMNS:
        raise UnreadableFileError(f"{name} is no table that we know: its first line holds no column names.")
    return Table(frozenset(columns), _rows(lines, columns, mark))


def _rows(lines: Iterator[str | None], columns: tuple[str, ...], mark: str) -> Iterator[Row | None]:
    for line in lines:
        cells = _split(line, mark) if line is not None else None
        whole = cells is not None and len(cells) == len(columns)
        yield dict(zip(columns, cells, strict=True)) if cells is not None and whole else None


def _split(line: str, mark: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=mark, strict=True), None)
    except csv.Error:
        return None

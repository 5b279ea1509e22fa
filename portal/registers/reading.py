"""Reads an extract of a public register row by row: CSV, tab-separated text or JSON, plain, .gz or .zip.

Nothing is unpacked to disk and nothing is held whole: some of these files have five million rows.
"""

import csv
import gzip
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import ijson  # type: ignore[import-untyped]

LARGEST_UNPACKED = 8 * 1024**3
MOST_RATIO = 100
"""How many times its size a packed file may unpack to, once it is more than `SMALL` bytes."""
SMALL = 50_000_000
MOST_ROWS = 8_000_000
MOST_MEMBERS = 200
LONGEST_LINE = 200_000
MOST_LINES = 200
"""Lines of one row, whose cells may hold several."""
TOO_LONG = "\x00"
"""Stands for a line that is too long."""
LONGEST_RECORD = 1_000_000
MOST_COLUMNS = 200
MOST_DEPTH = 20
"""Lists and records within each other. What is nested in a record is passed over."""
A_READ = 65_536
TABLE_MEMBER = re.compile(r"\.(?:csv|tsv|txt|json)$", re.IGNORECASE)
UTF16 = (b"\xff\xfe", b"\xfe\xff")
BOM = b"\xef\xbb\xbf"
BROKEN = "the line is broken or too long"

Progress = Callable[[float], None]
Row = dict[str, Any]


class UnreadableExtract(Exception):
    """Why a file cannot be read, as a sentence."""


@dataclass(frozen=True)
class Extract:
    """The columns of a file in small letters, where they stand at its head, and its rows; None for one that is broken."""

    columns: frozenset[str] | None
    rows: Iterator[Row | None]


@contextmanager
def opened(path: Path, progress: Progress = lambda _share: None) -> Iterator[Extract]:
    """The rows of a file. `progress` is told the share that was read (0 to 1). Raises UnreadableExtract, while reading too."""
    with ExitStack() as stack:
        if path.exists() and not path.is_file():
            raise UnreadableExtract(f"{path.name} is no file. Save what you want to load as one.")
        try:
            raw = stack.enter_context(path.open("rb"))
        except OSError as error:
            raise UnreadableExtract(f"{path.name} cannot be opened: {error.strerror}.") from error
        size = max(path.stat().st_size, 1)
        stream = _Counted(_unpacked(cast("IO[bytes]", raw), path.name, stack), path.name, size)
        stream.told = lambda: progress(min(raw.tell() / size, 1.0))
        yield _extract(stream, path.name)


class _Counted:
    """A stream that is read forward, at most so far. Raises UnreadableExtract where it is damaged or too large."""

    def __init__(self, stream: IO[bytes], name: str, size: int) -> None:
        self._stream, self._name = stream, name
        self._most = min(LARGEST_UNPACKED, max(SMALL, MOST_RATIO * size))
        self._read = 0
        self.since_record = 0
        self._head = b""
        self.told: Callable[[], None] = lambda: None

    def peek(self, count: int) -> bytes:
        """The first bytes, which will be read again."""
        self._head = self._take(lambda: self._stream.read(count))
        return self._head

    def drop(self, count: int) -> None:
        """Leave out bytes of what was peeked."""
        self._head = self._head[count:]

    def read(self, count: int = A_READ) -> bytes:
        """About so many bytes."""
        if count == 0:
            return b""
        piece, self._head = self._head, b""
        piece = piece or self._take(lambda: self._stream.read(A_READ if count < 0 else count))
        self.since_record += len(piece)
        if self.since_record > LONGEST_RECORD + 2 * A_READ:
            raise UnreadableExtract(f"A record of {self._name} is longer than {LONGEST_RECORD:,} bytes.")
        return piece

    def lines(self) -> Iterator[bytes | None]:
        """Lines with their ends; None for one that is too long."""
        while line := self._line():
            if len(line) >= LONGEST_LINE and not line.endswith(b"\n"):
                while (rest := self._line()) and not rest.endswith(b"\n"):
                    pass
                yield None
            else:
                yield line

    def _line(self) -> bytes:
        if not self._head:
            return self._take(lambda: self._stream.readline(LONGEST_LINE))
        end = self._head.find(b"\n") + 1
        if end:
            line, self._head = self._head[:end], self._head[end:]
            return line
        start, self._head = self._head, b""
        return start + self._take(lambda: self._stream.readline(LONGEST_LINE))

    def _take(self, read: Callable[[], bytes]) -> bytes:
        try:
            piece = read()
        except (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile) as error:
            raise UnreadableExtract(f"{self._name} is broken: it ends too early or was damaged on its way.") from error
        self._read += len(piece)
        if self._read > self._most:
            raise UnreadableExtract(
                f"{self._name} unpacks to more than {LARGEST_UNPACKED // 1024**3} GB, or to more than {MOST_RATIO} times its"
                " size, as a trap does."
            )
        return piece


def _unpacked(raw: IO[bytes], name: str, stack: ExitStack) -> IO[bytes]:
    head = raw.read(4)
    raw.seek(0)
    if head[:2] == b"\x1f\x8b":
        return stack.enter_context(cast("IO[bytes]", gzip.GzipFile(fileobj=raw)))
    if head != b"PK\x03\x04":
        return raw
    try:
        archive = stack.enter_context(zipfile.ZipFile(raw))
        members = [one for one in archive.infolist() if TABLE_MEMBER.search(one.filename) and _is_plain(one)]
        if not members or len(archive.infolist()) > MOST_MEMBERS:
            raise UnreadableExtract(f"{name} holds no table that can be read: CSV, tab-separated text or JSON.")
        return stack.enter_context(archive.open(max(members, key=lambda one: one.file_size)))
    # A zip that is locked, or packed in a way of its own, is a RuntimeError.
    except (OSError, ValueError, zipfile.BadZipFile, RuntimeError) as error:
        raise UnreadableExtract(f"{name} is broken: it cannot be unpacked.") from error


def _is_plain(member: zipfile.ZipInfo) -> bool:
    """Neither locked nor packed in a way that asks for much memory."""
    return not member.flag_bits & 1 and member.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def _extract(stream: _Counted, name: str) -> Extract:
    head = stream.peek(A_READ)
    if head[:2] in UTF16 or b"\x00" in head[:1_000]:
        raise UnreadableExtract(f"{name} is not in UTF-8. Save it as UTF-8, as the register publishes it.")
    if head.startswith(BOM):
        stream.drop(len(BOM))
        head = head[len(BOM) :]
    if not head.strip():
        raise UnreadableExtract(f"{name} is empty.")
    if head.lstrip()[:1] in b"[{":
        return Extract(None, _records(stream, name))
    return _table(stream, name)


def _records(stream: _Counted, name: str) -> Iterator[Row | None]:
    """Records of JSON: a list of objects, as the Charity Commission publishes it."""
    count = 0
    try:
        # Numbers as the machine has them: one of 5,000 digits would end the process. No paths: they grow with the nesting.
        for record in _built(ijson.basic_parse(stream, use_float=True)):
            stream.since_record = 0
            count += 1
            if count % 5_000 == 1:
                stream.told()
            yield record
    except (ijson.JSONError, ValueError) as error:
        raise UnreadableExtract(f"{name} is no JSON after record {count:,}.") from error
    if not count:
        raise UnreadableExtract(f"{name} holds no list of records.")


def _built(events: Iterable[tuple[str, Any]]) -> Iterator[Row | None]:
    """The records of a list, by their keys in small letters; None for what is no record. Raises ValueError."""
    depth, key = 0, ""
    record: Row | None = None
    for kind, value in events:
        if kind == "map_key":
            key = value.casefold() if depth == 2 else key
        elif kind in {"start_map", "start_array"}:
            if depth > MOST_DEPTH or (depth == 0 and kind == "start_map"):
                raise ValueError("no list of records")
            if depth == 1:
                record = {} if kind == "start_map" else None
            depth += 1
        elif kind in {"end_map", "end_array"}:
            depth -= 1
            if depth == 1:
                yield record
        elif depth == 1:
            yield None
        elif depth == 2 and record is not None:
            record[key] = value


def _table(stream: _Counted, name: str) -> Extract:
    texts = _texts(stream)
    first = next(texts, "")
    is_tabbed = first.count("\t") > first.count(",")
    options: dict[str, Any] = {"delimiter": "\t" if is_tabbed else ","}
    if is_tabbed and not first.startswith('"'):
        options["quoting"] = csv.QUOTE_NONE
    try:
        columns = tuple(column.strip().casefold() for column in next(csv.reader([first], **options), []))
    except csv.Error:
        columns = ()
    if not 2 <= len(columns) <= MOST_COLUMNS:
        raise UnreadableExtract(f"{name} is no extract of a register: its first line holds no names of columns.")
    return Extract(frozenset(columns), _rows(csv.reader(texts, **options), columns))


def _rows(reader: Any, columns: tuple[str, ...]) -> Iterator[Row | None]:
    while True:
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None
            continue
        if cells:
            yield (
                dict(zip(columns, cells, strict=False)) if _is_whole(cells, columns, reader.line_num - before) else None
            )


def _is_whole(cells: list[str], columns: tuple[str, ...], lines: int) -> bool:
    """Whether a row is one: a quotation mark that is never closed takes in the rows after it."""
    if len(cells) > MOST_COLUMNS or lines > MOST_LINES or any(TOO_LONG in cell for cell in cells):
        return False
    return lines == 1 or len(cells) == len(columns)


def _texts(stream: _Counted) -> Iterator[str]:
    """Lines as text: UTF-8, or Windows' western letters where a line is none."""
    for number, line in enumerate(stream.lines()):
        if number % 20_000 == 0:
            stream.told()
        if line is None:
            yield f"{TOO_LONG}\n"
            continue
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            yield line.decode("cp1252", errors="replace")

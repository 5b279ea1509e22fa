"""A file read line by line, whatever its encoding and size: plain or gzip, never more than a megabyte of it at once."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from charset_normalizer import from_bytes

LONGEST_LINE = 1_000_000
"""Letters in one line, and in one row of a table."""
LARGEST_FILE = 4_000_000_000
"""Letters of an unpacked file."""
SAMPLE = 1_000_000
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OTHER_ENCODINGS = ["cp1252", "latin_1", "mac_roman", "iso8859_14", "cp850"]
BROKEN = "this line is not text in the encoding of the rest of the file ({encoding})"
TOO_LONG = "this line is longer than {most:,} letters, so it was not read"
CUT_SHORT = "the compressed file is damaged or cut short here; nothing after this could be read"
TOO_LARGE = "the file is larger than {most:,} letters; nothing after this was read"


class FileProblem(Exception):
    """Why a file cannot be read at all, as a sentence."""


@dataclass(frozen=True)
class Line:
    """One line without its end, or why it could not be read. Lines are counted from 1."""

    number: int
    text: str
    problem: str | None = None


class Lines:
    """The lines of one file. `encoding` is what it was found to be; `read_bytes` how far reading has come in it."""

    def __init__(self, path: Path, stream: IO[bytes] | None = None, size: int = 0) -> None:
        """A file, or a stream that can be sought in, of so many bytes, by the name of `path`. Raises FileProblem."""
        try:
            self._raw = stream if stream is not None else path.open("rb")
        except OSError as error:
            raise FileProblem(f"The file {path.name} cannot be opened: {error.strerror}.") from error
        self.size = size if stream is not None else path.stat().st_size
        self.is_packed = self._raw.read(2) == b"\x1f\x8b"
        self._raw.seek(0)
        unpacked = gzip.GzipFile(fileobj=self._raw) if self.is_packed else self._raw
        self._bytes = cast("IO[bytes]", unpacked)
        try:
            sample = self._bytes.read(SAMPLE)
        except (OSError, EOFError, zlib.error) as error:
            raise FileProblem(f"The file {path.name} looks compressed, but it is damaged.") from error
        if not sample.strip():
            raise FileProblem(f"The file {path.name} is empty.")
        self.encoding = encoding_of(sample)
        self._bytes.seek(0)

    @property
    def read_bytes(self) -> int:
        """Bytes of the file on disk that were read so far."""
        return self.size if self._raw.closed else self._raw.tell()

    def __iter__(self) -> Iterator[Line]:
        errors = "replace" if self.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
        text = io.TextIOWrapper(self._bytes, encoding=self.encoding, errors=errors)
        number, letters = 0, 0
        try:
            while line := text.readline(LONGEST_LINE + 1):
                number += 1
                letters += len(line)
                if len(line) > LONGEST_LINE and not line.endswith("\n"):
                    letters += _skip_line(text)
                    yield Line(number, "", TOO_LONG.format(most=LONGEST_LINE))
                else:
                    yield self._line(number, line.removesuffix("\n"))
                if letters > LARGEST_FILE:
                    yield Line(number + 1, "", TOO_LARGE.format(most=LARGEST_FILE))
                    return
        except (OSError, EOFError, zlib.error):
            yield Line(number + 1, "", CUT_SHORT)
        finally:
            text.close()

    def _line(self, number: int, text: str) -> Line:
        is_broken = not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)
        return Line(number, "", BROKEN.format(encoding=self.encoding)) if is_broken else Line(number, text)


def encoding_of(sample: bytes) -> str:
    """The encoding of a file that begins so: by its mark, as UTF-8 if most of it is, else what its letters look like."""
    for mark, name in MARKS:
        if sample.startswith(mark):
            return name
    nulls = sample[:1000].count(0)
    if nulls > len(sample[:1000]) // 4:
        return "utf-16-le" if sample[1:2] == b"\x00" else "utf-16-be"
    foreign = [line for line in sample.split(b"\n")[: -1 if len(sample) == SAMPLE else None] if not line.isascii()]
    if sum(map(_is_utf8, foreign)) * 2 >= len(foreign):
        return "utf-8"
    best = from_bytes(sample[:100_000], cp_isolation=OTHER_ENCODINGS).best()
    return "cp1252" if best is None or best.encoding in {"ascii", "latin_1"} else best.encoding


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _skip_line(text: io.TextIOWrapper) -> int:
    skipped = 0
    while part := text.readline(LONGEST_LINE):
        skipped += len(part)
        if part.endswith("\n"):
            break
    return skipped

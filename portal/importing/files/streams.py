"""Streams of bytes: unpacked with a limit, and in UTF-8 whatever their encoding."""

import codecs
import gzip
import zlib
from pathlib import Path
from typing import IO, cast

from portal.importing.files.archives import LARGEST_UNPACKED, MOST_RATIO, SMALL
from portal.importing.lines import FileProblem, encoding_of

SAMPLE = 100_000


class Unpacked:
    """A file, unpacked where it is gzip, read forward. `read` raises FileProblem where it is damaged or too large."""

    def __init__(self, path: Path) -> None:
        try:
            self._raw = path.open("rb")
        except OSError as error:
            raise FileProblem(f"The file {path.name} cannot be opened: {error.strerror}.") from error
        self.size = path.stat().st_size
        self._name = path.name
        is_packed = self._raw.read(2) == b"\x1f\x8b"
        self._raw.seek(0)
        self._stream = cast("IO[bytes]", gzip.GzipFile(fileobj=self._raw)) if is_packed else self._raw
        self._most = max(SMALL, MOST_RATIO * self.size) if is_packed else LARGEST_UNPACKED
        self._read = 0

    def read(self, most: int = -1) -> bytes:
        """At most so many bytes."""
        try:
            piece = self._stream.read(most)
        except (OSError, EOFError, zlib.error) as error:
            raise FileProblem(f"The file {self._name} looks compressed, but it is damaged or cut short.") from error
        self._read += len(piece)
        if self._read > min(self._most, LARGEST_UNPACKED):
            raise FileProblem(
                f"The file {self._name} unpacks to more than {MOST_RATIO} times its size or {LARGEST_UNPACKED:,} bytes."
            )
        return piece

    @property
    def read_bytes(self) -> int:
        """Bytes of the file on disk that were read so far."""
        return self.size if self._raw.closed else self._raw.tell()

    def __enter__(self) -> "Unpacked":
        return self

    def __exit__(self, *_problem: object) -> None:
        self._raw.close()


class Streams:
    """A file that is read more than once; its progress is that of the latest time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with Unpacked(path) as first:
            self.size = first.size
        self._latest = first

    def opened(self) -> Unpacked:
        """The file from its beginning."""
        self._latest = Unpacked(self._path)
        return self._latest

    @property
    def read_bytes(self) -> int:
        """Bytes of the file on disk that were read so far."""
        return self._latest.read_bytes


class _Utf8:
    """A stream in UTF-8 that was in another encoding."""

    def __init__(self, stream: "Readable", first: bytes, encoding: str, name: str) -> None:
        self._stream = stream
        self._first: bytes | None = first
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._problem = f"The file {name} is not text in one encoding ({encoding.removesuffix('-sig')})."

    def read(self, most: int = -1) -> bytes:
        """About so many bytes; none at the end."""
        if most == 0:
            return b""
        while True:
            piece = self._first if self._first is not None else self._stream.read(most)
            self._first = None
            try:
                text = self._decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                raise FileProblem(self._problem) from error
            if text or not piece:
                return text.encode("utf-8", "surrogatepass")


Readable = IO[bytes] | Unpacked


def as_utf8(stream: Readable, name: str) -> _Utf8:
    """The same text in UTF-8, without a mark at its beginning. Raises FileProblem for an empty file."""
    first = stream.read(SAMPLE)
    if not first.strip():
        raise FileProblem(f"The file {name} is empty.")
    found = encoding_of(first)
    return _Utf8(stream, first, "utf-8-sig" if found == "utf-8" else found, name)

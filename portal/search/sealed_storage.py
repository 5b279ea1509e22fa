"""Whoosh's storage in a folder, with each segment compared with its seal before anything reads it.

Mapped into memory, as Whoosh does by itself, a file that is cut short or cannot be read ends the process that looks at it.
So parts of a segment are read from its open file as they are asked for; the system shares what was read lately among all.
"""

import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, Final
from zlib import crc32

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

from portal.search import seal

_SEGMENT: Final = ".seg"
_AT_ONCE: Final = 1 << 20


class SealedStorage(FileStorage):  # type: ignore[misc, unused-ignore]
    """One folder's storage. Segments never change, so each is opened and compared once for as long as it is kept."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._kept: dict[str, tuple[BinaryIO, int]] = {}

    def open_file(self, name: str, **options: Any) -> Any:
        """A file of the folder. Raises OSError, and IndexUnavailable where a segment is not as it was sealed."""
        if not name.endswith(_SEGMENT):
            return super().open_file(name, **options)
        segment = name.removesuffix(_SEGMENT)
        if segment not in self._kept:
            self._kept[segment] = _compared(Path(self.folder) / name)
        file, size = self._kept[segment]
        return Part(file, 0, size, name)

    def keep(self, segments: Iterable[str]) -> None:
        """Let go of every segment but these. Who still reads one goes on to: its file stays until they end."""
        named = set(segments)
        for segment in [one for one in self._kept if one not in named]:
            del self._kept[segment]


def _compared(path: Path) -> tuple[BinaryIO, int]:
    """A segment's file, open, and its size. Raises IndexUnavailable where it is not as it was sealed."""
    file = path.open("rb", buffering=0)
    size, checksum = 0, 0
    while held := file.read(_AT_ONCE):
        size, checksum = size + len(held), crc32(held, checksum)
    seal.check(path, size, checksum)
    return file, size


class Part(BufferFile):  # type: ignore[misc, unused-ignore]
    """A stretch of an open file, read where it is asked for. Threads may share the file: none moves a place in it."""

    def __init__(self, file: BinaryIO, start: int, length: int, name: str | None) -> None:
        self.file = io.BufferedReader(_Stretch(file, start, length))
        self.onclose = None
        self.is_real = False
        self.is_closed = False
        self._name = name
        self._whole = file
        self._start = start

    def close(self) -> None:
        """Nothing more is read through this part. The file stays open for the others."""
        self.file.close()
        self.is_closed = True

    def subset(self, position: int, length: int, name: str | None = None) -> "Part":
        """A stretch of this stretch."""
        return Part(self._whole, self._start + position, length, name or self._name)

    def get(self, position: int, length: int) -> bytes:
        """So many bytes from there. Raises EOFError where the file has become shorter."""
        held = os.pread(self._whole.fileno(), length, self._start + position)
        if len(held) != length:
            raise EOFError(f"{self._name} ends too soon")
        return held


class _Stretch(io.RawIOBase):
    """The same, read from beginning to end."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._start, self._length, self._at = file, start, length, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), max(self._length - self._at, 0))
        held = os.pread(self._file.fileno(), wanted, self._start + self._at)
        buffer[: len(held)] = held
        self._at += len(held)
        return len(held)

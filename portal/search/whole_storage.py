"""Whoosh's storage in a folder, with its segments held in memory, each compared with its seal before anything reads it.

Mapped into memory, as Whoosh does by itself, a file that is cut short or cannot be read ends the process that looks at it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

from portal.search import seal

_SEGMENT = ".seg"


class WholeStorage(FileStorage):  # type: ignore[misc, unused-ignore]
    """One folder's storage. Segments never change, so each is read once for as long as it is kept."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._kept: dict[str, bytes] = {}

    def open_file(self, name: str, **options: Any) -> Any:
        """A file of the folder. Raises OSError, and IndexUnavailable where a segment is not as it was sealed."""
        if not name.endswith(_SEGMENT):
            return super().open_file(name, **options)
        segment = name.removesuffix(_SEGMENT)
        if segment not in self._kept:
            path = Path(self.folder) / name
            held = path.read_bytes()
            seal.check(path, len(held), crc32(held))
            self._kept[segment] = held
        return BufferFile(self._kept[segment], name=name)

    def keep(self, segments: Iterable[str]) -> None:
        """Let go of every segment but these."""
        named = set(segments)
        for segment in [one for one in self._kept if one not in named]:
            del self._kept[segment]

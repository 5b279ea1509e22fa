"""Knowing a torn segment: Whoosh writes no checksums and never asks for the disk, so a power cut can leave half a file.

Each segment gets a seal before the commit that names it: sizes and checksums of its files, which are on the disk by then.
"""

import json
import os
from pathlib import Path
from zlib import crc32

from portal.search.port import IndexUnavailable

_ENDING = ".seal"


def is_there(folder: Path, segment: str) -> bool:
    """Whether the segment has its seal."""
    return (folder / f"{segment}{_ENDING}").exists()


def write(folder: Path, segment: str) -> None:
    """Bring the segment's files onto the disk and seal them."""
    sealed: dict[str, tuple[int, int]] = {}
    for path in sorted(folder.glob(f"{segment}.*")):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            sealed[path.name] = path.stat().st_size, crc32(file.read())
    (folder / f"{segment}{_ENDING}").write_text(json.dumps(sealed), encoding="ascii")


def check_sizes(folder: Path, segment: str) -> None:
    """Raises IndexUnavailable where a file of the segment is missing or cut short. A seal that is lost says nothing."""
    for path, size, _ in _sealed(folder, segment):
        if path.suffix != ".columns" and path.stat().st_size != size:
            raise IndexUnavailable(f"{path.name} is cut short")


def check_bytes(folder: Path, segment: str) -> None:
    """Raises IndexUnavailable where a byte of the segment is not as it was."""
    for path, _, checksum in _sealed(folder, segment):
        if crc32(path.read_bytes()) != checksum:
            raise IndexUnavailable(f"{path.name} is damaged")


def _sealed(folder: Path, segment: str) -> list[tuple[Path, int, int]]:
    try:
        held = json.loads((folder / f"{segment}{_ENDING}").read_text(encoding="ascii"))
        return [(folder / name, size, checksum) for name, (size, checksum) in held.items()]
    except (OSError, ValueError, TypeError, AttributeError):
        return []

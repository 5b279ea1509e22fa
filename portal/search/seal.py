"""Knowing a torn file: Whoosh writes no checksums and never asks for the disk, so a power cut can leave half a file.

Each segment gets a seal before the commit that names it: sizes and checksums of its files, which are on the disk by then.
The commit's own file, which says what was deleted, is sealed right after it is there. A seal that is lost says nothing.
"""

import json
import os
from pathlib import Path
from zlib import crc32

from portal.search.port import IndexUnavailable

_ENDING = ".seal"
_OF_COMMIT = "commit.seal"


def is_there(folder: Path, segment: str) -> bool:
    """Whether the segment has its seal."""
    return (folder / f"{segment}{_ENDING}").exists()


def write(folder: Path, segment: str) -> None:
    """Bring the segment's files onto the disk and seal them."""
    _write(folder / f"{segment}{_ENDING}", [path for path in folder.glob(f"{segment}.*") if path.suffix != _ENDING])


def write_commit(folder: Path, name: str) -> None:
    """Bring the file of a commit onto the disk and seal it, in place of the one before."""
    _write(folder / _OF_COMMIT, [folder / name])


def check(path: Path, size: int, checksum: int) -> None:
    """Raises IndexUnavailable where a file of a segment is sealed with another size or checksum."""
    sealed = _sealed(path.with_suffix(_ENDING)).get(path.name, (size, checksum))
    if sealed != (size, checksum):
        raise IndexUnavailable(f"{path.name} is damaged")


def check_commit(folder: Path, name: str) -> None:
    """Raises IndexUnavailable where the file of this commit is not as it was written, OSError where it is gone."""
    sealed = _sealed(folder / _OF_COMMIT)
    if name in sealed:
        _check(folder, {name: sealed[name]})


def check_segment(folder: Path, segment: str) -> None:
    """Raises IndexUnavailable where a byte of the segment is not as it was, OSError where a file is gone."""
    _check(folder, _sealed(folder / f"{segment}{_ENDING}"))


def _check(folder: Path, sealed: dict[str, tuple[int, int]]) -> None:
    for name, (size, checksum) in sealed.items():
        held = (folder / name).read_bytes()
        if (len(held), crc32(held)) != (size, checksum):
            raise IndexUnavailable(f"{name} is damaged")


def _write(seal: Path, paths: list[Path]) -> None:
    sealed: dict[str, tuple[int, int]] = {}
    for path in sorted(paths):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            held = file.read()
        sealed[path.name] = len(held), crc32(held)
    begun = seal.with_suffix(".sealing")
    begun.write_text(json.dumps(sealed), encoding="ascii")
    begun.replace(seal)


def _sealed(seal: Path) -> dict[str, tuple[int, int]]:
    try:
        held = json.loads(seal.read_text(encoding="ascii"))
        return {str(name): (int(size), int(checksum)) for name, (size, checksum) in held.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}

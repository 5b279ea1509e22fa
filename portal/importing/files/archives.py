"""Packages: a folder, or a zip file that is checked before anything in it is read."""

import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import IO

from portal.importing.lines import FileProblem

MOST_ENTRIES = 100
MOST_FILES = 10_000
"""Files of a folder that are read."""
LARGEST_UNPACKED = 500_000_000
"""Bytes of everything in a package, and of a packed document."""
MOST_RATIO = 100
SMALL = 1_000_000
"""Bytes up to which an entry may be packed as tightly as it likes."""
PIECE = 1_000_000
PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")


@dataclass(frozen=True)
class Entry:
    """One file of a package, by its name within it, with its size in bytes unpacked."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]

    @property
    def stem(self) -> str:
        """The name without folders and ending, in small letters."""
        return PurePosixPath(self.name).name.split(".")[0].strip().lower()

    def ends(self, *endings: str) -> bool:
        """True where the name ends so."""
        return self.name.lower().endswith(endings)


def entries_of(path: Path) -> list[Entry]:
    """The files of a folder or zip file, in order of their names. Raises FileProblem where a limit is broken."""
    return _in_folder(path) if path.is_dir() else _in_zip(path)


def is_package(path: Path) -> bool:
    """True for a folder and for a zip file, whatever it is called. Raises FileProblem where it cannot be read."""
    if path.is_dir():
        return True
    try:
        with path.open("rb") as file:
            return file.read(4) == PACKED[0]
    except OSError as error:
        raise FileProblem(f"The file {path.name} cannot be opened: {error.strerror}.") from error


def zip_sizes(path: Path) -> dict[str, int]:
    """Names in a zip file with the bytes that they say they unpack to, unchecked; none where it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {info.filename: info.file_size for info in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return {}


def checked_zip(path: Path, *, may_hold_archives: bool = False) -> zipfile.ZipFile:
    """A zip file that keeps every limit and is whole. Raises FileProblem with what is wrong."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileProblem(f"The file {path.name} is a damaged zip file or cut short.") from error
    try:
        check_zip(archive, path, path.stat().st_size, may_hold_archives=may_hold_archives)
    except FileProblem:
        archive.close()
        raise
    return archive


def check_zip(
    archive: zipfile.ZipFile,
    path: PurePath,
    size: int,
    *,
    most_unpacked: int = LARGEST_UNPACKED,
    may_hold_archives: bool = False,
) -> None:
    """Look at every limit and every sum of an open zip file of so many bytes. Raises FileProblem, which names it as the path."""
    try:
        _check(archive, path, size, most_unpacked)
        if not may_hold_archives:
            _check_nested(archive, path)
        damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise FileProblem(f"The file {path.name} is a damaged zip file or cut short.") from error
    if damaged is not None:
        raise FileProblem(f'The file {path.name} is damaged: "{damaged[:80]}" in it cannot be unpacked.')


def _check(archive: zipfile.ZipFile, path: PurePath, size: int, most_unpacked: int) -> None:
    infos = archive.infolist()
    if len(infos) > MOST_ENTRIES:
        raise FileProblem(f"The file {path.name} holds {len(infos):,} files; {MOST_ENTRIES} is the most.")
    seen: set[str] = set()
    for info in infos:
        _check_name(info, path)
        if info.flag_bits & 1:
            raise FileProblem(f"The file {path.name} is locked with a password. Save it without one.")
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise FileProblem(f'"{info.filename[:80]}" in {path.name} is packed in a way that is not read.')
        if info.filename.lower() in seen:
            raise FileProblem(f'The name "{info.filename[:80]}" stands in {path.name} twice.')
        seen.add(info.filename.lower())
        if info.file_size > SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1):
            raise FileProblem(
                f'"{info.filename[:80]}" in {path.name} unpacks to more than {MOST_RATIO} times its size, as a trap does.'
            )
    total = sum(info.file_size for info in infos)
    if total > most_unpacked:
        raise FileProblem(f"The file {path.name} unpacks to {total:,} bytes; {most_unpacked:,} is the most.")
    if total > SMALL and total > MOST_RATIO * size:
        raise FileProblem(f"The file {path.name} unpacks to more than {MOST_RATIO} times its size, as a trap does.")


def _check_name(info: zipfile.ZipInfo, path: PurePath) -> None:
    name = info.orig_filename
    if "\\" in name or ":" in name or name.startswith("/") or ".." in PurePosixPath(name).parts or "\0" in name:
        raise FileProblem(f'The name "{name[:80]}" in {path.name} leads out of its folder, so nothing of it was read.')
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise FileProblem(f'"{name[:80]}" in {path.name} is a link, not a file, so nothing of it was read.')


def _check_nested(archive: zipfile.ZipFile, path: PurePath) -> None:
    for info in archive.infolist():
        if info.is_dir():
            continue
        with archive.open(info) as file:
            if file.read(6).startswith(PACKED):
                raise FileProblem(f'"{info.filename[:80]}" in {path.name} is packed again. Unpack it first.')


def _in_zip(path: Path) -> list[Entry]:
    archive = checked_zip(path)

    def opener(info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
        return lambda: archive.open(info)

    infos = sorted(archive.infolist(), key=lambda info: info.filename)
    return [
        Entry(info.filename, info.file_size, opener(info))
        for info in infos
        if not info.is_dir() and _is_wanted(PurePosixPath(info.filename))
    ]


def _in_folder(path: Path) -> list[Entry]:
    found: list[Entry] = []
    for file in sorted([*path.glob("*"), *path.glob("*/*")]):
        if file.is_dir() or not _is_wanted(PurePosixPath(file.relative_to(path).as_posix())):
            continue
        if file.is_symlink() or not file.resolve().is_relative_to(path.resolve()):
            raise FileProblem(f'"{file.name}" in {path.name} is a link, not a file, so nothing of it was read.')
        if file.is_file():
            found.append(Entry(file.relative_to(path).as_posix(), file.stat().st_size, _opener(file)))
        if len(found) > MOST_FILES:
            raise FileProblem(f"The folder {path.name} holds more than {MOST_FILES:,} files.")
    return found


def _opener(file: Path) -> Callable[[], IO[bytes]]:
    return lambda: file.open("rb")


def _is_wanted(name: PurePosixPath) -> bool:
    return not any(part.startswith((".", "__MACOSX")) for part in name.parts)

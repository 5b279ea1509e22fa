"""The folder that an export is written to: each file whole or not at all, and nothing of anybody else's touched.

`.export.json` in it names the files of the last export, so that the next one may replace them.
"""

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from portal.core.durable import sync

MARK = ".export.json"
PARTIAL = ".partial"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FolderProblem(Exception):
    """Why a folder cannot be written to, as a plain sentence."""


class Folder:
    """A folder being written to. Files open here stand under names of their own until all are whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stack = ExitStack()
        self._begun: dict[str, Path] = {}

    def open(self, name: str, *, encoding: str = "utf-8") -> IO[str]:
        """A text file, to be written from its beginning. Line ends are written as they are."""
        file = self.partial(name).open("w", encoding=encoding, newline="")
        return self._stack.enter_context(file)

    def partial(self, name: str) -> Path:
        """Where a file is written before it takes its name."""
        self._begun[name] = self.path / f".{name}{PARTIAL}"
        return self._begun[name]

    def finish(self, about: dict[str, Any]) -> list[str]:
        """Give all files their names, and remove what the last export had besides. Gives the names."""
        self._stack.close()
        for partial in self._begun.values():
            sync(partial)
        before = files_of(self.path)
        names = sorted(self._begun)
        _write_mark(self.path, {**about, "files": sorted({*before, *names})})
        for name, partial in self._begun.items():
            partial.replace(self.path / name)
        for name in sorted({*before} - {*names}):
            (self.path / name).unlink(missing_ok=True)
        _write_mark(self.path, {**about, "files": names})
        sync(self.path)
        return names

    def discard(self) -> None:
        """Leave nothing of what was begun."""
        with suppress(OSError):
            self._stack.close()
        for partial in self._begun.values():
            partial.unlink(missing_ok=True)


@contextmanager
def writing_to(path: Path) -> Iterator[Folder]:
    """A folder to write to, made if it is absent. Raises FolderProblem, also for a disk that is full."""
    folder = Folder(path)
    try:
        if path.exists() and not path.is_dir():
            raise FolderProblem(f"{path.name} is a file. Name a folder to export to.")
        path.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            try:
                _prepare(path)
                yield folder
            finally:
                folder.discard()
    except OSError as error:
        raise FolderProblem(_sentence(path, error)) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else exports to the folder meanwhile. What a killed run held is free again."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise FolderProblem(f"Another export is writing to the folder {path.name}. Wait until it is done.") from None
    finally:
        os.close(descriptor)


def files_of(path: Path) -> list[str]:
    """Names of the files that the last export left in a folder; none where there was none."""
    try:
        told = json.loads((path / MARK).read_text(encoding="utf-8"))
        names = told["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [name for name in names if isinstance(name, str) and "/" not in name and name not in {"", ".", ".."}]


def _prepare(path: Path) -> None:
    own = {MARK, *files_of(path)}
    for entry in sorted(path.iterdir()):
        if entry.name.startswith(".") and entry.name.endswith(PARTIAL) and entry.is_file():
            entry.unlink()
        elif entry.name not in own or not entry.is_file():
            raise FolderProblem(
                f'The folder {path.name} holds "{entry.name}", which no export put there. Name an empty folder or a new one.'
            )


def _write_mark(path: Path, about: dict[str, Any]) -> None:
    partial = path / f"{MARK}{PARTIAL}"
    partial.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    sync(partial)
    partial.replace(path / MARK)


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in FULL:
        return f"The disk is full: nothing was exported to {path.name}. What was there before is as it was."
    return f"The folder {path.name} cannot be written to: {error.strerror or error}."

"""One writer at a time in a folder, over threads and processes. The lock goes with the process that held it."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from portal.search.port import IndexUnavailable

_WAIT_SECONDS = 0.02


class FolderLock:
    """The lock of a folder, which is made where it is missing; of this process alone where there is none."""

    def __init__(self, folder: Path | None, seconds: float) -> None:
        self._folder = folder
        self._seconds = seconds
        self._mine = RLock()
        self._depth = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; who holds it already may take it again. Raises IndexUnavailable after waiting for too long."""
        if not self._mine.acquire(timeout=self._seconds):
            raise IndexUnavailable("another thread writes for long")
        try:
            self._depth += 1
            if self._folder is None or self._depth > 1:
                yield
            else:
                with self._of_folder(self._folder):
                    yield
        finally:
            self._depth -= 1
            self._mine.release()

    @contextmanager
    def _of_folder(self, folder: Path) -> Iterator[None]:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
        try:
            until = time.monotonic() + self._seconds
            while not _taken(handle):
                if time.monotonic() > until:
                    raise IndexUnavailable("another process writes for long")
                time.sleep(_WAIT_SECONDS)
            yield
        finally:
            os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

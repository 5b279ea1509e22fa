"""Counts that pages note without writing to the database: a line in a file of the instance's folder, added up by the worker.

Nothing of who did it is kept. Where a worker is killed between adding up and deleting, the lines of some minutes count twice.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

from portal.core.extensions import settings

OPEN = "open.txt"
LONGEST_PART = 60


def note(folder: str, *parts: str) -> None:
    """Note one act as a line of parts without spaces. A full disk loses it: a page is worth more than a figure."""
    line = " ".join(parts).encode("ascii") + b"\n"
    try:
        handle = os.open(place(folder) / OPEN, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError:
        return
    try:
        os.write(handle, line)
    except OSError:
        return
    finally:
        os.close(handle)


@contextmanager
def added_up(folder: str, parts: int, *, longest: int = LONGEST_PART) -> Iterator[Counter[tuple[str, ...]]]:
    """What was noted since the last time, by its parts of at most so many letters; the files go once the block has ended well,
    so commit within it.
    """
    if (place(folder) / OPEN).exists():
        (place(folder) / OPEN).replace(place(folder) / f"{uuid4().hex}.closed")
    closed = sorted(place(folder).glob("*.closed"))
    yield _counted(closed, parts, longest)
    for path in closed:
        path.unlink(missing_ok=True)


def day_of(told: str) -> date | None:
    """The day that a part names, if it is one."""
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def place(folder: str) -> Path:
    """Where the lines are kept."""
    found = settings().instance / folder
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def _counted(paths: list[Path], parts: int, longest: int) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for path in paths:
        for line in path.read_text(encoding="ascii", errors="replace").splitlines():
            told = tuple(line.split(" "))
            if len(told) == parts and all(len(part) <= longest for part in told):
                found[told] += 1
    return found

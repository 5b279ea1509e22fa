"""Reads a file in a process of its own, whose memory and time are bounded; a file that breaks it costs that process alone."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import portal
from portal.importing.contents import Contents, Counted
from portal.importing.job import TOO_MUCH_MEMORY
from portal.importing.lines import FileProblem
from portal.importing.rows import Row

TOO_SLOW = "The file {name} takes longer to read than is allowed, so reading was stopped."


@dataclass(frozen=True)
class Wanted:
    """A file to read; its format, or none where its contents shall tell; the sheet; whether records want a mapping.

    `seconds`: of the processor, where reading may take less than a command may.
    """

    path: Path
    format: str | None = None
    sheet: str | None = None
    flat: bool = False
    seconds: int | None = None


class Read(NamedTuple):
    """The format that a file was read in, and what it holds."""

    format: str
    contents: Contents


@contextmanager
def reading_file(wanted: Wanted) -> Iterator[Read]:
    """What a file holds, its rows as they are read. Raises FileProblem here, or where the rows break off."""
    with tempfile.TemporaryDirectory(prefix="portal-import-") as scratch, _started(scratch) as process:
        assert process.stdin is not None
        asked = {
            "path": str(wanted.path.absolute()),
            "format": wanted.format,
            "sheet": wanted.sheet,
            "flat": wanted.flat,
            "seconds": wanted.seconds,
        }
        process.stdin.write(json.dumps(asked | {"scratch": scratch}) + "\n")
        process.stdin.flush()
        head = _next(process, wanted.path)["head"]
        progress = Counted(head["size"])
        columns = None if head["columns"] is None else tuple(head["columns"])
        sample = [tuple(cells) for cells in head["sample"]]
        rows = _rows(process, wanted.path, progress)
        yield Read(head["format"], Contents(rows, progress, columns, sample, head["encoding"], tuple(head["sheets"])))


@contextmanager
def _started(scratch: str) -> Iterator["subprocess.Popen[str]"]:
    """The process, which ends with the block. It is told no secret, and runs no program of the folder we are in."""
    surroundings = {"PYTHONPATH": str(Path(portal.__file__).parent.parent), "TMPDIR": scratch, "SQLITE_TMPDIR": scratch}
    if sys.platform == "win32":  # Python does not start without it.
        surroundings["SYSTEMROOT"] = os.getenv("SYSTEMROOT", "")
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "portal.importing.job"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=surroundings,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _rows(process: "subprocess.Popen[str]", path: Path, progress: Counted) -> Iterator[Row]:
    while True:
        message = _next(process, path)
        if "end" in message:
            progress.read_bytes = progress.size
            return
        line, told = message["row"]
        progress.read_bytes = message["at"]
        yield Row(line, problem=told) if isinstance(told, str) else Row(line, told)


def _next(process: "subprocess.Popen[str]", path: Path) -> dict[str, Any]:
    """The next message. Raises FileProblem where it is one, or where the process has ended without a word."""
    assert process.stdout is not None
    text = process.stdout.readline()
    if not text.endswith("\n"):
        ended = process.wait()
        slow = ended in {-getattr(signal, name) for name in ("SIGPROF", "SIGXCPU") if hasattr(signal, name)}
        raise FileProblem((TOO_SLOW if slow else TOO_MUCH_MEMORY).format(name=path.name))
    message: dict[str, Any] = json.loads(text)
    if "problem" in message:
        raise FileProblem(message["problem"])
    return message

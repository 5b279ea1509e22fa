"""Programs that begin where everything is read in already: reading it in is nearly all that a command costs.

One process with the portal's modules in it stands beside the tests, and forks a child for each program. The child takes on its
surroundings, folder, files and arguments, and runs the program as `python -m` or `python -c` would. All end with the tests.
What a program has open at its end is closed by the system: of a database of SQLite its log stays beside it.
"""

import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, reduction
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple, TextIO

ROOT = Path(__file__).parent.parent.parent
READ_IN = (
    "portal.cli", "portal.app", "portal.worker", "portal.operations.upgrading", "portal.operations.doctor",
    "portal.search.whoosh_engine", "portal.search.postgres_engine", "alembic.command", "mako.template",
    "portal.running.serving", "tests.support.ready",
)  # fmt: skip


class Program(NamedTuple):
    """A module to run as a program, or a text that is one, with its arguments."""

    arguments: Sequence[str]
    module: str = ""
    code: str = ""


class _Passed:
    """A file of ours that a child gets. There it is the number of its own."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> object:
        return _number_of, (reduction.DupFd(self.number),)


def _number_of(passed: "reduction.DupFd") -> int:
    return int(passed.detach())


def _begun(program: Program, env: Mapping[str, str], *files: int, leads: bool = False) -> BaseProcess:
    """The child, with these three files as its input, output and errors. `leads`: a group of processes of its own."""
    forking = get_context("forkserver")
    forking.set_forkserver_preload(list(READ_IN))
    process = forking.Process(
        target=_become, args=(program, dict(env), *map(_Passed, files)), kwargs={"leads": leads}, daemon=True
    )
    process.start()
    return process


def _become(program: Program, env: Mapping[str, str], *files: int, leads: bool) -> None:
    """In the child: what a new process finds, then the program."""
    if leads:
        os.setsid()
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(ROOT)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdin = os.fdopen(0, encoding=sys.stdin.encoding, closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding=sys.stdout.encoding, errors=sys.stdout.errors, closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding=sys.stderr.encoding, errors=sys.stderr.errors, closefd=False)
    sys.argv = ["-c" if program.code else program.module, *program.arguments]
    if program.code:
        exec(compile(program.code, "<string>", "exec"), {"__name__": "__main__"})
        return
    sys.modules.pop(program.module, None)
    runpy.run_module(program.module, run_name="__main__", alter_sys=True)


def run(
    program: Program, env: Mapping[str, str], *, stdin: str | None = None, seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """What came of a program that ends by itself, as of `subprocess.run`. Raises TimeoutExpired."""
    with TemporaryFile("w+") as told, TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        told.write(stdin or "")
        told.seek(0)
        process = _begun(program, env, told.fileno(), out.fileno(), err.fileno())
        try:
            process.join(seconds)
            if process.exitcode is None:
                raise subprocess.TimeoutExpired(str(program), seconds)
            return subprocess.CompletedProcess(program, process.exitcode, _whole(out), _whole(err))
        finally:
            _end(process)
            process.close()


def _whole(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


def _end(process: BaseProcess) -> None:
    process.kill()
    process.join()


@dataclass(frozen=True)
class Child:
    """A program that is spoken with."""

    process: BaseProcess
    stdin: TextIO
    stdout: TextIO

    @property
    def pid(self) -> int:
        """Of the system."""
        assert self.process.pid is not None
        return self.process.pid

    def poll(self) -> int | None:
        """What `wait` gives, or none while it goes on."""
        return self.process.exitcode

    def wait(self) -> int | None:
        """Its exit code, or minus the signal that ended it."""
        self.process.join()
        return self.process.exitcode

    def kill(self) -> None:
        """End it at once, without a word."""
        _end(self.process)


@dataclass(frozen=True)
class Running:
    """A program that goes on, with the names of `subprocess.Popen`."""

    process: BaseProcess

    @property
    def pid(self) -> int:
        """Of the system."""
        assert self.process.pid is not None
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, minus the signal that ended it, or none while it goes on."""
        return self.process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self.process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        """Its exit code. Raises TimeoutExpired."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self.process), seconds or 0)
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal while it goes on."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, without a word."""
        self.send_signal(signal.SIGKILL)


def started(program: Program, env: Mapping[str, str], log: IO[bytes], *, leads: bool = False) -> Running:
    """A program that goes on until it is ended; what it says goes to this file. `leads`: a group of processes of its own."""
    with Path(os.devnull).open("rb") as nothing:
        return Running(_begun(program, env, nothing.fileno(), log.fileno(), log.fileno(), leads=leads))


@contextmanager
def beside(program: Program, env: Mapping[str, str]) -> Iterator[Child]:
    """A program that is spoken with while the body runs; killed afterwards if it goes on. Its errors are ours."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    with os.fdopen(ours_out, "w") as stdin, os.fdopen(ours_in) as stdout:
        process = _begun(program, env, theirs_in, theirs_out, 2)
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Child(process, stdin, stdout)
        finally:
            _end(process)

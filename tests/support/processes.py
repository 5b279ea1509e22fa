"""Running the real commands beside the tests."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from cryptography.fernet import Fernet

from tests.support import forking

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 120.0
LONGEST = 180
"""Seconds that a command may take: one that serves instead of refusing fails its test rather than holding the run up."""
SECRET, KEY = secrets.token_urlsafe(48), Fernet.generate_key().decode()
"""Of this run of the tests alone: a production start refuses one that everybody can read."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(instance: Path, **more: str) -> dict[str, str]:
    """Settings of a production instance of the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    own = {
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_DATA_KEYS": KEY,
        "PORTAL_DRAIN_SECONDS": "1",
        "PYTHONPATH": str(ROOT),
    }
    return kept | own | more


def portal(*arguments: str, env: dict[str, str], expect: int = 0, stdin: str | None = None) -> str:
    """What a command printed. Fails unless it exits as expected."""
    done = run(*arguments, env=env, stdin=stdin)
    assert done.returncode == expect, f"exit {done.returncode}: {done.stdout[-800:]}{done.stderr[-1500:]}"
    return done.stdout


def run(*arguments: str, env: dict[str, str], stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """What came of a command that was forked from a process in which the portal is read in."""
    return forking.run(forking.Program(arguments, module="portal.cli"), env, stdin=stdin, seconds=LONGEST)


def run_fresh(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The same of a process that reads everything in: where the start itself is what is tried."""
    command = [sys.executable, "-m", "portal.cli", *arguments]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LONGEST)


@contextmanager
def running(*arguments: str, env: dict[str, str], log: Path) -> Iterator[forking.Running]:
    """A command that goes on while the body runs; killed afterwards if it still does. Forked, as in `run`."""
    with log.open("wb") as file:
        process = forking.started(forking.Program(arguments, module="portal.cli"), env, file)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def fetch(address: str) -> tuple[int, str]:
    """Status and text of an address; status 0 where nobody answers."""
    try:
        with urlopen(Request(address), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except (URLError, OSError):
        return 0, ""


def wait_for(address: str, process: forking.Running, log: Path, status: int = 200) -> str:
    """Ask until the address answers with the status."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()[-1500:]
        found, text = fetch(address)
        if found == status:
            return text
        time.sleep(0.2)
    raise AssertionError(f"{address} did not answer {status}: {log.read_text()[-1500:]}")

"""Another process at the same index."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BEGIN = """
import sys
from pathlib import Path
from random import Random
from tests.search import made_up
from portal.search.port import *
"""
ON_FILES = """
from portal.search.whoosh_engine import WhooshEngine
engine = WhooshEngine(Path(sys.argv[1]))
"""
ON_ROWS = """
from portal.search.postgres_engine import PostgresEngine
engine = PostgresEngine(*sys.argv[1:3])
"""


@contextmanager
def another_process(code: str, *where: Path | str) -> Iterator[subprocess.Popen[str]]:
    """Runs code that finds `engine` open, and ends it. `where`: a folder, or the address of a database and a version."""
    opened = BEGIN + (ON_ROWS if len(where) > 1 else ON_FILES)
    command = [sys.executable, "-c", opened + code, *map(str, where)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def ask(process: subprocess.Popen[str], line: str = "") -> str:
    """What the process answers to a line."""
    assert process.stdin and process.stdout
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process.stdout.readline().strip()

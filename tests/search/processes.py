"""Another process at the same index."""

import os
from contextlib import AbstractContextManager
from pathlib import Path

from tests.support.forking import Child, Program, beside

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


def another_process(code: str, *where: Path | str) -> AbstractContextManager[Child]:
    """Runs code that finds `engine` open, and ends it. `where`: a folder, or the address of a database and a version."""
    opened = BEGIN + (ON_ROWS if len(where) > 1 else ON_FILES)
    return beside(Program([*map(str, where)], code=opened + code), os.environ)


def ask(process: Child, line: str = "") -> str:
    """What the process answers to a line."""
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process.stdout.readline().strip()

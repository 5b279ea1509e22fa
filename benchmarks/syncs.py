"""How often the disk is made to keep what was saved, for each write that somebody was told of.

    PYTHONPATH=. .venv/bin/python benchmarks/syncs.py [--writes 50]

Commits small writes through the portal's own connections, in a process of its own that `strace` watches. Promise: at
least one sync for each. Needs `strace`; without it prints "not run".
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WRITER = """
import sys
from pathlib import Path
from sqlalchemy import create_engine, text
from portal.core import database
address = f"sqlite:///{Path(sys.argv[1]) / 'writes.sqlite'}"
engine = create_engine(address, **database.engine_options(address))
database.prepare(engine)
with engine.begin() as connection:
    connection.execute(text("create table note (words text)"))
print("ready", flush=True)
for number in range(int(sys.argv[2])):
    with engine.begin() as connection:
        connection.execute(text("insert into note values (:words)"), {"words": f"note {number}"})
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--writes", type=int, default=50)
    options = parser.parse_args()
    strace = shutil.which("strace")
    if strace is None:
        print("not run: no strace")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        before, after = (
            syncs(strace, Path(folder) / name, number) for name, number in (("a", 0), ("b", options.writes))
        )
    print(
        f"{options.writes} writes, {after - before} syncs: {'kept' if after - before >= options.writes else 'NOT KEPT'}"
    )
    return 0 if after - before >= options.writes else 1


def syncs(strace: str, folder: Path, writes: int) -> int:
    """Calls of fsync and fdatasync in a process that makes so many writes."""
    folder.mkdir()
    told = folder / "calls"
    watched = [strace, "-f", "-c", "-e", "trace=fsync,fdatasync", "-o", str(told)]
    subprocess.run(
        [*watched, sys.executable, "-c", WRITER, str(folder), str(writes)], check=True, stdout=subprocess.DEVNULL
    )
    rows = re.findall(r"^\s*\S+\s+\S+\s+\S+\s+(\d+)\s+(?:\d+\s+)?(?:fsync|fdatasync)$", told.read_text(), re.MULTILINE)
    return sum(map(int, rows))


if __name__ == "__main__":
    sys.exit(main())

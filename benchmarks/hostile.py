"""What broken and hostile files cost: seconds and memory of reading each until it is refused, and the slowest page meanwhile.

    PYTHONPATH=. .venv/bin/python benchmarks/hostile.py [--listings 10000] [--only WORDS ...] [--command]

Each kind of `tests/importing/broken.py` is made, and read three times by the process that reads files for `portal import`, beside
a running server with two workers that is asked for pages of results all the while. Promises, for each: reading takes at most
8 s and 200 MB resident, no page is slower than 3 s. `--command` runs the whole command too, which has to start before it reads,
and must say no (exit 1).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks import client, servers
from benchmarks.instance import with_listings
from benchmarks.page import SEARCHES
from tests.importing.broken import KINDS

TIMES = 3
MOST_SECONDS, MOST_MB, MOST_PAGE_SECONDS = 8.0, 200.0, 3.0


LAUNCH = """
import json, os, subprocess, sys, time
asked = json.loads(sys.argv[1])
began = time.perf_counter()
process = subprocess.Popen(asked["command"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
process.stdin.write(asked["told"].encode())
process.stdin.close()
said = process.stdout.read(100_000).decode(errors="replace")
while process.stdout.read(1_000_000):
    pass
_pid, status, usage = os.wait4(process.pid, 0)
seconds, work = time.perf_counter() - began, usage.ru_utime + usage.ru_stime
print(json.dumps([seconds, work, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status), said]))
"""
"""A small process that starts the one to be measured: a process counts the memory of the one that started it as its own."""


class Cost(NamedTuple):
    """What a process cost with those it started: seconds, of one core, the memory of the largest; its exit code and words."""

    seconds: float
    work: float
    megabytes: float
    code: int
    said: str


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=10_000)
    asked.add_argument("--only", nargs="*", default=[""], help="kinds with one of these words alone")
    asked.add_argument("--command", action="store_true", help="run the whole command too")
    options = asked.parse_args()
    app = with_listings(options.listings)
    settings = app.extensions["portal.settings"]
    environment = {
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_SECRET_KEY": settings.secret_key,
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_LOG_LEVEL": "error",
    }
    kept = True
    with servers.portal(app) as port, tempfile.TemporaryDirectory() as folder:
        for search in SEARCHES * 2 * servers.WORKERS:
            client.page(port, f"/services?{search}")
        print("| File | Reading, s | of one core | MB | Slowest page, s | Said |\n|---|---|---|---|---|---|")
        for number, (kind, broken) in enumerate(KINDS.items()):
            if not any(words in kind for words in options.only):
                continue
            own = Path(folder) / str(number)
            own.mkdir()
            path = broken.made(own)
            with pages_meanwhile(port) as slowest:
                read = max(reading(path, own) for _time in range(TIMES))
            is_kept = read.seconds <= MOST_SECONDS and read.megabytes <= MOST_MB and slowest[0] <= MOST_PAGE_SECONDS
            said = read.said
            if options.command:
                done = command(path, environment)
                is_kept, said = is_kept and done.code == 1, f"{done.said} ({done.seconds:.1f} s)"
            kept = kept and is_kept
            figures = f"{read.seconds:.1f} | {read.work:.1f} | {read.megabytes:.0f} | {slowest[0]:.2f}"
            print(f"| {kind}{'' if is_kept else ' **BROKEN**'} | {figures} | {said} |", flush=True)
    print(f"\n8 s, 200 MB, pages in 3 s: {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


def reading(path: Path, scratch: Path) -> Cost:
    """Read a file as the command has it read, in a folder without what an earlier reading left."""
    for left in scratch.glob("*.sqlite3*"):
        left.unlink()
    asked = {"path": str(path), "format": None, "sheet": None, "flat": False, "scratch": str(scratch)}
    cost = cost_of([sys.executable, "-m", "portal.importing.job"], json.dumps(asked) + "\n", {})
    told = [json.loads(line) for line in cost.said.splitlines(keepends=True) if line.endswith("\n")]
    problems = [one["problem"] for one in told if "problem" in one]
    rows = [one["row"][1] for one in told if "row" in one]
    bad = next((row for row in rows if isinstance(row, str)), "rows, for the command to refuse")
    return cost._replace(said=problems[0] if problems else bad)


def command(path: Path, environment: dict[str, str]) -> Cost:
    """Run `portal import` with a file."""
    cost = cost_of([sys.executable, "-m", "portal.cli", "import", str(path)], "", environment)
    lines = [line for line in cost.said.splitlines() if line and not line.startswith((" ", "Read as"))]
    return cost._replace(said=lines[0][:110] if lines else "")


def cost_of(arguments: list[str], told: str, environment: dict[str, str]) -> Cost:
    """What a process costs that is started so and told this."""
    launch = [sys.executable, "-c", LAUNCH, json.dumps({"command": arguments, "told": told})]
    around = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), **environment}
    answer = subprocess.run(launch, env=around, stdout=subprocess.PIPE, text=True, check=True).stdout
    return Cost(*json.loads(answer))


@contextmanager
def pages_meanwhile(port: int) -> Iterator[list[float]]:
    """Asks for pages until the block ends. Gives the seconds of the slowest, which is known then."""
    slowest, ended = [0.0], threading.Event()

    def ask() -> None:
        number = 0
        while not ended.is_set():
            began = time.perf_counter()
            client.page(port, f"/services?{SEARCHES[number % len(SEARCHES)]}")
            slowest[0] = max(slowest[0], time.perf_counter() - began)
            number += 1

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield slowest
    finally:
        ended.set()
        asking.join()


if __name__ == "__main__":
    sys.exit(main())

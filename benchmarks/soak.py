"""Many read while two write, for long: R2. Memory, open files and the time of an answer stay what they were.

    PYTHONPATH=. .venv/bin/python benchmarks/soak.py [--requests 200000] [--minutes 30] [--window 60] [--postgresql]

The same as `benchmarks/load.py` on sixteen connections, with a referral and an answer about every second, until so many requests
were answered or so many minutes are over, whichever comes first. After each window the memory of all processes is read (PSS), and
their open files are counted. The first tenth is for warming up; what follows is held to it, and its last third to its first: at
most a tenth more memory, at most five more files, a 95th percentile at most a fifth higher. Workers of
the server are replaced after 50,000 requests each, as in production. Exit 1 where that is not kept.
"""

import argparse
import statistics
import tempfile
import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import client, memory, postgresql, servers, tables
from benchmarks.client import Took
from benchmarks.load import CONNECTIONS, PATIENCE, REQUESTS, faults, look, refused_from_500, spread, worker
from benchmarks.referred import Place, Written, place, wait_for_quiet, writers
from portal.core import audit
from portal.core.database import reading
from tests.support.killing_referrals import lost_of
from tests.support.loop_at_work import at_work

MOST_MEMORY, MOST_FILES, MOST_DRIFT = 1.10, 5, 1.20
WARM = 0.1
PAUSE_SECONDS = 1.0
FEWEST_WINDOWS = 6


@dataclass
class Window:
    """What was seen at the end of a window. Megabytes, open files, requests and milliseconds."""

    held: float
    files: int
    answers: int
    p95: float
    processes: frozenset[int]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=20_000)
    asked.add_argument("--referrals", type=int, default=5_000)
    asked.add_argument("--requests", type=int, default=200_000)
    asked.add_argument("--minutes", type=float, default=30.0)
    asked.add_argument("--window", type=float, default=60.0, help="seconds")
    asked.add_argument("--postgresql", action="store_true")
    options = asked.parse_args()
    print(tables.machine(), flush=True)
    with (
        tempfile.TemporaryDirectory() as name,
        postgresql.running() if options.postgresql else nullcontext() as server,
    ):
        url = postgresql.database(server, "soak") if server else None
        with place(Path(name), options.listings, options.referrals, url) as made:
            return 0 if soaked(made, options) else 1


def soaked(made: Place, options: argparse.Namespace) -> bool:
    """Ask until it is over, and say what was kept."""
    questions, _kinds = made.mixed(REQUESTS)
    windows: list[Window] = []
    all_took, written = Took(), Written()
    window = min(options.window, options.minutes * 60 / FEWEST_WINDOWS)
    with servers.portal(made.app) as port, worker(made, port):
        look(port, made)
        wait_for_quiet(made)
        actors, began = writers(port, made, PAUSE_SECONDS), time.monotonic()
        with at_work(actors, PATIENCE):
            while len(all_took.each) < options.requests and time.monotonic() - began < options.minutes * 60:
                took = client.visit(port, questions, CONNECTIONS, window, whole=False)
                all_took.each += took.each
                all_took.refused += took.refused
                all_took.errors += took.errors
                windows.append(seen(took))
                told(windows[-1], time.monotonic() - began, len(all_took.each))
        all_took.seconds = time.monotonic() - began
        written.add(actors)
    return verdicts(made, windows, all_took, written)


def seen(took: Took) -> Window:
    """What the processes hold now."""
    processes = [*memory.children(), *memory.grandchildren()]
    held, files = 0.0, 0
    for one in processes:
        with suppress(FileNotFoundError, ProcessLookupError):  # one that was replaced at this moment
            held += memory.memory(one)[1]
            files += len(list(Path(f"/proc/{one}/fd").iterdir()))
    return Window(held, files, len(took.each), spread(took.each)[1], frozenset(memory.grandchildren()))


def told(window: Window, seconds: float, answers: int) -> None:
    """A line of how it goes on."""
    held = f"{window.held:5.0f} MB  {window.files:4} files"
    print(f"{seconds / 60:5.1f} min  {answers:9,} answers  95th {window.p95:5.0f} ms  {held}", flush=True)


def verdicts(made: Place, windows: list[Window], took: Took, written: Written) -> bool:
    """Print each promise. True where all are kept."""
    warm = max(1, round(len(windows) * WARM))
    after = windows[warm:]
    most = max(one.held for one in after) / windows[warm - 1].held
    third = max(1, len(after) // 3)
    first, last = after[:third], after[-third:]
    with made.app.app_context(), reading():
        lost = lost_of(written.acknowledged)
        entries, broken = audit.verify()
    replaced = len(frozenset().union(*(one.processes for one in windows))) - servers.WORKERS
    print(
        f"{len(took.each):,} answers in {took.seconds / 60:.1f} min, {len(took.each) / took.seconds:.0f} a second; "
        f"{len(written.acknowledged):,} acts, {entries:,} entries of the audit chain; {max(0, replaced)} workers replaced"
    )
    kept = [
        tables.verdict("memory, times that after warming up", most, MOST_MEMORY),
        tables.verdict(
            "open files more than at first",
            max(one.files for one in last) - max(one.files for one in first), MOST_FILES,
        ),
        tables.verdict(
            "95th percentile, times that at first",
            statistics.median(one.p95 for one in last) / statistics.median(one.p95 for one in first), MOST_DRIFT,
        ),
        tables.verdict("answers from 500 up", faults(took, written), 0),
        tables.verdict("other answers that were no page", took.errors - refused_from_500(took), 0),
        tables.verdict(f"acknowledged acts lost, of {len(written.acknowledged):,}", len(lost), 0),
        tables.verdict("breaks of the audit chain", bool(broken), 0),
        tables.verdict("unexpected answers to those who wrote", len(written.unexpected), 0),
    ]  # fmt: skip
    for line in [*took.refused, *lost, *written.unexpected][:20]:
        print(line)
    return all(kept)


if __name__ == "__main__":
    raise SystemExit(main())

"""How fast listings are imported into an empty instance: made-up ones, and every file of a folder where one is given.

    PYTHONPATH=. .venv/bin/python benchmarks/imports.py [--rows 10000] [--data FILE_OR_DIR]

A made-up listing has a live postcode, a description of about 80 words, tags and times. Each file is read as `portal import`
reads it, in a process of its own, into an instance of its own, twice: the second run must find every row the same. Promise:
10,000 listings in under 60 s. Prints a line of a table for each file, and why rows were refused. Without `--data` real
files are not run, and the program exits 2.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import NamedTuple

from portal.app import create_app
from portal.core.settings import Settings
from portal.geography import current
from portal.importing.actions import Origin, import_rows
from portal.importing.bounded import Wanted, reading_file
from portal.importing.opened import opened
from portal.importing.results import PARTICULARS, Tally
from portal.operations import upgrading

GEOGRAPHY = Path(__file__).parent.parent / ".pytest_cache" / "geography"
POSTCODES = "LE2 0QB, LE1 1QH, NW1 8NH, KT19 8AG, M1 3HF, B1 1BB, CF10 3NP, EH1 1YZ, LS1 4AP, NE1 4ST"
WORDS = (
    "warm welcome tea soup company knitting walking gardening advice forms letters music singing memory lunch children"
    " parents chairs hall church library volunteers friendly quiet free weekly join talk listen help house bills work"
)
TIMES = (
    "Tuesday: 10:00 - 12:00",
    "Mon-Fri 9am-5pm",
    "1st Wednesday of the month 2pm to 4pm",
    "Ask us",
    "Thursdays 2-4pm",
    None,
)
PROMISE_SECONDS = 60
NOTES = frozenset({"SOURCE.txt", "README.md", "LICENSE"})


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=10_000, help="made-up listings; none: 0")
    asked.add_argument("--data", type=Path, help="a file, or a folder whose files are all imported")
    options = asked.parse_args()
    print(
        "| File | Read as | Rows | New | Refused | Seconds | of one core | Again |\n|---|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        if options.rows:
            made_up = Path(folder) / "made-up.jsonl"
            write_made_up(made_up, options.rows)
            seconds = timed(made_up, Path(folder) / "made-up", "made-up listings")
            if options.rows == 10_000:
                print(f"10,000 in under {PROMISE_SECONDS} s: {'kept' if seconds < PROMISE_SECONDS else 'BROKEN'}")
        if options.data is None:
            print("real listings: not run: no data")
            return 2
        for number, path in enumerate(files_in(options.data)):
            name = path.relative_to(options.data).as_posix() if options.data.is_dir() else path.name
            timed(path, Path(folder) / f"real-{number}", name)
    return 0


def files_in(data: Path) -> list[Path]:
    """The file, or every file of a folder that is no note about them."""
    found = [data] if data.is_file() else sorted(path for path in data.rglob("*") if path.is_file())
    return [path for path in found if path.name not in NOTES]


def write_made_up(path: Path, rows: int) -> None:
    """A file of made-up listings, the same each time."""
    chance, words, postcodes = Random(7), WORDS.split(), POSTCODES.split(", ")
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            record = {
                "source": f"Made-up list {number % 5}",
                "id": str(number),
                "name": f"{chance.choice(words).title()} group {number}",
                "organisation": f"Circle {number // 3}",
                "description": " ".join(chance.choices(words, k=80)),
                "postcode": chance.choice(postcodes),
                "address": f"{number % 99 + 1} Larkfield Road",
                "tags": chance.sample(words, 2),
                "opening_text": chance.choice(TIMES),
                "url": f"https://group-{number}.org.uk",
                "phone": "0116 222 2222",
            }
            file.write(json.dumps(record) + "\n")


def timed(path: Path, instance: Path, name: str) -> float:
    """Import a file into an empty instance, twice. Gives the seconds of the first run."""
    instance.mkdir()
    if GEOGRAPHY.is_dir():
        (instance / "geography").symlink_to(GEOGRAPHY, target_is_directory=True)
    url = f"sqlite:///{instance / 'portal.sqlite3'}"
    app = create_app(Settings(instance=instance, secret_key="a secret of the benchmarks, long enough", database_url=url,
                              testing=True, log_level="error"))  # fmt: skip
    with app.app_context():
        upgrading.upgrade(lambda _sentence: None, None)
        current.atlas()
        first, again = run(path), run(path)
    counts = first.tally.counts
    print(
        f"| `{name}` | {first.format} | {counts.total():,} | {counts['new']:,} | {counts['refused']:,} | {first.seconds:.1f} |"
        f" {first.worked:.1f} | {again.seconds:.1f} s, {again.tally.counts['same']:,} same |",
        flush=True,
    )
    for reason, count in first.tally.reasons.most_common(8):
        print(f"    {count:>6,} refused: {reason}")
    for note, count in first.notes.most_common(6):
        print(f"    {count:>6,} noted: {note}")
    return first.seconds


class Run(NamedTuple):
    """One import: the format it was read in, what became of the rows, and the seconds, on the clock and of one core."""

    format: str
    tally: Tally
    notes: Counter[str]
    seconds: float
    worked: float


def run(path: Path) -> Run:
    """Import a file as the command does."""
    began, worked = time.perf_counter(), _work()
    tally, notes = Tally(), Counter[str]()
    with reading_file(Wanted(path)) as (name, contents):
        for result in import_rows(opened(contents, None, path.name).rows, Origin(path.stem)):
            tally.add(result)
            notes.update(PARTICULARS.sub("…", note) for note in result.notes)
    return Run(name, tally, notes, time.perf_counter() - began, _work() - worked)


def _work() -> float:
    """Seconds of work of this process and of those that it started and that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


if __name__ == "__main__":
    sys.exit(main())

"""How fast listings are imported into an empty instance: made-up ones, and the real ones where they are given.

    PYTHONPATH=. .venv/bin/python benchmarks/imports.py [--rows 10000] [--data FILE.jsonl.gz]

A made-up listing has a live postcode, a description of about 80 words, tags and times. Each file is imported twice: the second
run must find every row the same. Promise: 10,000 listings in under 60 s. Without `--data` the real file is not run, and
the program exits 2.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from portal.app import create_app
from portal.core.settings import Settings
from portal.geography import current
from portal.importing.actions import Origin, import_rows
from portal.importing.formats import FORMATS
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


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=10_000, help="made-up listings")
    asked.add_argument("--data", type=Path, help="a file of real JSON lines")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made_up = Path(folder) / "made-up.jsonl"
        write_made_up(made_up, options.rows)
        seconds = timed(made_up, Path(folder) / "made-up")
        if options.rows == 10_000:
            print(f"10,000 in under {PROMISE_SECONDS} s: {'kept' if seconds < PROMISE_SECONDS else 'BROKEN'}")
        if options.data is None:
            print("real listings: not run: no data")
            return 2
        timed(options.data, Path(folder) / "real")
    return 0


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


def timed(path: Path, instance: Path) -> float:
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
        took = [run(path), run(path)]
    return took[0]


def run(path: Path) -> float:
    began, worked = time.perf_counter(), time.process_time()
    rows = FORMATS["jsonl"].opened(path, None).rows
    counts = Counter(result.outcome for result in import_rows(rows, Origin(path.stem)))
    took, worked = time.perf_counter() - began, time.process_time() - worked
    told = ", ".join(f"{counts[kind]:,} {kind}" for kind in ("new", "changed", "same", "refused"))
    print(f"{path.name}: {told}; {took:.1f} s ({worked:.1f} s of one core), {counts.total() / took:,.0f} rows/s")
    return took


if __name__ == "__main__":
    sys.exit(main())

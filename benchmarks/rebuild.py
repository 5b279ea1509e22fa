"""How long the index of all listings takes to build, from the database to the last file, and what of it is what.

    PYTHONPATH=. .venv/bin/python benchmarks/rebuild.py [--listings 10000]

How long Whoosh's own plain index of as many listings takes stands in `benchmarks/engine.py`. The index of the instance is
built anew; on it other programs here go on.
"""

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.instance import with_listings
from portal.core.database import reading
from portal.directory import indexing, queries
from portal.search.whoosh_engine import WhooshEngine

PROMISED_SECONDS = 20.0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=10_000)
    options = asked.parse_args()
    with with_listings(options.listings).app_context(), tempfile.TemporaryDirectory() as folder:
        with Stage("the whole index") as whole:
            indexing.rebuild_index()
        with reading():
            with Stage("    reading listings"):
                listings = list(queries.in_batches(queries.public_ids()))
            with Stage("    making documents"):
                documents = [indexing.document_of(one) for one in listings]
        engine = WhooshEngine(Path(folder))
        engine.mend()
        with Stage("    writing them"):
            engine.rebuild(documents)
    is_kept = whole.seconds < PROMISED_SECONDS
    print(f"{len(documents):,} listings in under {PROMISED_SECONDS:g} s: {'kept' if is_kept else 'missed'}")
    return 0 if is_kept else 1


class Stage:
    """A part of the work, timed."""

    def __init__(self, name: str) -> None:
        self.name, self.seconds = name, 0.0

    def __enter__(self) -> "Stage":
        self.began, self.worked = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self.began
        print(f"{self.name}: {self.seconds:.1f} s, {time.process_time() - self.worked:.1f} s of one core")


if __name__ == "__main__":
    raise SystemExit(main())

"""How long an instance takes to move from SQLite to an empty PostgreSQL, and again when nothing has changed.

    PYTHONPATH=. .venv/bin/python benchmarks/copying.py [--listings 10000]

The server is one of its own, as in the tests (without syncing to disk).
"""

import argparse
import time

from benchmarks.instance import with_listings
from portal.operations.copying.copying import copy
from tests.support import postgres


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=10_000)
    options = asked.parse_args()
    server = postgres.start()
    try:
        with with_listings(options.listings).app_context():
            for name in ("to an empty database", "again, nothing changed"):
                began, worked = time.perf_counter(), time.process_time()
                copied = copy(server.url())
                took = time.perf_counter() - began
                print(
                    f"{name}: {copied.rows:,} rows in {took:.1f} s ({copied.rows / took:,.0f} a second), "
                    f"{time.process_time() - worked:.1f} s of one core here"
                )
                if not copied.is_equal:
                    print("the two sides differ")
                    return 1
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

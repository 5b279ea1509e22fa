"""How long the server takes for pages of questions that nobody means well with, and that none breaks it.

    PYTHONPATH=. .venv/bin/python benchmarks/nasty.py [--listings 20000] [--questions 2000]

Operators, quotes, wildcards, 10,000 letters, control characters, marks of direction, stop words, emoji, SQL, bombs for
regular expressions, unknown filters, foreign places, huge page numbers. Promise: never a 5xx, 99 of 100 within 500 ms, none
over a second. Each is asked once.
"""

import argparse
import time
from collections import Counter
from urllib.parse import urlencode

from benchmarks.instance import with_listings
from tests.support.nasty import questions

PROMISED_P99_MS = 500.0
PROMISED_MOST_MS = 1000.0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=20_000)
    asked.add_argument("--questions", type=int, default=2_000)
    options = asked.parse_args()
    client = with_listings(options.listings).test_client()
    client.get("/services?q=tea&near=LE2")  # what is read once a process
    statuses: Counter[int] = Counter()
    taken: list[tuple[float, float, str, str]] = []
    for kind, parameters in questions(options.questions):
        address = f"/services?{urlencode(parameters)}"
        began, worked = time.perf_counter(), time.process_time()
        statuses[client.get(address).status_code] += 1
        spent = (time.process_time() - worked) * 1000
        taken.append(((time.perf_counter() - began) * 1000, spent, kind, address[:150]))
    print(", ".join(f"{count:,} x {status}" for status, count in sorted(statuses.items())))
    clock, own = sorted(ms for ms, *_ in taken), sorted(ms for _, ms, *_ in taken)
    p99, most = clock[int(len(clock) * 0.99)], clock[-1]
    print(f"on the clock: median {clock[len(clock) // 2]:.0f} ms, p99 {p99:.0f} ms, slowest {most:.0f} ms")
    print(
        f"processor time: median {own[len(own) // 2]:.0f} ms, p99 {own[int(len(own) * 0.99)]:.0f} ms, most {own[-1]:.0f} ms"
    )
    for ms, spent, kind, address in sorted(taken, reverse=True)[:5]:
        print(f"    {ms:.0f} ms ({spent:.0f} ms of processor), {kind}: {address}")
    broken = sum(count for status, count in statuses.items() if status >= 500)
    is_kept = not broken and p99 <= PROMISED_P99_MS and most <= PROMISED_MOST_MS
    print(
        f"never a 5xx, p99 {PROMISED_P99_MS:g} ms, none over {PROMISED_MOST_MS:g} ms: {'kept' if is_kept else 'missed'}"
    )
    return 0 if is_kept else 1


if __name__ == "__main__":
    raise SystemExit(main())

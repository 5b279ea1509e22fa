"""Schemathesis over the whole interface by its own description, against the running application with the demo's listings.

    PYTHONPATH=. .venv/bin/python benchmarks/api_cases.py [--cases 5000] [--seed 1]

Every address, cases that fit the description and cases that do not: no answer of 500 or above, no status, type, header or
document that is not described, nothing right refused, nothing wrong taken. Two rules that no schema says are told to it in
`tests/support/api_cases.py`: proximity needs a postcode, and a parameter of white space is as if it were not there. Prints cases
by address and by status, checks, and failures with the request. Promise: no failure in 5,000 cases.
"""

import argparse
import shutil
import sys
import time
from contextlib import redirect_stdout

from benchmarks import tables
from benchmarks.instance import with_listings
from portal.core.transactions import unit
from portal.describing import dumping, dumps, openapi
from portal.directory import noting
from tests.support import api_cases

MOST_ROUNDS = 20


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--cases", type=int, default=5_000, help="at least so many")
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    with redirect_stdout(sys.stderr):
        app = with_listings(None)
    with app.app_context():
        with unit():
            noting.mend()
        shutil.rmtree(dumps.home(), ignore_errors=True)
        dumping.keep()
        operations = len(openapi.description()["paths"]) - 1
    started, ran = time.perf_counter(), api_cases.Ran()
    for number in range(MOST_ROUNDS):
        left = options.cases - ran.cases
        if left <= 0:
            break
        phases = ("examples", "coverage", "fuzzing", "stateful") if number == 0 else ("fuzzing", "stateful")
        each = max(10, left // (operations * (1 if number else 2)))
        ran.add(api_cases.run(app, examples=each, seed=options.seed + number, phases=phases, step=_step(ran)))
    seconds = time.perf_counter() - started
    tables.show(
        ("address", "cases"), [(label, f"{count:,}") for label, count in sorted(ran.operations.items())], markdown=False
    )
    tables.show(
        ("status", "cases"), [(str(code), f"{count:,}") for code, count in sorted(ran.statuses.items())], markdown=False
    )
    tables.show(
        ("check", "times"), [(name, f"{count:,}") for name, count in sorted(ran.checks.items())], markdown=False
    )
    for (label, check, title), told in ran.failures.items():
        print(f"\nFAILED {label}: {check}, {title}\n{told}")
    for error in ran.errors:
        print(f"\nERROR {error}")
    is_kept = not ran.failures and not ran.errors and ran.cases >= options.cases
    told = f"{ran.cases:,} cases in {seconds:,.0f} s, seed {options.seed}: {len(ran.failures)} failures, {len(ran.errors)} errors"
    print(f"{tables.machine()}. {told}. No failure in {options.cases:,} cases: {'kept' if is_kept else 'BROKEN'}")
    return 0 if is_kept else 1


def _step(before: api_cases.Ran) -> api_cases.Step:
    def say(ran: api_cases.Ran) -> None:
        print(
            f"\r{before.cases + ran.cases:,} cases, {len(ran.failures)} failures", end="", file=sys.stderr, flush=True
        )

    return say


if __name__ == "__main__":
    sys.exit(main())

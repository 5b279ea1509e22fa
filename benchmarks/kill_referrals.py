"""Server and worker are killed at random moments while people refer, answer, go on, end and take back: R3 of the loop.

    PYTHONPATH=. .venv/bin/python benchmarks/kill_referrals.py [--kills 50] [--acknowledged 5000] [--seed 1] [--postgresql]

Two link workers refer over HTTP by the pages of the sixty-second path and take some back; three groups answer by the links of
the mails that a real SMTP server took, and go on signed in: they book, say who came, and finish; a resident asks by six pages and
takes some back by reference and code. Whatever was cut off is sent again as it was. Each kill ends the server, the worker or both
with SIGKILL, all processes at once; they are started again at once. In the end each act that was acknowledged is looked for among
the events; and of every introduction, whether its state, events, agreement, visits, clock, referral and messages say the same.
Exit 1 where a promise is broken.
"""

import argparse
import os
import random
import tempfile
import time
from pathlib import Path

from benchmarks import tables
from benchmarks.kill import START_SECONDS, new_database
from tests.support import postgres
from tests.support.killing_referrals import Counted, try_out
from tests.support.loop_at_work import Town
from tests.support.mail_server import listening
from tests.support.processes import ROOT


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--acknowledged", type=int, default=5_000, help="acts, at least")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--postgresql", action="store_true")
    options = asked.parse_args()
    print(tables.machine(), flush=True)
    server = postgres.start(is_durable=True) if options.postgresql else None
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, listening() as listener:
        folder = Path(name) / "instance"
        url = new_database(server) if server else f"sqlite:///{folder / 'portal.sqlite3'}"
        town = Town(folder, ROOT / ".pytest_cache" / "geography", url, listener)
        try:
            counted = try_out(
                town, listener, kills=options.kills, least=options.acknowledged, chance=random.Random(options.seed),
                tell=lambda told: print(f"{time.monotonic() - began:6.0f} s  {told}", flush=True),
            )  # fmt: skip
        finally:
            town.stop()
            if server:
                server.stop()
    return 0 if _told(counted, "PostgreSQL" if options.postgresql else "SQLite", time.monotonic() - began) else 1


def _told(counted: Counted, database: str, took: float) -> bool:
    acts = ", ".join(f"{verb} {count:,}" for verb, count in counted.verbs.most_common())
    print(f"{database}: {counted.kills} kills, {counted.acts:,} acts acknowledged in {took:.0f} s: {acts}")
    print(f"{counted.mails:,} messages, {counted.entries:,} entries of the audit chain; load {os.getloadavg()[0]:.1f}")
    start, faults = max(counted.starts, default=0.0), sum(counted.faults.values())
    promises = (
        (not counted.lost, f"{len(counted.lost)} acknowledged acts lost"),
        (not counted.twice, f"{len(counted.twice)} acts twice"),
        (not counted.half_done, f"{len(counted.half_done)} introductions, referrals or people half done"),
        (not counted.chain, f"{len(counted.chain)} breaks of the audit chain and its events"),
        (counted.mails_lost == 0, f"{counted.mails_lost} messages lost"),
        (counted.mails_twice <= counted.kills, f"{counted.mails_twice} messages twice"),
        (counted.most_of_one <= 2, f"at most {counted.most_of_one} of one message"),
        (start <= START_SECONDS, f"longest start {start:.1f} s"),
        (
            not counted.waiting,
            f"nothing waits {counted.settled:.1f} s after the last start; an act was acknowledged again "
            f"{max(counted.resumed, default=0.0):.1f} s after a start at the latest",
        ),
        (faults == 0, f"{faults} answers from 500 up while the server ran{_by(counted)}"),
        (not counted.unexpected, f"{len(counted.unexpected)} unexpected answers"),
    )
    for is_kept, told in promises:
        print("kept  " if is_kept else "MISSED", told)
    for line in [
        *counted.lost,
        *counted.twice,
        *counted.half_done,
        *counted.chain,
        *counted.waiting,
        *counted.unexpected,
    ][:20]:
        print(line)
    return all(is_kept for is_kept, _told in promises)


def _by(counted: Counted) -> str:
    return "".join(f", {count} x {status}" for status, count in sorted(counted.faults.items()))


if __name__ == "__main__":
    raise SystemExit(main())

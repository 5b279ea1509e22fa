"""Server and worker are killed at random moments while editors edit and visitors send mails: R3.

    PYTHONPATH=. .venv/bin/python benchmarks/kill.py [--kills 50] [--acknowledged 5000] [--seed 1] [--postgresql]

Three signed-in editors change listings over HTTP, and send lists by e-mail to a real SMTP server. Each kill ends the server, the
worker or both with SIGKILL, all processes at once; they are started again at once, and
after each start a word is looked for that was edited since. In the end everything that was acknowledged is
looked for: in the listing, in its versions, in the index, and in what the mail server took. Exit 1 where a promise is broken.
"""

import argparse
import os
import random
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.support import postgres
from tests.support.killing import Counted, Instance, try_out
from tests.support.mail_server import listening
from tests.support.processes import ROOT

START_SECONDS = 10.0
SEARCHABLE_SECONDS = 10.0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--acknowledged", type=int, default=5_000, help="edits and mails, at least")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--postgresql", action="store_true")
    options = asked.parse_args()
    server = postgres.start(is_durable=True) if options.postgresql else None
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, listening() as listener:
        folder = Path(name) / "instance"
        url = new_database(server) if server else f"sqlite:///{folder / 'portal.sqlite3'}"
        instance = Instance(folder, ROOT / ".pytest_cache" / "geography", url, listener, reads_all_in=True)
        try:
            chance = random.Random(options.seed)
            counted = try_out(instance, listener, kills=options.kills, least=options.acknowledged, chance=chance)
        finally:
            instance.stop()
            if server:
                server.stop()
    took = time.monotonic() - began
    return 0 if _told(counted, "PostgreSQL" if options.postgresql else "SQLite", took) else 1


def _told(counted: Counted, database: str, took: float) -> bool:
    print(
        f"{database}: {counted.kills} kills, {counted.edits:,} edits and {counted.mails:,} mails acknowledged, in {took:.0f} s"
    )
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    start = max(counted.starts, default=0.0)
    in_time = sum(seconds <= SEARCHABLE_SECONDS for seconds in counted.found)
    promises = (
        (not counted.lost, f"{len(counted.lost)} acknowledged edits lost"),
        (counted.twice == 0, f"{counted.twice} edits twice"),
        (not counted.half_done, f"{len(counted.half_done)} listings half done or not found"),
        (not counted.index, f"index and database differ: {counted.index or 'no'}"),
        (counted.mails_lost == 0, f"{counted.mails_lost} acknowledged mails lost"),
        (counted.mails_twice <= counted.kills, f"{counted.mails_twice} mails twice"),
        (counted.most_of_one <= 2, f"at most {counted.most_of_one} of one mail"),
        (start <= START_SECONDS, f"longest start {start:.1f} s"),
        (counted.searchable <= SEARCHABLE_SECONDS, f"index equal {counted.searchable:.1f} s after the last start"),
        (
            in_time == len(counted.found) == counted.kills,
            f"a word edited since was found within {SEARCHABLE_SECONDS:.0f} s after {in_time} of {len(counted.found)} starts, "
            f"at the latest after {max(counted.found, default=0.0):.1f} s",
        ),
        (not counted.unexpected, f"{len(counted.unexpected)} unexpected answers"),
    )
    for is_kept, told in promises:
        print("kept  " if is_kept else "MISSED", told)
    for line in [*counted.lost, *counted.half_done, *counted.unexpected][:20]:
        print(line)
    return all(is_kept for is_kept, _told in promises)


def new_database(server: postgres.Server) -> str:
    """A fresh database of the server. Gives its address."""
    other = create_engine(server.url(), isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.execute(text("create database portal"))
    other.dispose()
    return server.url("portal")


if __name__ == "__main__":
    raise SystemExit(main())

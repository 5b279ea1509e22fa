"""What becomes of readings of broken and hostile feeds: each is served on this machine and read by a source of six listings.

    PYTHONPATH=. .venv/bin/python benchmarks/broken_feeds.py

Prints a line of a table for each kind of `tests/sources/broken_feeds.py`: how its reading ended, what is said of it, and how long
it took, with the limits of every day. Exits 1 where one ended otherwise than it should, or changed what is live.
"""

import sys
import tempfile
import time
from pathlib import Path

import pytest

from portal.app import create_app
from portal.config import demo_secrets
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.core.transactions import unit
from portal.operations import upgrading
from portal.running.demo import make_secrets
from portal.sources import queries
from portal.sources.models import SourceRun, SourceSetting
from tests.sources.broken_feeds import GOOD, KINDS, KNOWS, Broken
from tests.sources.peers import Peer, accept, add, address_of, peer_at, read
from tests.sources.test_broken import broken_feed, live

LONGEST = 110


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        make_secrets(home)
        secrets = demo_secrets(home)
        settings = Settings(
            instance=home,
            secret_key=secrets["secret_key"],
            data_keys=(secrets["data_keys"],),
            database_url=f"sqlite:///{home / 'portal.sqlite3'}",
            testing=True,
            log_level="error",
        )
        with create_app(settings).app_context():
            upgrading.migrate(lambda _sentence: None)
            print("| Feed | Reading | What is said of it | Seconds |\n|---|---|---|---|")
            wrong = [name for name, kind in KINDS.items() if not _is_right(name, kind)]
    if wrong:
        print(f"Not as it should be: {', '.join(wrong)}.")
    return 1 if wrong else 0


def _is_right(name: str, kind: Broken) -> bool:
    """Read one kind after a good reading, print what became of it, and tell whether that is as it should be."""
    with peer_at(Peer(*GOOD, knows=KNOWS)) as good:
        source = add(address_of(good), name=name, trust="apply")
        accept(read(source))
    before = live()
    with pytest.MonkeyPatch.context() as patched, broken_feed(kind, patched) as address:
        with unit():
            db.session.get_one(SourceSetting, source).address = address
        began = time.perf_counter()
        run = read(source, whole=True)
        took = time.perf_counter() - began
    told = _told(run)
    print(f"| {name} | {kind.ends} | {told[:LONGEST]} | {took:.1f} |", flush=True)
    is_untouched = live() == before or "new" in kind.counts
    return is_untouched and (run.state == "failed") == (kind.ends == "stops") and kind.says in told


def _told(run: SourceRun) -> str:
    """The report of a run: what was wrong, or what was refused of it."""
    if run.problem is not None:
        return run.problem
    refused = [f"{row.why}" for row in queries.preview(run.id, "refused").rows]
    return "; ".join(dict.fromkeys(refused)) or "nothing to say"


if __name__ == "__main__":
    sys.exit(main())

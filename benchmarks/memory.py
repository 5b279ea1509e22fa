"""What a web process holds in memory, how long the index takes to open, and how large it is.

    PYTHONPATH=. .venv/bin/python benchmarks/memory.py [--listings 10000 100000] [--questions 200] [--runs 5] [--markdown]

`portal serve --workers 2` is started, asked every question on eight connections, and then both workers are looked at: resident
memory (RSS), of which some is shared between them, and the part that is fairly theirs (PSS). An instance of 100,000 listings is
made once, which takes about ten minutes.
"""

import argparse
import statistics
from pathlib import Path
from time import perf_counter

from benchmarks import client, servers, tables
from benchmarks.instance import with_listings
from benchmarks.questions import questions
from portal.search.current import version
from portal.search.port import Query
from portal.search.whoosh_engine import WhooshEngine

HEADER = (
    *("listings", "RSS of a worker, MB", "PSS of a worker, MB", "PSS of all, MB", "start until the first page, s"),
    *("index opened, ms", "first search after it, ms", "index, MB", "database, MB"),
)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, nargs="+", default=[10_000, 100_000])
    asked.add_argument("--questions", type=int, default=200)
    asked.add_argument("--runs", type=int, default=5, help="how often the index is opened")
    asked.add_argument("--markdown", action="store_true")
    options = asked.parse_args()
    rows = [measured(number, options) for number in options.listings]
    print(tables.machine())
    tables.show(HEADER, rows, markdown=options.markdown)
    return 0


def measured(listings: int, options: argparse.Namespace) -> list[str]:
    """A row of the table."""
    app = with_listings(listings)
    settings = app.extensions["portal.settings"]
    asking = questions(app, options.questions)
    paths = [servers.portal_path(words, near) for words, near in asking]
    opened = [opening(settings.index_folder / version(), asking[0][0]) for _ in range(options.runs)]
    began = perf_counter()
    with servers.portal(app) as port:
        client.page(port, paths[0])
        started = perf_counter() - began
        if errors := client.visit(port, paths * 2, 8, 0).errors:
            raise SystemExit(f"{errors} pages failed")
        held = [memory(one) for one in grandchildren()]
        of_all = sum(memory(one)[1] for one in (*children(), *grandchildren()))
    return [
        f"{listings:,}",
        f"{statistics.mean(rss for rss, _ in held):.0f}",
        f"{statistics.mean(pss for _, pss in held):.0f}",
        f"{of_all:.0f}",
        f"{started:.1f}",
        *(f"{statistics.median(times) * 1000:.0f}" for times in zip(*opened, strict=True)),
        f"{size(settings.index_folder / version()):.0f}",
        f"{Path(settings.instance / 'portal.sqlite3').stat().st_size / 1e6:.0f}",
    ]


def opening(folder: Path, words: str) -> tuple[float, float]:
    """Seconds until the index is open, and of the first search after that."""
    began = perf_counter()
    engine = WhooshEngine(folder)
    engine.count(Query())
    opened = perf_counter()
    engine.search(Query(words=words))
    return opened - began, perf_counter() - opened


def size(folder: Path) -> float:
    """Megabytes of the files of a folder."""
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6


def memory(process: int) -> tuple[float, float]:
    """RSS and PSS of a process, in megabytes."""
    told = dict(
        line.split(":", 1) for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines() if ":" in line
    )
    return int(told["Rss"].split()[0]) / 1000, int(told["Pss"].split()[0]) / 1000


def children() -> list[int]:
    """The processes that this one started."""
    found = Path("/proc/self/task").glob("*/children")
    return [int(one) for path in found for one in path.read_text().split()]


def grandchildren() -> list[int]:
    """The processes that those started: the workers of a server."""
    found = [path for one in children() for path in Path(f"/proc/{one}/task").glob("*/children")]
    return [int(one) for path in found for one in path.read_text().split()]


if __name__ == "__main__":
    raise SystemExit(main())

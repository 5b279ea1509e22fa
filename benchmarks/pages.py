"""The whole page of results over HTTP, beside Datasette over the same listings and a bare Flask page of the same HTML.

    PYTHONPATH=. .venv/bin/python benchmarks/pages.py [--listings 10000] [--runs 5] [--questions 200]
        [--database sqlite|postgresql|both] [--arrays] [--split] [--markdown]

All servers are up at once and asked in turn in each run, by one client that keeps its connections: all questions on one
connection, then as many as 8 and 16 connections get in `--seconds`. A figure is the median of the runs. Datasette answers the
same words with full-text search, seven facets and ten rows, but knows no places, distances or times of the week. It counts
the first value of each facet, which is the least it can do; `--arrays` has it count all values of a listing, as we do.
`--split` says what our page is made of. Exits 1 where a promise is not kept, 2 where peers or a database are missing.
"""

import argparse
import statistics
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from benchmarks import client, databases, servers, split, tables
from benchmarks.instance import with_listings
from benchmarks.questions import questions

CONNECTIONS = (8, 16)
MOST_OF_MEDIAN = 0.25
TIMES_A_SECOND = 8.0
MOST_STATEMENTS = 6
MOST_KB = 100.0
MOST_OF_WHOOSH = 2.0


@dataclass
class Server:
    """A server that is measured, and what it did run by run."""

    name: str
    port: int
    paths: list[str]
    medians: list[float] = field(default_factory=list)
    p95s: list[float] = field(default_factory=list)
    rates: dict[int, list[float]] = field(default_factory=lambda: {many: [] for many in CONNECTIONS})
    errors: int = 0
    largest: tuple[int, int] = (0, 0)

    @property
    def median(self) -> float:
        """Milliseconds of a page on one connection."""
        return statistics.median(self.medians)

    def rate(self, connections: int) -> float:
        """Pages a second."""
        return statistics.median(self.rates[connections])

    def look(self) -> bytes:
        """Have each page once, whole. Gives one of a usual size."""
        pages = [client.page(self.port, path) for path in self.paths]
        self.largest = max(sent for _, sent in pages), max(len(html) for html, _ in pages)
        return sorted((html for html, _ in pages), key=len)[len(pages) // 2]

    def measure(self, seconds: float) -> None:
        """One run."""
        alone = client.visit(self.port, self.paths, 1, 0)
        median, p95 = tables.spread(alone.each)
        self.medians.append(median)
        self.p95s.append(p95)
        self.errors += alone.errors
        for many in CONNECTIONS:
            together = client.visit(self.port, self.paths, many, seconds)
            self.rates[many].append(together.a_second)
            self.errors += together.errors

    @property
    def row(self) -> list[str]:
        sent, whole = self.largest
        return [
            self.name,
            f"{self.median:.2f} / {statistics.median(self.p95s):.2f}",
            *(f"{self.rate(many):,.0f}" for many in CONNECTIONS),
            str(self.errors),
            f"{sent / 1000:.0f} / {whole / 1000:.0f}",
        ]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=10_000)
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--questions", type=int, default=200)
    asked.add_argument("--seconds", type=float, default=3.0, help="how long each number of connections asks on")
    asked.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="sqlite")
    asked.add_argument("--arrays", action="store_true", help="have Datasette count all values of a facet")
    asked.add_argument("--split", action="store_true", help="say what our page is made of, and nothing else")
    asked.add_argument("--markdown", action="store_true")
    options = asked.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        apps: dict[str, Flask] = {}
        if options.database != "postgresql":
            apps["Hereabouts"] = with_listings(options.listings)
        if options.database != "sqlite":
            apps["Hereabouts, PostgreSQL"] = stack.enter_context(databases.on_postgresql(options.listings))
        asking = questions(next(iter(apps.values())), options.questions)
        print(f"{len(asking)} different questions; {tables.machine()}")
        if options.split:
            for name, app in apps.items():
                print(name)
                split.show(app, asking, options.runs, markdown=options.markdown)
            return 0
        found = compare(stack, folder, apps, asking, options)
        statements = max(split.most_statements(app, asking) for app in apps.values())
    return 0 if judge(found, list(apps), statements) else 1


def compare(
    stack: ExitStack, folder: Path, apps: dict[str, Flask], asking: list[tuple[str, str]], options: argparse.Namespace
) -> dict[str, Server]:
    """Start every server, measure them in turn, and print what they did."""
    ours = [servers.portal_path(words, near) for words, near in asking]
    found = [Server(name, stack.enter_context(servers.portal(app)), ours) for name, app in apps.items()]
    theirs = stack.enter_context(servers.datasette(next(iter(apps.values())), folder))
    paths = [servers.datasette_path(words, with_arrays=options.arrays) for words, _ in asking]
    found.append(Server("Datasette", theirs, paths))
    html, *_ = [server.look() for server in found]
    found.append(Server("bare Flask page", stack.enter_context(servers.bare(html, folder)), ours))
    found[-1].look()
    for _ in range(options.runs):
        for server in found:
            server.measure(options.seconds)
    many = [f"pages a second, {connections} connections" for connections in CONNECTIONS]
    header = ["server", "ms, one connection: median / p95", *many, "errors", "largest page, KB: sent / unpacked"]
    tables.show(header, [server.row for server in found], markdown=options.markdown)
    return {server.name: server for server in found}


def judge(found: dict[str, Server], ours: list[str], statements: int) -> bool:
    """Print each promise and whether it was kept. True if all were. Datasette is the measure of the first of ours alone."""
    theirs = found["Datasette"]
    first = found[ours[0]]
    kept = [tables.verdict(f"{first.name}, median to Datasette's", first.median / theirs.median, MOST_OF_MEDIAN)]
    for many in CONNECTIONS:
        times = first.rate(many) / theirs.rate(many)
        what = f"{first.name}, pages a second to Datasette's on {many} connections"
        kept.append(tables.verdict(what, times, TIMES_A_SECOND, at_least=True))
    for name in ours:
        kept.append(tables.verdict(f"{name}, errors", found[name].errors, 0))
        kept.append(tables.verdict(f"{name}, largest page as sent", found[name].largest[0] / 1000, MOST_KB, unit=" KB"))
    kept.append(tables.verdict("SQL statements of a page", statements, MOST_STATEMENTS))
    if len(ours) == 2:
        times = found[ours[1]].median / first.median
        kept.append(tables.verdict("median on PostgreSQL to that on SQLite and Whoosh", times, MOST_OF_WHOOSH))
    return all(kept)


if __name__ == "__main__":
    raise SystemExit(main())

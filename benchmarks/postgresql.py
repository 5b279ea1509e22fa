"""The search index in PostgreSQL beside Whoosh's in a folder: building, changing, opening, answering, and the whole page.

    PYTHONPATH=. .venv/bin/python benchmarks/postgresql.py [--listings 10000] [--rounds 5] [--no-pages]

A PostgreSQL server of its own is started with its usual care for the disk. Questions to the engines are those of
`benchmarks/engine.py`, pages those of `benchmarks/page.py`, each asked of every engine in turn in one run. Exits with 1
where a page takes more than twice as long as with Whoosh, a build over 20 seconds, or a page more than six statements.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

import sqlalchemy
from flask import Flask
from sqlalchemy import Engine as Database
from sqlalchemy import event, text

from benchmarks import engine as engines
from benchmarks import tables
from benchmarks.instance import with_listings
from benchmarks.page import SEARCHES
from portal.core.extensions import Base
from portal.directory import indexing
from portal.search.port import Document, Engine, Query
from portal.search.postgres_engine import PostgresEngine
from portal.search.whoosh_engine import WhooshEngine
from tests.support import postgres

MOST_TIMES = 2.0
MOST_SECONDS = 20.0
MOST_STATEMENTS = 6
NOT_RUN = 2
SIZES = """
    select relname, pg_total_relation_size(oid) / 1e6 from pg_class
    where relname in ('search_state', 'search_segment', 'search_term', 'search_document') order by relname
"""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=10_000)
    asked.add_argument("--queries", type=int, default=500)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--no-pages", action="store_true")
    options = asked.parse_args()
    print(tables.machine())
    with running() as server, tempfile.TemporaryDirectory() as folder:
        is_kept = compare_engines(server, Path(folder), options.listings, options.queries)
        if not options.no_pages:
            is_kept = compare_pages(server, Path(folder), options.listings, options.rounds) and is_kept
    return 0 if is_kept else 1


@contextmanager
def running() -> Iterator[postgres.Server]:
    """A PostgreSQL server that keeps what it promises."""
    try:
        server = postgres.start(is_durable=True)
    except (OSError, RuntimeError) as fault:
        print(f"not run: no PostgreSQL: {fault}")
        raise SystemExit(NOT_RUN) from None
    try:
        yield server
    finally:
        with suppress(RuntimeError):
            server.stop()


def database(server: postgres.Server, name: str) -> str:
    server.run("createdb", "-h", str(server.folder / "run"), "-U", "tester", name)
    return server.url(name)


def compare_engines(server: postgres.Server, folder: Path, listings: int, queries: int) -> bool:
    """Building, opening, changing and answering. True if a build was quick enough."""
    url = database(server, "engine")
    made = sqlalchemy.create_engine(url)
    Base.metadata.create_all(made, [table for table in Base.metadata.sorted_tables if table.name.startswith("search_")])
    chance = Random(7)
    documents = engines.made_up(chance, listings)
    asking = [engines.question(chance, documents) for _ in range(queries)]
    kinds: dict[str, Callable[[], Any]] = {
        "Whoosh": lambda: WhooshEngine(folder / "engine"),
        "PostgreSQL": lambda: PostgresEngine(url, "measured"),
    }
    columns = {name: measured(open_engine, documents, asking) for name, open_engine in kinds.items()}
    rows = [[what, *(columns[name][what] for name in kinds)] for what in columns["Whoosh"]]
    tables.show([f"{listings:,} listings", *kinds], rows, markdown=True)
    with made.connect() as connection:
        for name, size in connection.execute(text(SIZES)):
            print(f"{name}: {size:.1f} MB")
    made.dispose()
    return tables.verdict("built", float(columns["PostgreSQL"]["built, s"].split()[0]), MOST_SECONDS, unit=" s")


def measured(open_engine: Callable[[], Any], documents: list[Document], asking: list[Query]) -> dict[str, str]:
    """What is measured of one engine, as text. Two figures are the median and the 95th percentile in milliseconds."""
    engine = open_engine()
    engine.mend()
    seconds, own = taken(lambda: engine.rebuild(documents))
    reader = open_engine()
    opened, _ = taken(lambda: reader.count(Query()))
    cold = [ms(lambda query=query: reader.search(query), before=reader.forget) for query in asking]
    warm = [ms(lambda query=query: reader.search(query)) for query in asking * 2][len(asking) :]
    changes = [engines.made_up(Random(at), 1, first=at * 7 % len(documents))[0] for at in range(100)]
    found = [ms(lambda document=document: change(engine, reader, document)) for document in changes]
    after = [ms(lambda query=query: reader.search(query)) for query in asking * 2][len(asking) :]
    return {
        "built, s": f"{seconds:.1f} ({own:.1f} of this process)",
        "opened, ms": f"{opened * 1000:.0f}",
        "one update until another process's reader has it": both(found),
        "a page's questions, words cached": both(warm),
        "no word cached": both(cold),
        "words cached, after 100 updates": both(after),
        "segments then": str(len(reader._newest().segments)),
    }


def change(engine: Engine, reader: Engine, document: Document) -> None:
    engine.update([document])
    assert reader.stored(document.id) == document


def both(times: list[float]) -> str:
    median, slow = tables.spread(times)
    return f"{median:.2f} / {slow:.2f}"


def taken(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock and of this process's own work."""
    began, worked = perf_counter(), process_time()
    work()
    return perf_counter() - began, process_time() - worked


def ms(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    before()
    return taken(work)[0] * 1000


def compare_pages(server: postgres.Server, folder: Path, listings: int, rounds: int) -> bool:
    """The whole page with each engine. True if PostgreSQL's is at most twice as slow, in few enough statements."""
    on_sqlite, on_postgresql = with_listings(listings), with_listings(listings, database(server, "portal"))
    rows_engine = on_postgresql.extensions["portal.search"]
    files_engine = WhooshEngine(folder / "pages")
    with on_postgresql.app_context():
        seconds, _ = taken(indexing.rebuild_index)
        print(f"all of a build, from reading listings on: {seconds:.1f} s")
        on_postgresql.extensions["portal.search"] = files_engine
        files_engine.mend()
        indexing.rebuild_index()
    kinds: dict[str, tuple[Flask, Engine]] = {
        "SQLite, Whoosh": (on_sqlite, on_sqlite.extensions["portal.search"]),
        "PostgreSQL, Whoosh": (on_postgresql, files_engine),
        "PostgreSQL, rows": (on_postgresql, rows_engine),
    }
    times: dict[str, list[float]] = {name: [] for name in kinds}
    most = 0
    for number in range(rounds + 1):
        for query in SEARCHES:
            for name, (app, engine) in kinds.items():
                app.extensions["portal.search"] = engine
                with statements() as seen:
                    took = ms(lambda app=app, query=query: fetch(app, query))
                if number:
                    times[name].append(took)
                    most = max(most, len(seen)) if engine is rows_engine else most
    tables.show(["page, ms, median / p95", *kinds], [["", *(both(times[name]) for name in kinds)]], markdown=True)
    medians = {name: tables.spread(times[name])[0] for name in kinds}
    times_as_slow = medians["PostgreSQL, rows"] / medians["SQLite, Whoosh"]
    is_quick = tables.verdict("times as long as with SQLite and Whoosh", times_as_slow, MOST_TIMES)
    return tables.verdict("statements of a page at most", most, MOST_STATEMENTS) and is_quick


def fetch(app: Flask, query: str) -> None:
    assert app.test_client().get(f"/services?{query}").status_code == 200, query


@contextmanager
def statements() -> Iterator[list[str]]:
    """Statements on any connection, other than those that begin and end a transaction."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(Database, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Database, "before_cursor_execute", note)


if __name__ == "__main__":
    raise SystemExit(main())

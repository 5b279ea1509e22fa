"""How answers slow as listings grow: our engine beside SQLite FTS5, tantivy and PostgreSQL, from 1,000 to 300,000 listings.

    PYTHONPATH=. .venv/bin/python benchmarks/growth.py [--sizes 1000,10000,100000,300000] [--questions 200] [--no-fts5]

Listings and questions are those of `benchmarks/engines.py`: all words needed, top 20, exact counts of all filters; totals and
counts of all engines must be those of the bare index. Each is asked each question twice and the second is timed, by own work, or
for PostgreSQL, whose work is a server's, by the clock. Ours is also asked by meaning, and how long a build and one edit until it
is found take is printed. A PostgreSQL server is started for it. 100,000 take about ten minutes, 300,000 half an hour.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from benchmarks import engine, peers, tables
from benchmarks.engines import Ours, Row, as_shared, without_remote

EDITS = 10


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sizes", default="1000,10000,100000,300000")
    asked.add_argument("--questions", type=int, default=200)
    asked.add_argument("--no-fts5", action="store_true")
    asked.add_argument("--server", help="address of an empty PostgreSQL database; one is started without it")
    options = asked.parse_args()
    if options.server:
        return inside(options)
    try:
        from tests.support import postgres

        server = postgres.start()
    except (ImportError, OSError, RuntimeError) as fault:
        print(f"not run: no PostgreSQL: {fault}")
        return peers.NOT_RUN
    try:
        program = [str(peers.ensure() / "python"), str(Path(__file__).resolve()), *sys.argv[1:]]
        address = server.url().replace("postgresql+psycopg", "postgresql")
        return subprocess.run([*program, "--server", address], check=False).returncode
    finally:
        with suppress(RuntimeError):
            server.stop()


def inside(options: argparse.Namespace) -> int:
    """Among the peers: measure each size in turn."""
    print(f"{options.questions} questions; {tables.machine()}", flush=True)
    rows: list[Sequence[str]] = []
    agree = True
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            agree = measured(size, Path(folder), options, rows) and agree
    tables.show(("listings", "engine", "ms, median / p95", "to tantivy's", "built, s"), rows, markdown=True)
    return 0 if agree else 1


def measured(size: int, folder: Path, options: argparse.Namespace, rows: list[Sequence[str]]) -> bool:
    """Add the rows of one size. True if all engines agree."""
    from benchmarks.engine_columns import Columns
    from benchmarks.engine_peers import Bare, Fts5, Tantivy

    chance = Random(7)
    documents = [without_remote(one) for one in engine.made_up(chance, size)]
    full = [engine.question(chance, documents) for _ in range(options.questions)]
    shared = [as_shared(question) for question in full]
    meant = [replace(one, meaning=whole.meaning) for one, whole in zip(shared, full, strict=True)]
    columns = Columns(documents)
    bare, _seconds = timed(lambda: Bare(documents, columns))
    tantivy, tantivy_seconds = timed(lambda: Tantivy(documents, columns, folder / "tantivy"))
    ours, ours_seconds = timed(lambda: Ours(folder / "ours", documents))
    server, server_seconds = timed(lambda: Postgres(documents, columns, options.server))
    every = [
        (Row("tantivy and numpy columns", tantivy.ask, shared), tantivy_seconds),
        (Row("ours", ours.ask, shared), ours_seconds),
    ]
    every += [
        (Row("ours, by meaning too", ours.ask, meant), ours_seconds),
        (Row(server.name, server.ask, shared), server_seconds),
    ]
    if not options.no_fts5:
        fts5, fts5_seconds = timed(lambda: Fts5(documents, columns, folder / "fts5.db"))
        every.append((Row(fts5.name, fts5.ask, shared), fts5_seconds))
    differ = [row.name for row, _ in every if any(row.ask(one)[:2] != bare.ask(one)[:2] for one in row.questions)]
    print(f"{size:,} listings: {'all agree' if not differ else 'these differ: ' + ', '.join(differ)}", flush=True)
    for row, seconds in every:
        row.measure()
        spread = row.on_the_clock if row.name == Postgres.name else (row.median, row.p95)
        ratio = f"{spread[0] / every[0][0].median:.1f} / {spread[1] / every[0][0].p95:.1f}"
        rows.append((f"{size:,}", row.name, f"{spread[0]:.2f} / {spread[1]:.2f}", ratio, f"{seconds:.1f}"))
    took = [edit(ours, chance, documents) for _ in range(EDITS)]
    print(
        f"    one edit until it is found: median {sorted(took)[EDITS // 2]:.0f} ms, slowest {max(took):.0f}", flush=True
    )
    server.close()
    return not differ


def edit(ours: Ours, chance: Random, documents: Sequence[engine.Document]) -> float:
    """Milliseconds until another reader of the same files finds an edited listing by a word that is new."""
    from portal.search.port import Query
    from portal.search.whoosh_engine import WhooshEngine

    reader = WhooshEngine(ours.folder)
    reader.count(Query())
    word = f"edited{chance.randrange(10**9)}"
    changed = chance.choice(documents)
    changed = replace(changed, texts={**changed.texts, "name": f"{changed.texts['name']} {word}"})
    began = perf_counter()
    ours.engine.update([changed])
    assert reader.count(Query(words=word)) == 1
    return (perf_counter() - began) * 1000


def timed(make: Any) -> tuple[Any, float]:
    """What was made, and the seconds it took."""
    began = perf_counter()
    made = make()
    return made, perf_counter() - began


class Postgres:
    """PostgreSQL alone: lexemes of our analyser with a GIN index, a table for values, all in SQL; the rank is its own."""

    name = "PostgreSQL, GIN and ts_rank"

    def __init__(self, documents: Sequence[engine.Document], columns: Any, address: str) -> None:
        import psycopg

        from benchmarks.engine_columns import read
        from portal.search.columns import on_sphere

        self._columns = columns
        self._driver = psycopg.connect(address, autocommit=True)
        run = self._driver.execute
        run("drop table if exists texts, told")
        run("create table texts (doc int primary key, stems tsvector, forms tsvector, x float8, y float8, z float8)")
        run("create table told (doc int, value int, primary key (doc, value))")
        with self._driver.cursor() as cursor:
            run("create temp table raw (doc int, stems text, forms text, x float8, y float8, z float8)")
            with cursor.copy("copy raw from stdin") as copy:
                for doc, document in enumerate(documents):
                    stems, forms = read(document)
                    place = on_sphere(document.points[:1])[0].tolist() if document.points else [None] * 3
                    copy.write_row((doc, " ".join(stems), " ".join(forms), *place))
            with cursor.copy("copy told from stdin") as copy:
                for doc, document in enumerate(documents):
                    for facet, values in document.facets.items():
                        for value in values:
                            copy.write_row((doc, columns.number[facet, value]))
        run(
            "insert into texts select doc, to_tsvector('simple', stems), to_tsvector('simple', forms), x, y, z from raw"
        )
        run("drop table raw")
        run("create index on texts using gin (stems)")
        run("create index on texts using gin (forms)")
        run("vacuum analyze texts, told")

    def ask(self, question: engine.Query) -> Any:
        """Total, counts and the first twenty, as the others give them."""
        from math import cos

        from benchmarks.engine_columns import parts_of
        from portal.search.columns import EARTH_KM, on_sphere

        matches: list[str] = []
        given: list[Any] = []
        for part in parts_of(question):
            if part.kind == "start":
                matches.append("forms @@ to_tsquery('simple', %s)")
                given.append(f"{part.words[0]}:*")
            else:
                matches.append("stems @@ phraseto_tsquery('simple', %s)")
                given.append(" ".join(part.words))
        rank = " || ".join("phraseto_tsquery('simple', %s)" for _part in parts_of(question))
        ranked = [" ".join(part.words) for part in parts_of(question)]
        if question.near is not None and question.within_km is not None:
            matches.append("x * %s + y * %s + z * %s >= %s")
            given += [*on_sphere([question.near])[0].tolist(), cos(question.within_km / EARTH_KM)]
        for clause in question.clauses:
            [value] = clause.values
            matches.append("exists (select from told where told.doc = texts.doc and value = %s)")
            given.append(self._columns.number[clause.facet, value])
        statement = f"""
            with hits as materialized (select doc, ts_rank(stems, {rank}) as score from texts where {" and ".join(matches)})
            select 0, count(*)::int, 0 from hits
            union all (select 1, doc, 0 from hits order by score desc, doc limit 20)
            union all select 2, value, count(*)::int from hits join told using (doc) group by value
        """
        rows = self._driver.execute(statement, (*ranked, *given)).fetchall()  # type: ignore[arg-type]
        total = next(number for kind, number, _ in rows if kind == 0)
        first = [doc for kind, doc, _ in rows if kind == 1]
        return total, self._columns.named((value, count) for kind, value, count in rows if kind == 2), first

    def close(self) -> None:
        """Let the server forget it all."""
        self._driver.execute("drop table if exists texts, told")
        self._driver.close()


if __name__ == "__main__":
    raise SystemExit(main())

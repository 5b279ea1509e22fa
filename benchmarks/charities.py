"""How well plain words find real charities that nobody labelled, beside plain full text of three engines in the same run.

    PYTHONPATH=. .venv/bin/python benchmarks/charities.py --data DIR [--needs FILE] [--all] [--show]

DIR is the folder of the reference data. Its charities are imported as listings: a name and what they say they do; never the codes
that they carry. Each need of `relevance/charity_needs.jsonl`, or of FILE, is asked as the search page asks it, without a place; a
charity fits that carries one of the need's codes. Beside it: SQLite's FTS5 (porter, any of the words, BM25), Whoosh as its manual
says (stems, any of the words, BM25F), and PostgreSQL's full text (english, any of the words, ts_rank_cd and ts_rank, the
better). Over the charities with codes, or with `--all` over all, where one without a code is a miss. Promise: 1.3 times the best
of the others.
"""

import argparse
import csv
import gzip
import json
import re
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

import psycopg
from sqlalchemy import select
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import OrGroup, QueryParser

from benchmarks import peers, tables
from portal.app import create_app
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.directory import indexing
from portal.directory.asking import SearchRequest
from portal.directory.finding import find
from portal.directory.models import Service
from portal.importing.actions import Origin, import_rows
from portal.importing.bounded import Wanted, reading_file
from portal.importing.opened import opened
from portal.operations import upgrading

FIRST = 10
TIMES_BEST = 1.3
FILES = ("ukcat_sample.csv.gz", "ukcat_top2000.csv.gz")
ADDRESS = "https://charities.example.org/"
GEOGRAPHY = Path(__file__).parent.parent / ".pytest_cache" / "geography"
WORD = re.compile(r"\w+")


@dataclass
class Charity:
    """What a charity says of itself, and the codes that others gave it."""

    id: str
    name: str
    activities: str
    objects: str
    codes: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        return "\n".join(filter(None, (self.name, self.activities, self.objects)))


Finder = Callable[[str], Sequence[str]]
"""Gives the ids of the first charities for words."""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, help="folder of the reference data")
    asked.add_argument("--needs", type=Path, help="a file like charity_needs.jsonl")
    asked.add_argument("--all", action="store_true", help="charities without codes too")
    asked.add_argument("--show", action="store_true", help="say of each need how many of the first ten fit")
    options = asked.parse_args()
    if options.data is None or not (options.data / "listings" / "ukcat_charities").is_dir():
        print("not run: no data")
        return peers.NOT_RUN
    path = options.needs or options.data / "relevance" / "charity_needs.jsonl"
    needs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    charities = {key: one for key, one in read(options.data).items() if one.codes or options.all}
    print(f"{len(charities):,} charities, {len(needs)} needs; {tables.machine()}")
    found: dict[str, list[int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, finder in engines(charities, Path(folder)):
            found[name] = [fits(finder(need["query"]), need, charities) for need in needs]
    if options.show:
        for at, need in enumerate(needs):
            print(need["id"], *(numbers[at] for numbers in found.values()), need["query"])
    rows = [
        [name, f"{fmean(numbers) / FIRST:.3f}", str(sum(not one for one in numbers))] for name, numbers in found.items()
    ]
    tables.show(("", "precision at 10", "needs with none in 10"), rows, markdown=True)
    ours, *others = (fmean(numbers) for numbers in found.values())
    return 0 if tables.verdict("times the best of the others", ours / max(others), TIMES_BEST, at_least=True) else 1


def read(data: Path) -> dict[str, Charity]:
    """Charities by id; rows of one are joined."""
    csv.field_size_limit(10_000_000)
    found: dict[str, Charity] = {}
    for name in FILES:
        with gzip.open(data / "listings" / "ukcat_charities" / name, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                key = row["org_id"]
                one = found.setdefault(key, Charity(key, row["name"], row["activities"], row["objects"]))
                one.codes |= {code.strip() for code in re.split("[;,]", row["UKCAT"] or "") if code.strip()}
    return found


def fits(ids: Sequence[str], need: Mapping[str, Any], charities: Mapping[str, Charity]) -> int:
    """How many of the first ten carry one of the need's codes."""
    return sum(bool(charities[key].codes & set(need["tags"])) for key in ids[:FIRST])


def engines(charities: Mapping[str, Charity], folder: Path) -> Iterator[tuple[str, Finder]]:
    """Ours first."""
    yield "ours", ours(charities, folder)
    yield "SQLite FTS5", fts5(charities)
    yield "Whoosh", whoosh(charities)
    yield from postgresql(charities)


def ours(charities: Mapping[str, Charity], folder: Path) -> Finder:
    """The search of the page, over charities that came in through `portal import`."""
    path = folder / "charities.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for one in charities.values():
            said = "\n\n".join(filter(None, (one.activities, one.objects)))
            file.write(json.dumps({"name": one.name, "description": said, "url": ADDRESS + one.id}) + "\n")
    instance = folder / "instance"
    instance.mkdir()
    if GEOGRAPHY.is_dir():
        (instance / "geography").symlink_to(GEOGRAPHY, target_is_directory=True)
    settings = Settings(
        instance=instance,
        secret_key="a secret of the benchmarks, long enough",
        testing=True,
        log_level="error",
        database_url=f"sqlite:///{instance / 'portal.sqlite3'}",
    )
    context = create_app(settings).app_context()
    context.push()
    upgrading.upgrade(lambda _sentence: None, None)
    with reading_file(Wanted(path)) as (_format, contents):
        results = Counter(
            result.outcome for result in import_rows(opened(contents, None, path.name).rows, Origin(path.stem))
        )
    print(f"imported: {dict(results)}")
    indexing.rebuild_index()
    ids = {key: (url or "").removeprefix(ADDRESS) for key, url in db.session.execute(select(Service.id, Service.url))}

    def first(words: str) -> list[str]:
        return [ids[card.id] for card in find(SearchRequest(words=words, limit=FIRST)).cards]

    return first


def fts5(charities: Mapping[str, Charity]) -> Finder:
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table texts using fts5 (text, id unindexed, tokenize='porter unicode61')")
    database.executemany("insert into texts values (?, ?)", [(one.text, one.id) for one in charities.values()])

    def first(words: str) -> list[str]:
        any_of = " OR ".join(f'"{word}"' for word in WORD.findall(words))
        return [
            key
            for (key,) in database.execute(
                "select id from texts where texts match ? order by rank limit ?", (any_of, FIRST)
            )
        ]

    return first


def whoosh(charities: Mapping[str, Charity]) -> Finder:
    schema = Schema(id=ID(stored=True), text=TEXT(analyzer=StemmingAnalyzer()))
    engine = RamStorage().create_index(schema)
    writer = engine.writer()
    for one in charities.values():
        writer.add_document(id=one.id, text=one.text)
    writer.commit()
    searcher = engine.searcher()
    parser = QueryParser("text", schema, group=OrGroup)

    def first(words: str) -> list[str]:
        return [hit["id"] for hit in searcher.search(parser.parse(" ".join(WORD.findall(words))), limit=FIRST)]

    return first


def postgresql(charities: Mapping[str, Charity]) -> Iterator[tuple[str, Finder]]:
    """Says "not run" and ends the program where no server can be started."""
    try:
        from tests.support import postgres

        server = postgres.start()
    except (ImportError, OSError, RuntimeError) as fault:
        sys.stdout.write(f"not run: no PostgreSQL: {fault}\n")
        raise SystemExit(peers.NOT_RUN) from None
    try:
        address = server.url().replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(address, autocommit=True) as driver:
            driver.execute("create temp table texts (id text, words tsvector)")
            for one in charities.values():
                driver.execute("insert into texts values (%s, to_tsvector('english', %s))", (one.id, one.text))

            def by(rank: str) -> Finder:
                def first(words: str) -> list[str]:
                    statement = f"""
                        with asked as (select replace(plainto_tsquery('english', %s)::text, '&', '|')::tsquery as q)
                        select id from texts, asked where words @@ q order by {rank}(words, q, 1) desc, id limit {FIRST}
                    """
                    return [row[0] for row in driver.execute(statement, (words,)).fetchall()]

                return first

            yield "PostgreSQL, ts_rank", by("ts_rank")
            yield "PostgreSQL, ts_rank_cd", by("ts_rank_cd")
    finally:
        server.stop()


if __name__ == "__main__":
    raise SystemExit(main())

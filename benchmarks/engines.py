"""The engine alone beside other engines: top 20 and exact counts of all filters, on the same listings and questions in one run.

    PYTHONPATH=. .venv/bin/python benchmarks/engines.py [--documents 10000] [--questions 500] [--runs 5] [--markdown]

Listings and questions are those of `benchmarks/engine.py`: 1 to 4 words, 15% with a typing error, 30% within a radius, 30%
filtered, 10% a phrase, 10% the start of a word. Here all words are needed, and all engines are given them as our analyser reads
them; totals and counts of each must equal those of the bare numpy index, or the program exits 1. Ours also counts who has not
told, which it always does. Whoosh's own way gets the first 100 questions. Figures are medians of the runs; promises are judged
by own work, since another program on the machine that takes its turn of 4 ms falls on a few answers alone.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

from benchmarks import engine, peers, tables
from portal.running.serving import settle

TIMES_TANTIVY = 2.0
TIMES_WHOOSH = 50.0
TIMES_TANTIVY_MEDIAN = 4.0
PROMISED_AT = 10_000
PROMISED_LARGE = 100_000
FOR_WHOOSH = 100


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--documents", type=int, default=10_000)
    asked.add_argument("--questions", type=int, default=500)
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--no-whoosh", action="store_true", help="leave Whoosh's own way out, which takes longest")
    asked.add_argument("--markdown", action="store_true")
    options = asked.parse_args()
    peers.inside()
    chance = Random(7)
    documents = [without_remote(one) for one in engine.made_up(chance, options.documents)]
    full = [engine.question(chance, documents) for _ in range(options.questions)]
    print(f"{len(documents):,} listings, {len(full)} questions; {tables.machine()}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        return 0 if compare(Path(folder), documents, full, options) else 1


def without_remote(document: engine.Document) -> engine.Document:
    """The others know no services by phone that a radius does not hold back."""
    return replace(document, serves=document.serves - {engine.REMOTE})


def as_shared(question: engine.Query) -> engine.Query:
    """What all engines can be asked: twenty hits and counts, one value a filter, no times and no other distances."""
    clauses = tuple(replace(one, values=frozenset({min(one.values)}), every=True) for one in question.clauses)
    return replace(question, clauses=clauses, windows=(), radii_km=(), limit=20, meaning=b"")


def compare(folder: Path, documents: list[Any], full: list[Any], options: argparse.Namespace) -> bool:
    """Build all, check that they agree, measure them, print it. True if all agree and promises are kept."""
    from benchmarks import engine_peers
    from benchmarks.engine_columns import Columns

    shared = [as_shared(question) for question in full]
    columns = Columns(documents)
    ours = Ours(folder / "ours", documents)
    bare = _built(lambda: engine_peers.Bare(documents, columns))
    tantivy = _built(lambda: engine_peers.Tantivy(documents, columns, folder / "tantivy"))
    fts5 = _built(lambda: engine_peers.Fts5(documents, columns, folder / "fts5.db"))
    rows: list[Row] = [Row(bare.name, bare.ask, shared), Row(tantivy.name, tantivy.ask, shared)]
    rows.append(Row(fts5.name, fts5.ask, shared))
    rows.append(mine := Row("ours, words cached", ours.ask, shared))
    rows.append(cold := Row("ours, no word cached", ours.ask, shared, before=ours.engine.forget))
    meant = [replace(one, meaning=whole.meaning) for one, whole in zip(shared, full, strict=True)]
    rows.append(vectors := Row("ours, ordered by meaning too", ours.ask, meant))
    whole = Row("ours, whole page, words cached", ours.page, full)
    rows += [whole, Row("ours, whole page, no word cached", ours.page, full, before=ours.engine.forget)]
    agree = [_agrees(row, bare.ask) for row in rows[1:4]] + [_agrees(vectors, bare.ask)]
    if not options.no_whoosh:
        plain = _built(lambda: engine_peers.Plain(documents, folder / "plain"))
        rows.append(theirs := Row(plain.name, plain.ask, shared[:FOR_WHOOSH], is_asked_twice=False))
        agree.append(_agrees(theirs, bare.ask_box))
    settle()
    for _ in range(options.runs):
        for row in rows:
            row.measure()
    header = ["engine", "ms of own work, median / p95", "on the clock", "p95 to tantivy's", "median to tantivy's"]
    tables.show(header, [row.told(rows[1]) for row in rows], markdown=options.markdown)
    if options.documents == PROMISED_LARGE:
        kept = [tables.verdict("p95 to tantivy's", mine.p95 / rows[1].p95, TIMES_TANTIVY)]
        kept.append(tables.verdict("median to tantivy's", mine.median / rows[1].median, TIMES_TANTIVY_MEDIAN))
        kept.append(tables.verdict("meaning adds, median", vectors.median - mine.median, 5.0, unit=" ms"))
        kept.append(tables.verdict("meaning adds, p95", vectors.p95 - mine.p95, 15.0, unit=" ms"))
        kept.append(tables.verdict("no word cached, p95", cold.p95, 35.0, unit=" ms"))
        return all(agree) and all(kept)
    if options.documents != PROMISED_AT:
        print(f"promises are about {PROMISED_AT:,} and {PROMISED_LARGE:,} listings")
        return all(agree)
    kept = [tables.verdict("p95 to tantivy's", mine.p95 / rows[1].p95, TIMES_TANTIVY)]
    kept.append(tables.verdict("p95 to FTS5's", mine.p95 / rows[2].p95, 1.0))
    if not options.no_whoosh:
        times = theirs.median / mine.median_of(FOR_WHOOSH)
        kept.append(tables.verdict("times faster than Whoosh's own, median", times, TIMES_WHOOSH, at_least=True))
    return all(agree) and all(kept)


class Ours:
    """Our engine, asked in two ways: for what the others can do, and for a whole page."""

    name = "ours"

    def __init__(self, folder: Path, documents: list[Any]) -> None:
        from portal.search.whoosh_engine import WhooshEngine

        self.folder = folder
        self.engine = WhooshEngine(folder)
        self.engine.mend()
        began = perf_counter()
        self.engine.rebuild(documents)
        print(f"{self.name}: built in {perf_counter() - began:.1f} s", flush=True)

    def ask(self, question: Any) -> tuple[int, Any, Any]:
        """All words are needed, however few have them."""
        from portal.search import scoring, weights

        scoring.WEIGHTS = replace(weights.WEIGHTS, few=0)  # type: ignore[misc]
        try:
            found = self.engine.search(question)
        finally:
            scoring.WEIGHTS = weights.WEIGHTS  # type: ignore[misc]
        return found.total, found.facets, found.hits

    def page(self, question: Any) -> Any:
        """Times, distances and few words as well."""
        return self.engine.search(question)


class Row:
    """One engine under one kind of question, and what it took in each run."""

    def __init__(
        self,
        name: str,
        ask: Callable[[Any], Any],
        questions: Sequence[Any],
        before: Callable[[], None] | None = None,
        *,
        is_asked_twice: bool = True,
    ) -> None:
        self.name, self.ask, self.questions = name, ask, questions
        self._before, self._is_asked_twice = before, is_asked_twice
        self._runs: list[list[float]] = []
        self._clock: list[list[float]] = []

    def measure(self) -> None:
        """Ask every question, twice where the first time could make the second quicker, and take the time of the last."""
        own, clock = [], []
        for question in self.questions:
            if self._is_asked_twice:
                self.ask(question)
            if self._before:
                self._before()
            began, began_own = perf_counter(), process_time()
            self.ask(question)
            own.append((process_time() - began_own) * 1000)
            clock.append((perf_counter() - began) * 1000)
        self._runs.append(own)
        self._clock.append(clock)

    @property
    def on_the_clock(self) -> tuple[float, float]:
        """Median and 95th percentile by the clock, each the median of all runs."""
        return _middle(self._clock, 0), _middle(self._clock, 1)

    @property
    def median(self) -> float:
        return _middle(self._runs, 0)

    @property
    def p95(self) -> float:
        return _middle(self._runs, 1)

    def median_of(self, first: int) -> float:
        """The median of the first questions alone."""
        return statistics.median(statistics.median(run[:first]) for run in self._runs)

    def told(self, beside: "Row") -> list[str]:
        """A row of the table."""
        return [
            self.name,
            f"{self.median:.3f} / {self.p95:.2f}",
            "{:.3f} / {:.2f}".format(*self.on_the_clock),
            f"{self.p95 / beside.p95:.2f}",
            f"{self.median / beside.median:.2f}",
        ]


def _middle(runs: list[list[float]], which: int) -> float:
    """The median of all runs' medians, or of their 95th percentiles."""
    return statistics.median(tables.spread(run)[which] for run in runs)


def _built(make: Callable[[], Any]) -> Any:
    began = perf_counter()
    made = make()
    print(f"{made.name}: built in {perf_counter() - began:.1f} s", flush=True)
    return made


def _agrees(row: Row, limit: Callable[[Any], Any]) -> bool:
    """Whether totals and counts equal those of the bare index."""
    different = [question for question in row.questions if row.ask(question)[:2] != limit(question)[:2]]
    if different:
        print(f"{row.name}: {len(different)} of {len(row.questions)} answers differ, the first: {different[0]}")
    return not different


if __name__ == "__main__":
    raise SystemExit(main())

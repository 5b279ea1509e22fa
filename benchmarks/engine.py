"""How fast the search engine builds, changes and answers, on made-up listings.

    PYTHONPATH=. .venv/bin/python benchmarks/engine.py [--documents 10000] [--queries 500] [--no-plain]

Texts have English word frequencies, about 130 words a listing; questions are 1 to 4 words, 15% with a typing error, 30% within
a radius, 30% filtered, 10% a phrase, 10% the start of a word. Each asks for everything that a results page shows: ten hits,
counts of all filters, times and distances, ordered by meaning too. Beside it stands Whoosh as its manual says, with its own
filter, facets and sort on the same listings in the same run; it counts no times and only a box instead of a radius.
"""

import argparse
import importlib.resources
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

from whoosh import index, query
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.sorting import FieldFacet

from portal.search import meaning, words
from portal.search.asking import asked
from portal.search.port import REMOTE, Clause, Document, Point, Query, Window
from portal.search.whoosh_engine import WhooshEngine

DAY = 24 * 60
TODAY = 20_782 * DAY
FACETS = {
    "topic": tuple(f"topic-{number}" for number in range(46)),
    "cost": ("free", "donation", "low", "more"),
    "how": ("in-person", "online", "phone", "visit"),
    "who": tuple(f"who-{number}" for number in range(12)),
    "language": tuple(f"language-{number}" for number in range(20)),
    "access": tuple(f"access-{number}" for number in range(7)),
    "joining": ("drop-in", "self", "professional"),
    "space": ("now",),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--no-plain", action="store_true", help="leave Whoosh as its manual says out")
    options = parser.parse_args()
    chance = Random(7)
    documents = made_up(chance, options.documents)
    asking = [question(chance, documents) for _ in range(options.queries)]
    print(f"{len(documents):,} listings, {len(asking)} questions; milliseconds")
    with tempfile.TemporaryDirectory() as folder:
        cold, warm = ours(Path(folder) / "ours", documents, asking, chance)
        if not options.no_plain:
            peer = plain(Path(folder) / "plain", documents, asking)
            print(f"median of own work against Whoosh's: {peer / warm:.0f} times less warm, {peer / cold:.0f} cold")


def ours(folder: Path, documents: list[Document], asking: list[Query], chance: Random) -> tuple[float, float]:
    """Gives medians of own work with no word cached and with all."""
    engine = WhooshEngine(folder)
    engine.mend()
    [(clock, own)] = timed(engine.rebuild, [documents])
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"built in {clock / 1000:.1f} s, own work {own / 1000:.1f} s; {size / 1e6:.0f} MB")
    began = perf_counter()
    WhooshEngine(folder).count(Query())
    print(f"opened in {(perf_counter() - began) * 1000:.0f} ms")
    cold = show("whole page, no word cached", timed(engine.search, asking, before=engine.forget))
    show("whole page, from empty, each once", timed(engine.search, asking))
    warm = show("whole page, words cached", timed(engine.search, asking))
    show("total only, words cached", timed(engine.count, asking))
    reader = WhooshEngine(folder)
    reader.count(Query())

    def change(document: Document) -> None:
        engine.update([document])
        assert reader.stored(document.id) == document

    changes = [made_up(chance, 1, first=chance.randrange(len(documents)))[0] for _ in range(40)]
    show("one update until another process's reader has it", timed(change, changes))
    show("whole page, words cached, after 40 updates", timed(reader.search, asking * 2)[len(asking) :])
    return cold, warm


def plain(folder: Path, documents: list[Document], asking: list[Query]) -> float:
    """Whoosh with its own tools, as its manual says. Gives the median of its own work."""
    text = TEXT(analyzer=StemmingAnalyzer())
    facets = {facet: KEYWORD(sortable=True, commas=True) for facet in FACETS}
    where = {"lat": NUMERIC(sortable=True, bits=32), "lon": NUMERIC(sortable=True, bits=32, signed=True)}
    folder.mkdir()
    whoosh = index.create_in(str(folder), Schema(id=ID(unique=True, stored=True), text=text, **where, **facets))
    began, began_own = perf_counter(), process_time()
    writer = whoosh.writer()
    for document in documents:
        near = {"lat": _micro(document.points[0].lat), "lon": _micro(document.points[0].lon)} if document.points else {}
        told = {facet: ",".join(sorted(values)) for facet, values in document.facets.items()}
        writer.add_document(id=document.id, text=" ".join(document.texts.values()), **near, **told)
    writer.commit()
    clock, own = perf_counter() - began, process_time() - began_own
    print(f"Whoosh as its manual says: built in {clock:.1f} s, own work {own:.1f} s")
    searcher = whoosh.searcher()
    groups = {facet: FieldFacet(facet, allow_overlap=True) for facet in FACETS}

    def ask(question: Query) -> Any:
        return searcher.search(_as_whoosh(question), limit=10, filter=_filter(question), groupedby=groups)

    return show("Whoosh as its manual says, filter= and groupedby=", timed(ask, asking[:100]))


def _micro(degrees: float) -> int:
    return round(degrees * 1_000_000)


def _as_whoosh(question: Query) -> Any:
    parts = []
    for part in asked(question.words, "en").parts:
        stems = [words.term(word, "en").removeprefix("en:") for word in part.words]
        if part.is_start:
            parts.append(query.Prefix("text", part.words[0]))
        else:
            parts.append(query.Phrase("text", stems) if len(stems) > 1 else query.Term("text", stems[0]))
    return query.And(parts)


def _filter(question: Query) -> Any:
    parts: list[Any] = [
        query.Or([query.Term(clause.facet, value) for value in clause.values]) for clause in question.clauses
    ]
    if question.near and question.within_km:
        north, east = question.within_km / 111.2, question.within_km / 68
        lat, lon = question.near.lat, question.near.lon
        parts.append(query.NumericRange("lat", _micro(lat - north), _micro(lat + north)))
        parts.append(query.NumericRange("lon", _micro(lon - east), _micro(lon + east)))
    return query.And(parts) if parts else None


Took = list[tuple[float, float]]


def timed(work: Callable[[Any], Any], items: Sequence[Any], before: Callable[[], None] | None = None) -> Took:
    """Milliseconds on the clock and of this process's own work, which other work on the machine lengthens less."""
    took = []
    for item in items:
        if before:
            before()
        began, began_own = perf_counter(), process_time()
        work(item)
        took.append(((perf_counter() - began) * 1000, (process_time() - began_own) * 1000))
    return took


def show(what: str, took: Took) -> float:
    """Print how long it took. Gives the median of own work."""
    clock, own = zip(*took, strict=True)
    print(f"{what}: {_spread(clock)}; own work {_spread(own)}")
    return statistics.median(own)


def _spread(took: Sequence[float]) -> str:
    return f"p50 {statistics.median(took):.2f} p95 {statistics.quantiles(took, n=100)[94]:.2f}"


def made_up(chance: Random, number: int, first: int = 0) -> list[Document]:
    return [_document(chance, f"listing-{first + at:06}") for at in range(number)]


def _frequencies() -> tuple[list[str], list[int]]:
    listed = importlib.resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    pairs = [line.split() for line in listed.read_text(encoding="utf-8-sig").splitlines()]
    return [word for word, _ in pairs], [int(often) for _, often in pairs]


WORDS, OFTEN = _frequencies()
UP_TO = [0]
for each in OFTEN:
    UP_TO.append(UP_TO[-1] + each)


def _text(chance: Random, length: int) -> str:
    return " ".join(chance.choices(WORDS, cum_weights=UP_TO[1:], k=length))


def _document(chance: Random, name: str) -> Document:
    facets = {
        facet: frozenset(chance.sample(values, min(len(values), 1 + chance.randrange(3))))
        for facet, values in FACETS.items()
    }
    starts = [TODAY + day * DAY + chance.randrange(36, 80) * 15 for day in range(chance.randrange(7), 56, 7)]
    texts = {
        "name": _text(chance, 4),
        "organisation": _text(chance, 3),
        "needs": " ".join(sorted(facets["topic"])),
        "summary": _text(chance, 20),
        "description": _text(chance, 100),
    }
    return Document(
        id=name,
        texts=texts,
        meaning=meaning.pack(meaning.of_text(" ".join(texts.values()))),
        points=(_point(chance),) if chance.random() < 0.9 else (),
        serves=frozenset({REMOTE}) if chance.random() < 0.1 else frozenset({f"area-{chance.randrange(300)}"}),
        facets=facets,
        denied={"access": frozenset(chance.sample(FACETS["access"], 2)) - facets["access"]},
        sessions=tuple((start, start + 90) for start in starts) if chance.random() < 0.6 else (),
        checked=20_600 + chance.randrange(180),
    )


def _point(chance: Random) -> Point:
    return Point(chance.uniform(51.2, 53.8), chance.uniform(-2.8, 0.2))


def windows() -> tuple[Window, ...]:
    days = [(TODAY + day * DAY, TODAY + (day + 1) * DAY) for day in range(56)]
    evenings = tuple((end - 7 * 60, end) for _, end in days)
    found = [Window(f"day-{week_day}", tuple(days[week_day::7])) for week_day in range(7)]
    found += [Window("weekend", tuple(day for at, day in enumerate(days) if at % 7 > 4)), Window("evening", evenings)]
    found += [
        Window("now", ((TODAY + 600, TODAY + 601),)),
        Window("today", (days[0],)),
        Window("tonight", (evenings[0],)),
    ]
    return (*found, Window("week", ((days[0][0], days[6][1]),)))


WINDOWS = windows()


def question(chance: Random, documents: list[Document]) -> Query:
    source = [word for word in chance.choice(documents).texts["description"].split() if word not in words.stops("en")]
    kind = chance.random()
    if kind < 0.1:
        run = chance.choice(documents).texts["description"].split()
        at = chance.randrange(len(run) - 1)
        typed = f'"{run[at]} {run[at + 1]}"'
    elif kind < 0.2:
        typed = chance.choice(source)[:4] + "*"
    else:
        typed = " ".join(chance.sample(source, chance.randrange(1, 5)))
    if chance.random() < 0.15:
        at = chance.randrange(len(typed))
        typed = typed[:at] + typed[at + 1 :]
    facet = chance.choice(("cost", "who", "access", "how"))
    return Query(
        words=typed,
        meaning=meaning.pack(meaning.of_text(typed, is_typed=True)),
        near=_point(chance) if (is_near := chance.random() < 0.3) else None,
        within_km=8.0 if is_near else None,
        clauses=(Clause(facet, frozenset(FACETS[facet][:2]), every=facet == "access"),)
        if chance.random() < 0.3
        else (),
        windows=WINDOWS,
        now=TODAY + 600,
        radii_km=(1.6, 4.8, 8.0, 16.1) if is_near else (),
    )


if __name__ == "__main__":
    main()

"""The engines that ours is measured beside. Each is given words that our analyser has read, and answers the same questions."""

import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from math import cos
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import tantivy
from whoosh import index, query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import KEYWORD, NUMERIC, TEXT, Schema
from whoosh.sorting import FieldFacet

from benchmarks.engine_columns import FIRST, Answer, Columns, Numbers, Part, box, parts_of, read
from portal.search.columns import EARTH_KM, on_sphere
from portal.search.port import Document, Query

AT = 1 << 32
NONE: Numbers = np.zeros(0, dtype=np.int64)


class Peer(Protocol):
    """An engine over documents that are numbered in their order."""

    name: str

    def ask(self, question: Query) -> Answer:
        """The answer to a question."""
        ...


class Bare:
    """An inverted index of numpy arrays in memory, which cannot be changed: the limit."""

    name = "bare numpy index, the limit"

    def __init__(self, documents: Sequence[Document], columns: Columns) -> None:
        places: dict[str, list[int]] = {}
        forms: dict[str, list[int]] = {}
        for doc, document in enumerate(documents):
            stems, written = read(document)
            for place, stem in enumerate(stems):
                places.setdefault(stem, []).append(doc * AT + place)
            for form in dict.fromkeys(written):
                forms.setdefault(form, []).append(doc)
        self._places = {stem: np.array(found, dtype=np.int64) for stem, found in places.items()}
        self._docs = {stem: np.unique(found // AT, return_counts=True) for stem, found in self._places.items()}
        self._forms = {form: np.array(docs, dtype=np.int64) for form, docs in forms.items()}
        self._sorted = sorted(forms)
        self._columns, self._count = columns, len(documents)

    def ask(self, question: Query) -> Answer:
        docs, scores = self.found(question)
        kept = self._columns.kept(docs, question)
        return self._answer(kept, scores)

    def ask_box(self, question: Query) -> Answer:
        """The answer with a box in place of the radius, for what knows none."""
        docs, scores = self.found(question)
        return self._answer(self._columns.in_box(docs, question), scores)

    def _answer(self, kept: Numbers, scores: list[Any]) -> Answer:
        value = np.zeros(len(kept))
        for docs, weights in scores:
            value += weights[np.searchsorted(docs, kept)]
        best = np.argpartition(-value, FIRST)[:FIRST] if len(kept) > FIRST else np.arange(len(kept))
        return len(kept), self._columns.counts(kept), kept[best[np.argsort(-value[best])]].tolist()

    def found(self, question: Query) -> tuple[Numbers, list[Any]]:
        """Documents with all parts, and the weights of each."""
        parts = [self._postings(part) for part in parts_of(question)]
        parts.sort(key=lambda found: len(found[0]))
        if not parts or not len(parts[0][0]):
            return NONE, []
        docs = parts[0][0]
        for other, _ in parts[1:]:
            if not len(docs) or not len(other):
                return NONE, []
            docs = docs[other[np.minimum(np.searchsorted(other, docs), len(other) - 1)] == docs]
        return docs, parts

    def _postings(self, part: Part) -> tuple[Numbers, Any]:
        if part.kind == "start":
            docs = self._starting(part.words[0])
            return docs, np.ones(len(docs))
        if len(part.words) == 1:
            docs, often = self._docs.get(part.words[0], (NONE, NONE))
        else:
            docs, often = np.unique(self._phrase(part.words) // AT, return_counts=True)
        return docs, np.log(1 + self._count / (len(docs) + 1)) * often / (often + 1.2)

    def _starting(self, start: str) -> Numbers:
        first, last = bisect_left(self._sorted, start), bisect_left(self._sorted, start + "\uffff")
        found = [self._forms[form] for form in self._sorted[first:last]]
        return np.unique(np.concatenate(found)) if found else NONE

    def _phrase(self, stems: tuple[str, ...]) -> Numbers:
        standing = self._places.get(stems[0], NONE)
        for step, stem in enumerate(stems[1:], 1):
            standing = np.intersect1d(standing, self._places.get(stem, NONE) - step, assume_unique=True)
        return standing


class Tantivy:
    """tantivy finds the words; radius, filters and counts are numpy columns."""

    name = "tantivy and numpy columns"

    def __init__(self, documents: Sequence[Document], columns: Columns, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("stems", tokenizer_name="whitespace", index_option="position")
        builder.add_text_field("forms", tokenizer_name="whitespace", index_option="basic")
        self._schema = builder.build()
        folder.mkdir()
        engine = tantivy.Index(self._schema, path=str(folder))
        writer = engine.writer(heap_size=1_000_000_000, num_threads=1)
        for document in documents:
            stems, forms = read(document)
            writer.add_document(tantivy.Document(stems=" ".join(stems), forms=" ".join(forms)))
        writer.commit()
        writer.wait_merging_threads()
        engine.reload()
        self._searcher = engine.searcher()
        self._columns = columns
        if self._searcher.num_segments != 1:
            raise SystemExit("not run: tantivy made several segments")

    def ask(self, question: Query) -> Answer:
        parts = [(tantivy.Occur.Must, self._query(part)) for part in parts_of(question)]
        asked = parts[0][1] if len(parts) == 1 else tantivy.Query.boolean_query(parts)
        found = self._searcher.search(asked, limit=self._searcher.num_docs, count=False).hits
        docs = np.fromiter((address.doc for _, address in found), dtype=np.int64, count=len(found))
        kept = self._columns.kept(docs, question)
        return len(kept), self._columns.counts(kept), kept[:FIRST].tolist()

    def _query(self, part: Part) -> Any:
        if part.kind == "start":
            return tantivy.Query.regex_query(self._schema, "forms", f"{part.words[0]}.*")
        if len(part.words) > 1:
            return tantivy.Query.phrase_query(self._schema, "stems", list(part.words))
        return tantivy.Query.term_query(self._schema, "stems", part.words[0])


class Fts5:
    """SQLite alone: FTS5 for words, an R*Tree for places, a table for values, all in SQL."""

    name = "SQLite FTS5 and R*Tree"

    def __init__(self, documents: Sequence[Document], columns: Columns, path: Path) -> None:
        self._columns = columns
        self._database = database = sqlite3.connect(path, isolation_level=None)
        database.executescript("""
            pragma cache_size = -200000; pragma mmap_size = 1000000000; pragma temp_store = memory;
            create virtual table texts using fts5 (stems, forms, content='', tokenize="unicode61 remove_diacritics 0");
            create virtual table boxes using rtree (doc, south, north, west, east);
            create table points (doc integer primary key, x real, y real, z real);
            create table told (doc integer, value integer, primary key (doc, value)) without rowid;
            create temp table hits (doc integer primary key, score real);
            begin;
        """)
        for doc, document in enumerate(documents):
            stems, forms = read(document)
            texts = "insert into texts (rowid, stems, forms) values (?, ?, ?)"
            database.execute(texts, (doc, " ".join(stems), " ".join(forms)))
            for point in document.points[:1]:
                database.execute(
                    "insert into boxes values (?, ?, ?, ?, ?)", (doc, point.lat, point.lat, point.lon, point.lon)
                )
                [(x, y, z)] = on_sphere([point]).tolist()
                database.execute("insert into points values (?, ?, ?, ?)", (doc, x, y, z))
            values = [columns.number[facet, value] for facet, told in document.facets.items() for value in told]
            database.executemany("insert into told values (?, ?)", [(doc, value) for value in values])
        database.execute("insert into texts (texts) values ('optimize')")
        database.executescript("analyze;")

    def ask(self, question: Query) -> Answer:
        sql = "insert into hits select rowid, rank from texts where texts match ?"
        given: list[Any] = [" AND ".join(map(self._match, parts_of(question)))]
        if question.near is not None and question.within_km is not None:
            north, south, east, west = box(question)
            sql += " and +rowid in (select points.doc from boxes join points using (doc)"
            sql += " where south >= ? and north <= ? and west >= ? and east <= ? and x * ? + y * ? + z * ? >= ?)"
            given += [south, north, west, east, *on_sphere([question.near])[0], cos(question.within_km / EARTH_KM)]
        for clause in question.clauses:
            [value] = clause.values
            sql += " and exists (select 1 from told where told.doc = texts.rowid and value = ?)"
            given.append(self._columns.number[clause.facet, value])
        run = self._database.execute
        run("delete from hits")
        run(sql, given)
        [(total,)] = run("select count(*) from hits")
        first = [doc for (doc,) in run("select doc from hits order by score limit 20")]
        counted = run("select value, count(*) from hits cross join told using (doc) group by value").fetchall()
        return total, self._columns.named(counted), first

    def _match(self, part: Part) -> str:
        if part.kind == "start":
            return f'forms : "{part.words[0]}" *'
        return f'stems : "{" ".join(part.words)}"'


class Plain:
    """Whoosh as its manual says, with its own filter and facets, and a box in place of a radius."""

    name = "Whoosh's own filter and facets"

    def __init__(self, documents: Sequence[Document], folder: Path) -> None:
        facets = sorted({facet for document in documents for facet in document.facets})
        text = TEXT(analyzer=SpaceSeparatedTokenizer())
        kinds: dict[str, Any] = {facet: KEYWORD(sortable=True, commas=True) for facet in facets}
        kinds |= {name: NUMERIC(sortable=True, bits=32, signed=True) for name in ("lat", "lon")}
        folder.mkdir()
        engine = index.create_in(str(folder), Schema(stems=text, forms=text, **kinds))
        writer = engine.writer(limitmb=512)
        for document in documents:
            stems, forms = read(document)
            told: dict[str, Any] = {facet: ",".join(sorted(values)) for facet, values in document.facets.items()}
            for point in document.points[:1]:
                told |= {"lat": _micro(point.lat), "lon": _micro(point.lon)}
            writer.add_document(stems=" ".join(stems), forms=" ".join(forms), **told)
        writer.commit()
        self._searcher = engine.searcher()
        self._groups = {facet: FieldFacet(facet, allow_overlap=True) for facet in facets}

    def ask(self, question: Query) -> Answer:
        parts = [self._query(part) for part in parts_of(question)]
        results = self._searcher.search(
            query.And(parts), limit=FIRST, filter=self._filter(question), groupedby=self._groups
        )
        counts = {}
        for facet in self._groups:
            found = Counter({value: len(docs) for value, docs in results.groups(facet).items() if value})
            if found:
                counts[facet] = dict(found)
        return len(results), counts, [hit.docnum for hit in results]

    def _query(self, part: Part) -> Any:
        if part.kind == "start":
            return query.Prefix("forms", part.words[0])
        terms = list(part.words)
        return query.Phrase("stems", terms) if len(terms) > 1 else query.Term("stems", terms[0])

    def _filter(self, question: Query) -> Any:
        parts: list[Any] = [query.Term(clause.facet, value) for clause in question.clauses for value in clause.values]
        if question.near is not None:
            north, south, east, west = map(_micro, box(question))
            parts += [query.NumericRange("lat", south, north), query.NumericRange("lon", west, east)]
        return query.And(parts) if parts else None


def _micro(degrees: float) -> int:
    return round(degrees * 1_000_000)

"""Rows that are lost or damaged, and writers that are killed: what is answered is right, or comes from elsewhere."""

import signal
from collections.abc import Callable, Iterator
from random import Random

import pytest
import sqlalchemy
from sqlalchemy import text

from portal.search.port import Document, Engine, IndexUnavailable, Query, Result
from portal.search.postgres_engine import PostgresEngine
from tests.search import made_up
from tests.search.processes import another_process, ask

Another = Callable[[], PostgresEngine]

COUNT = 60
PLACES = (
    ("search_state", "segments"),
    ("search_segment", "arrays"),
    ("search_segment", "lexicon"),
    ("search_term", "docs"),
    ("search_term", "weights"),
    ("search_term", "places"),
    ("search_term", "term"),
    ("search_document", "body"),
    ("search_segment", None),
    ("search_term", None),
    ("search_document", None),
)
"""Columns in which a byte is turned, and tables from which a row is taken."""

KILLED = """
import os, signal
import psycopg
from portal.search.packing import Packer
left = int(input())

def counted(work):
    def run(*arguments, **options):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*arguments, **options)
    return run

psycopg.Connection.execute = counted(psycopg.Connection.execute)
psycopg.Transaction.__exit__ = counted(psycopg.Transaction.__exit__)
Packer.add = counted(Packer.add)
engine.ready()
documents = [made_up.document(Random(at), f"new-{at:03}") for at in range(30)]
"""
DOING = {"update": "engine.update(documents)", "rebuild": "engine.rebuild(documents)"}
MOST_STEPS = 48


@pytest.fixture
def database(rows_url: str) -> Iterator[sqlalchemy.Engine]:
    made = sqlalchemy.create_engine(rows_url)
    yield made
    made.dispose()


@pytest.mark.parametrize("doing", DOING)
def test_a_writer_killed_at_any_moment_leaves_the_old_index_or_the_new_one(
    rows_engine: PostgresEngine, rows_url: str, rows_version: str, doing: str
) -> None:
    old = made_up.documents(Random(8), 40)
    new = {f"new-{at:03}" for at in range(30)}
    after = new if doing == "rebuild" else new | {document.id for document in old}
    moments = sorted(Random(doing).sample(range(1, MOST_STEPS), 4))
    seen = set()
    for moment in (*moments, 10_000):
        rows_engine.rebuild(old)
        code = f"{KILLED}{DOING[doing]}\nprint('done', flush=True)\n"
        with another_process(code, rows_url, rows_version) as process:
            is_done = ask(process, str(moment)) == "done"
            assert is_done or process.wait() == -signal.SIGKILL
        assert rows_engine.ids() in (after, {document.id for document in old}), moment
        assert not is_done or rows_engine.ids() == after
        assert not rows_engine.mend()
        seen.add(len(rows_engine.ids()))
        rows_engine.update([Document("next")])
        assert "next" in rows_engine.ids()
    assert seen == {len(old), len(after)}


def damage(database: sqlalchemy.Engine, version: str, chance: Random, table: str, column: str | None) -> None:
    """Turn a byte of one of the rows in use, or take the row away."""
    segments = "(select id from search_segment where version = :version and retired_at is null)"
    where = {"search_state": "version = :version", "search_segment": f"id in {segments}"}.get(
        table, f"segment_id in {segments}"
    )
    if column in ("docs", "weights", "places", "term"):
        where += f" and length({column}) > 0"
    with database.begin() as connection:
        rows = connection.execute(text(f"select ctid from {table} where {where}"), {"version": version}).all()
        row = chance.choice(sorted(str(row[0]) for row in rows))
        if column is None:
            connection.execute(text(f"delete from {table} where ctid = :row"), {"row": row})
            return
        if column in ("segments", "body"):
            length = connection.scalar(text(f"select length({column}) from {table} where ctid = :row"), {"row": row})
            at = chance.randrange(length or 1) + 1
            changed = f"overlay({column} placing '~' from {at})"
        else:
            length = connection.scalar(text(f"select length({column}) from {table} where ctid = :row"), {"row": row})
            at = chance.randrange(length or 1)
            changed = f"set_byte({column}, {at}, 255 - get_byte({column}, {at}))"
        connection.execute(text(f"update {table} set {column} = {changed} where ctid = :row"), {"row": row})


def told(result: Result) -> tuple[object, ...]:
    return result.total, result.hits, result.facets, result.untold, result.radii


def answers(engine: Engine, documents: list[Document]) -> Iterator[tuple[str, object]]:
    """Everything that can be asked, piece by piece."""
    for number in range(25):
        query = made_up.query(Random(number))
        yield f"query {number}", told(engine.search(query))
    for word in (*made_up.VOCABULARY, *made_up.WELSH):
        yield word, engine.count(Query(word))
        yield f"{word[:3]}*", engine.count(Query(f"{word[:3]}*"))
    yield "ids", engine.ids()
    for document in documents:
        yield document.id, engine.stored(document.id)


@pytest.mark.parametrize("seed", range(22))
def test_damage_anywhere_is_found_and_mended_and_nothing_wrong_is_answered_meanwhile(
    rows_engine: PostgresEngine, another: Another, database: sqlalchemy.Engine, rows_version: str, seed: int
) -> None:
    chance = Random(seed)
    documents = made_up.documents(chance, COUNT)
    rows_engine.rebuild(documents[:-5])
    rows_engine.update(documents[-5:])
    right = dict(answers(rows_engine, documents))
    damage(database, rows_version, chance, *PLACES[seed % len(PLACES)])
    reader = another()
    try:
        for asked, answer in answers(reader, documents):
            assert answer == right[asked], asked
    except IndexUnavailable:
        assert not reader.ready(), "who has met damage reads no more of it"
    worker = another()
    assert worker.mend(), "a worker that compares every row finds the damage"
    with pytest.raises(IndexUnavailable):
        rows_engine.search(Query())
    worker.rebuild(documents)
    for engine in (rows_engine, reader, worker):
        assert engine.ids() == {document.id for document in documents}
        assert [engine.stored(document.id) for document in documents] == documents
    assert not worker.mend()


def test_damage_that_one_process_meets_keeps_every_process_from_it(
    rows_engine: PostgresEngine, another: Another, database: sqlalchemy.Engine, rows_version: str
) -> None:
    rows_engine.rebuild([Document("tea", texts={"name": "Tea"})])
    assert rows_engine.count(Query("tea")) == 1
    with database.begin() as connection:
        connection.execute(
            text(
                "delete from search_term where segment_id in (select id from search_segment where version = :version)"
            ),
            {"version": rows_version},
        )
    with pytest.raises(IndexUnavailable):
        another().count(Query("tea"))
    assert not rows_engine.ready()
    with pytest.raises(IndexUnavailable):
        rows_engine.update([Document("cake")])


def test_a_mended_index_is_read_by_nobody_before_it_is_built(another: Another) -> None:
    first, second = another(), another()
    assert first.mend() and not first.ready()
    assert second.mend(), "a kill between mending and building must not leave an empty index"
    with pytest.raises(IndexUnavailable):
        first.update([Document("tea")])
    second.rebuild([Document("tea")])
    assert first.ids() == {"tea"} and not first.mend()

"""What only an index in a shared database can get wrong: other processes, replaced rows, lost connections."""

import threading
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import event, text

from portal.search import merging, rows_writing
from portal.search.port import Document, IndexUnavailable, Query
from portal.search.postgres_engine import PostgresEngine
from portal.search.rows_shelf import RowsShelf
from portal.search.whoosh_engine import WhooshEngine
from tests.search import made_up
from tests.search.processes import another_process, ask

Another = Callable[[], PostgresEngine]

REFUGE = Document("refuge", texts={"name": "Refuge"})
ASKING = "for line in sys.stdin: print(engine.count(Query('refuge')), flush=True)"
COUNTING = """
for line in sys.stdin:
    for _ in range(int(line)):
        with engine.alone():
            held = engine.stored("counted")
            engine.update([Document("counted", checked=held.checked + 1)])
    print("done", flush=True)
"""


def counted(database: sqlalchemy.Engine, statement: str, **values: object) -> Any:
    with database.connect() as connection:
        return connection.scalar(text(statement), values)


@pytest.fixture
def database(rows_url: str) -> Any:
    made = sqlalchemy.create_engine(rows_url)
    yield made
    made.dispose()


@pytest.mark.parametrize("seed", range(3))
def test_scores_hits_and_counts_are_those_of_whoosh(rows_engine: PostgresEngine, seed: int) -> None:
    chance = Random(seed)
    documents = made_up.documents(chance, 80)
    whoosh = WhooshEngine(None)
    for engine in (whoosh, rows_engine):
        engine.rebuild(documents)
    for _ in range(40):
        query = made_up.query(chance)
        ours, theirs = rows_engine.search(query), whoosh.search(query)
        assert ours.hits == theirs.hits, query
        assert (ours.facets, ours.untold, ours.radii) == (theirs.facets, theirs.untold, theirs.radii)
        assert rows_engine.suggest(query.words, query.language) == whoosh.suggest(query.words, query.language)


def test_every_other_process_has_a_change_at_its_next_search(
    rows_engine: PostgresEngine, rows_url: str, rows_version: str
) -> None:
    rows_engine.rebuild([REFUGE, *made_up.documents(Random(5), 50)])
    with (
        another_process(ASKING, rows_url, rows_version) as first,
        another_process(ASKING, rows_url, rows_version) as second,
    ):
        assert (ask(first), ask(second)) == ("1", "1")
        for documents, gone, expected in (([], ["refuge"], "0"), ([REFUGE], [], "1"), ([], ["refuge"], "0")):
            rows_engine.update(documents, gone)
            began = time.monotonic()
            assert (ask(first), ask(second)) == (expected, expected)
            assert time.monotonic() - began < 1, "a withdrawn listing must be gone within a second"


def test_of_two_processes_that_write_neither_undoes_the_other(
    rows_engine: PostgresEngine, rows_url: str, rows_version: str
) -> None:
    rows_engine.rebuild([Document("counted"), *made_up.documents(Random(4), 20)])
    with (
        another_process(COUNTING, rows_url, rows_version) as first,
        another_process(COUNTING, rows_url, rows_version) as second,
    ):
        for process in (first, second):
            process.stdin.write("15\n")
            process.stdin.flush()
        for process in (first, second):
            assert process.stdout.readline() == "done\n"
    held = rows_engine.stored("counted")
    assert held is not None and held.checked == 30
    assert rows_engine.search(Query()).total == 21


def test_searches_never_fail_while_another_process_commits(
    rows_engine: PostgresEngine, rows_url: str, rows_version: str
) -> None:
    rows_engine.rebuild(made_up.documents(Random(6), 40))
    changing = """
for at in range(60):
    engine.update([made_up.document(Random(at), f'document-{at % 40:03}')])
engine.rebuild(made_up.documents(Random(6), 40))
"""
    with another_process(changing, rows_url, rows_version) as process:
        while process.poll() is None:
            rows_engine.forget()
            assert rows_engine.search(Query("walk talk group gard*")).total > 0
            assert rows_engine.search(Query()).total == 40
    assert process.poll() == 0


def test_a_request_is_answered_from_one_commit_and_looks_for_a_newer_one_once(
    rows_engine: PostgresEngine, another: Another
) -> None:
    rows_engine.rebuild([REFUGE])
    reader, seen = another(), []
    reader.count(Query("refuge"))
    event.listen(reader._connections._engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    with reader.still():
        assert reader.count(Query("refuge")) == 1
        rows_engine.update([], ["refuge"])
        assert reader.count(Query("refuge")) == 1
        assert len(seen) == 1
    assert reader.count(Query("refuge")) == 0


def test_whoever_reads_rows_that_are_taken_away_goes_on_with_the_newest(
    rows_engine: PostgresEngine, another: Another, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_writing, "KEPT_SECONDS", -1)
    rows_engine.rebuild([REFUGE, Document("tea", texts={"name": "Tea"})])
    reader = another()
    with reader.still():
        assert reader.search(Query()).total == 2
        rows_engine.rebuild([Document("tea", texts={"name": "Tea"})])
        rows_engine.update([Document("cake", texts={"name": "Cake"})])
        assert reader.count(Query("refuge")) == 0, "the rows of the word are gone, so its commit is"
        assert reader.search(Query()).total == 2
    assert rows_engine.ready()


def test_a_question_takes_one_journey_for_all_its_words(rows_engine: PostgresEngine, another: Another) -> None:
    rows_engine.rebuild(made_up.documents(Random(7), 40))
    for at in range(3):
        rows_engine.update([made_up.document(Random(at), f"new-{at}")])
    reader, seen = another(), []
    reader.count(Query())
    event.listen(reader._connections._engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    for words, journeys in (
        ("walk talk garden debt", 1),
        ("walk talk", 0),
        ('"walk group"', 1),
        ("gar*", 1),
        ("zyzzyva", 0),
    ):
        seen.clear()
        reader.count(Query(words))
        assert len(seen) == 1 + journeys, words


@pytest.mark.parametrize("chosen", ["reading", "writing"])
def test_a_lost_connection_heals(rows_engine: PostgresEngine, database: sqlalchemy.Engine, chosen: str) -> None:
    rows_engine.rebuild([REFUGE])
    for _ in range(3):
        with database.connect() as connection:
            connection.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'rows' and pid <> pg_backend_pid()"
                )
            )
        if chosen == "reading":
            assert rows_engine.count(Query("refuge")) == 1
        with rows_engine.alone():
            rows_engine.update([REFUGE])


def test_without_a_database_all_is_unavailable_and_nothing_is_thrown_away() -> None:
    engine = PostgresEngine("postgresql+psycopg://nobody@/nothing?host=%2Fnowhere", "none")
    assert not engine.ready()
    for asked in (lambda: engine.search(Query()), engine.ids, engine.mend, lambda: engine.update([REFUGE])):
        with pytest.raises(IndexUnavailable):
            asked()


def test_what_only_this_process_lacks_is_no_damage(
    rows_engine: PostgresEngine, another: Another, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows_engine.rebuild([REFUGE])
    with monkeypatch.context() as short, pytest.raises(IndexUnavailable):
        short.setattr(RowsShelf, "postings", lambda *_: bytearray(-1))
        rows_engine.count(Query("refuge"))
    assert rows_engine.count(Query("refuge")) == another().count(Query("refuge")) == 1


def test_many_threads_read_one_engine(rows_engine: PostgresEngine) -> None:
    rows_engine.rebuild(made_up.documents(Random(7), 80))
    queries = [made_up.query(Random(seed)) for seed in range(20)]
    expected = [rows_engine.count(query) for query in queries]
    failed: list[object] = []

    def read() -> None:
        rows_engine.forget()
        failed.extend(
            query for query, total in zip(queries, expected, strict=True) if rows_engine.count(query) != total
        )

    threads = [threading.Thread(target=read, daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_updates_leave_few_segments_and_no_rows_of_old_ones(
    rows_engine: PostgresEngine, database: sqlalchemy.Engine, rows_version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_writing, "KEPT_SECONDS", -1)
    orphans = "select count(*) from {} where segment_id not in (select id from search_segment)"
    before = [counted(database, orphans.format(table)) for table in ("search_term", "search_document")]
    for number in range(80):
        rows_engine.update([Document(f"listing-{number % 30}", texts={"name": f"Walk {number}"})], ["nobody"])
    rows_engine.update([], ["nobody"])
    segments = counted(database, "select count(*) from search_segment where version = :version", version=rows_version)
    assert segments == len(rows_engine._newest().segments) < 10
    assert rows_engine.search(Query("walk")).total == 30
    assert [counted(database, orphans.format(table)) for table in ("search_term", "search_document")] == before


def test_merging_keeps_segments_few_and_the_work_of_an_update_bounded() -> None:
    sizes, largest, whole = {"built": 10_000}, 0, 0
    for number in range(5_000):
        old = merging.merged_with(1, sizes)
        written = 1 + sum(sizes.pop(name) for name in old)
        sizes[str(number)] = written
        largest, whole = max(largest, written), whole + written
        assert len(sizes) < 25
    assert largest <= 1_500 and whole < 40_000


def test_what_is_committed_is_on_the_disk_before_it_is_said_to_be(rows_engine: PostgresEngine) -> None:
    with rows_engine._writing() as transaction:
        assert transaction.rows("show synchronous_commit", ()) == [("on",)]

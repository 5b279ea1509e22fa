"""Putting documents in and taking them out, in every engine."""

import threading
from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from portal.search.port import REMOTE, Document, Engine, Point, Query, Window
from tests.search import made_up

WHOLE = Document(
    id="whole",
    language="cy",
    texts={"name": "Grŵp", "summary": 'Quotes " and \n lines'},
    points=(Point(52.6, -1.1), Point(51.0, 0.5)),
    serves=frozenset({REMOTE, "E06000016"}),
    facets={"cost": frozenset({"free", "low"})},
    denied={"access": frozenset({"loop"})},
    sessions=((10, 20), (30, 40)),
    checked=20_000,
    demerit=2,
)


def test_a_document_comes_back_as_it_was_put_in(engine: Engine) -> None:
    engine.update([WHOLE])
    assert engine.stored("whole") == WHOLE
    assert engine.stored("other") is None


def test_an_empty_index_answers(engine: Engine) -> None:
    assert engine.ready()
    assert engine.ids() == frozenset()
    assert engine.search(Query("walking", near=Point(52, -1), radii_km=(5.0,))).total == 0
    assert engine.suggest("walking") is None


def test_a_change_replaces_and_a_withdrawal_removes(engine: Engine) -> None:
    engine.rebuild([Document("a", texts={"name": "Refuge"}), Document("b", texts={"name": "Refuge"})])
    engine.update([Document("a", texts={"name": "Garden"})], ["b"])
    assert engine.ids() == {"a"}
    assert engine.count(Query("refuge")) == 0
    assert engine.count(Query("garden")) == 1
    assert engine.search(Query()).total == 1


def test_the_last_of_two_with_one_id_is_kept(engine: Engine) -> None:
    engine.update([Document("a", checked=1), Document("a", checked=2)])
    assert engine.search(Query()).total == 1
    assert engine.stored("a") == Document("a", checked=2)


def test_removing_what_is_not_there_or_nothing_at_all_does_no_harm(engine: Engine) -> None:
    engine.update([WHOLE], ["nobody"])
    engine.update([])
    engine.update([], ["nobody"])
    assert engine.ids() == {"whole"}


def test_searches_go_on_in_the_old_index_until_a_rebuild_is_complete(engine: Engine) -> None:
    old, new = made_up.documents(Random(1), 20), made_up.documents(Random(2), 40)[20:]
    engine.rebuild(old)

    def arriving() -> object:
        yield from islice(new, 10)
        assert engine.ids() == {document.id for document in old}
        yield from new[10:]

    engine.rebuild(arriving())  # type: ignore[arg-type]
    assert engine.ids() == {document.id for document in new}


def test_a_rebuild_that_breaks_off_leaves_the_index_as_it_was(engine: Engine) -> None:
    engine.rebuild([WHOLE])

    def broken() -> object:
        yield replace(WHOLE, id="other")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine.rebuild(broken())  # type: ignore[arg-type]
    assert engine.ids() == {"whole"}
    engine.update([replace(WHOLE, id="next")])
    assert engine.ids() == {"whole", "next"}


def test_mending_a_sound_index_changes_nothing(engine: Engine) -> None:
    engine.update([WHOLE])
    assert engine.mend() is False
    assert engine.ids() == {"whole"}


def test_demerit_sinks_below_equal_matches_the_more_the_deeper(engine: Engine) -> None:
    alike = Document("c", texts={"name": "Walk"}, points=(Point(52.6, -1.1),), checked=5, sessions=((50, 60),))
    engine.rebuild([replace(alike, id="a", demerit=9), replace(alike, id="b", demerit=1), alike])
    for query in (Query("walk"), Query(), Query("walk", near=Point(52.6, -1.1))):
        assert [hit.id for hit in engine.search(query).hits] == ["c", "b", "a"]


def test_equal_matches_stand_nearest_then_soonest_then_newest_checked_first(engine: Engine) -> None:
    alike = Document("z", texts={"name": "Walk"}, points=(Point(52.6, -1.1),), checked=5, sessions=((50, 60),))
    documents = [
        replace(alike, id="a", points=(Point(52.7, -1.1),)),
        replace(alike, id="b", checked=4),
        replace(alike, id="c", sessions=((70, 80),)),
    ]
    engine.rebuild([*documents, alike])
    hits = engine.search(Query("walk", near=Point(52.6, -1.1))).hits
    assert [hit.id for hit in hits] == ["z", "b", "c", "a"]


def test_what_needs_no_journey_is_never_ranked_by_distance(engine: Engine) -> None:
    online = Document("online", texts={"name": "Walk"}, points=(Point(50.0, -5.0),), serves=frozenset({REMOTE}))
    engine.rebuild([online, replace(online, id="other", points=(Point(58.0, -4.0),))])
    first, second = engine.search(Query("walk", near=Point(52.6, -1.1))).hits
    assert (first.score, first.distance_km, first.reach) == (second.score, None, "remote")


def test_without_a_place_what_can_be_used_from_anywhere_stands_first_among_equals(engine: Engine) -> None:
    hall = Document("hall", texts={"name": "Walk"}, points=(Point(52.6, -1.1),), checked=9)
    engine.rebuild([hall, replace(hall, id="phone", points=(), serves=frozenset({REMOTE}), checked=0)])
    assert [hit.id for hit in engine.search(Query("walk")).hits] == ["phone", "hall"]
    assert [hit.id for hit in engine.search(Query("walk", near=Point(52.6, -1.1))).hits] == ["hall", "phone"]


def test_a_page_beyond_the_last_is_empty_and_keeps_the_total(engine: Engine) -> None:
    engine.rebuild(made_up.documents(Random(3), 12))
    for query in (Query(offset=12), Query(offset=10**9), Query(limit=0)):
        assert (engine.search(query).total, engine.search(query).hits) == (12, ())


def test_times_chosen_but_not_explained_find_nothing(engine: Engine) -> None:
    engine.update([WHOLE])
    windows = (Window("today", ((0, 100),)),)
    assert engine.count(Query(windows=windows, when=frozenset({"today"}))) == 1
    assert engine.count(Query(windows=windows, when=frozenset({"tomorrow"}))) == 0


def test_who_reads_and_writes_alone_undoes_nothing_of_others(engine: Engine) -> None:
    engine.update([Document("counted")])

    def add() -> None:
        for _ in range(4):
            with engine.alone():
                held = engine.stored("counted")
                assert held is not None
                with engine.alone():
                    engine.update([replace(held, checked=held.checked + 1)])

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert engine.stored("counted") == Document("counted", checked=12)


def test_questions_asked_together_are_answered_from_one_commit(engine: Engine) -> None:
    engine.rebuild([WHOLE])
    with engine.still():
        assert engine.count(Query()) == 1
        other = threading.Thread(target=engine.update, args=([replace(WHOLE, id="other")],))
        other.start()
        other.join()
        assert engine.count(Query()) == 1
        engine.update([replace(WHOLE, id="third")])
        assert engine.count(Query()) == 3, "who writes sees what was written"
    assert engine.count(Query()) == 3

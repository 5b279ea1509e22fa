"""What comes first, and why: each part of the rule by itself, on documents that differ in nothing else."""

import numpy as np
import pytest

from portal.search import weights
from portal.search.meaning import DIMENSIONS, Vector, pack
from portal.search.port import TOPIC, Document, Engine, Point, Query

HERE = Point(52.63, -1.13)
DAY = 24 * 60


def direction(number: int) -> bytes:
    return pack(_block(number))


def between(share: float) -> bytes:
    """A vector that is so much of the first direction and the rest of another."""
    return pack(_block(0) * np.float32(share) + _block(1) * np.float32((1 - share**2) ** 0.5))


def _block(number: int) -> Vector:
    whole = np.zeros(DIMENSIONS, dtype=np.float32)
    whole[16 * number : 16 * number + 16] = 0.25
    return whole


def listing(name: str, **more: object) -> Document:
    return Document(id=name, texts={"name": "Tea", "description": "company"}, **more)  # type: ignore[arg-type]


def first(engine: Engine, query: Query) -> list[str]:
    return [hit.id for hit in engine.search(query).hits]


def test_what_is_about_the_like_comes_first_among_those_with_the_words(engine: Engine) -> None:
    engine.rebuild([listing("far", meaning=direction(1)), listing("near", meaning=direction(0)), listing("none")])
    assert first(engine, Query("tea", meaning=direction(0)))[0] == "near"
    scores = {hit.id: hit.score for hit in engine.search(Query("tea", meaning=direction(0))).hits}
    assert scores["far"] == scores["none"] < scores["near"]


def test_where_few_have_the_words_those_near_in_meaning_come_after_them(engine: Engine) -> None:
    documents = [listing("words"), Document("like", texts={"name": "Chat"}, meaning=between(0.9))]
    documents += [Document("unlike", texts={"name": "Chess"}, meaning=direction(1))]
    engine.rebuild(documents)
    result = engine.search(Query("tea", meaning=direction(0)))
    assert [hit.id for hit in result.hits] == ["words", "like"]
    assert result.relaxed
    assert [hit.id for hit in engine.search(Query("tea")).hits] == ["words"]


def test_where_enough_have_the_words_nothing_else_answers(engine: Engine) -> None:
    documents = [listing(f"words-{number}") for number in range(weights.WEIGHTS.few)]
    engine.rebuild([*documents, Document("like", texts={"name": "Chat"}, meaning=direction(0))])
    result = engine.search(Query("tea", meaning=direction(0)))
    assert result.total == weights.WEIGHTS.few
    assert not result.relaxed


def test_at_most_so_many_answer_by_meaning_alone(engine: Engine) -> None:
    many = [Document(f"like-{n:02}", texts={"name": "Chat"}, meaning=between(0.9 - n / 100)) for n in range(40)]
    engine.rebuild(many)
    result = engine.search(Query("tea", meaning=direction(0), limit=50))
    assert [hit.id for hit in result.hits] == [f"like-{n:02}" for n in range(weights.WEIGHTS.nearest)]


def test_a_need_counts_by_how_certain_it_is(engine: Engine) -> None:
    engine.rebuild(
        [listing("debt", facets={TOPIC: frozenset({"debt"})}), listing("grief", facets={TOPIC: frozenset({"grief"})})]
    )
    topics = frozenset({"debt", "grief"})
    assert first(engine, Query("", topics=topics, certain=(("debt", 0.2), ("grief", 0.9)))) == ["grief", "debt"]
    assert first(engine, Query("", topics=topics, certain=(("debt", 0.9), ("grief", 0.2)))) == ["debt", "grief"]


def test_each_need_that_leads_has_one_among_the_first_and_pages_still_show_each_once(engine: Engine) -> None:
    many = [listing(f"debt-{n}", facets={TOPIC: frozenset({"debt"})}, points=(HERE,)) for n in range(6)]
    away = Point(HERE.lat + 0.3, HERE.lon)
    others = [Document(f"other-{n}", texts={"name": "Chess"}) for n in range(20)]
    engine.rebuild([*many, *others, listing("grief", facets={TOPIC: frozenset({"grief"})}, points=(away,))])
    query = Query("", topics=frozenset({"debt", "grief"}), near=HERE, limit=3)
    assert "grief" not in first(engine, query)
    led = Query(**{**query.__dict__, "leading": ("debt", "grief")})
    assert first(engine, led)[1] == "grief"
    pages = [hit for offset in (0, 3, 6) for hit in engine.search(Query(**{**led.__dict__, "offset": offset})).hits]
    assert sorted(hit.id for hit in pages) == sorted([*(one.id for one in many), "grief"])


def test_a_session_within_days_ranks_up(engine: Engine) -> None:
    soon = ((2 * DAY, 2 * DAY + 60),)
    later = ((20 * DAY, 20 * DAY + 60),)
    engine.rebuild([listing("a-later", sessions=later), listing("b-soon", sessions=soon), listing("c-never")])
    hits = engine.search(Query("tea", now=DAY)).hits
    scores = {hit.id: hit.score for hit in hits}
    assert scores["b-soon"] == pytest.approx(scores["a-later"] * (1 + weights.WEIGHTS.soon))
    assert scores["a-later"] == scores["c-never"]


def test_weights_that_make_no_sense_are_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    written = weights.FILE.read_text(encoding="utf-8")
    for wrong in (
        written.replace("topic:", "topics:"),
        written.replace("soon: 0.05", "soon: -1"),
        written + "more: 1\n",
    ):
        path = tmp_path / "ranking.yaml"
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(ValueError, match=r"ranking\.yaml"):
            weights.read(path)

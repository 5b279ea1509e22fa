"""Why an answer stands where it does: the parts that are told put together are its score, to the last digit."""

from dataclasses import replace
from random import Random

import pytest

from portal.search.asking import asked
from portal.search.port import TOPIC, Document, Engine, Query, Why
from portal.search.weights import WEIGHTS
from portal.search.whoosh_engine import WhooshEngine
from tests.search import made_up
from tests.search.reference import Reference, has_part, likeness
from tests.search.test_contract import SEEDS, all_pages, filled


def question(chance: Random) -> Query:
    """A made-up question in which topics are more or less certain, and some lead."""
    query = made_up.query(chance)
    topics = frozenset(chance.sample(made_up.FACETS["topic"], chance.choice((0, 1, 2, 3))))
    return replace(
        query,
        topics=topics,
        certain=tuple((topic, chance.choice((0.2, 0.7, 1.0))) for topic in sorted(topics)),
        leading=tuple(sorted(topics)) if chance.random() < 0.5 else (),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_of_every_hit_are_its_score(engine: Engine, seed: int) -> None:
    chance, _documents = filled(engine, seed)
    seen = 0
    for _ in range(25):
        query = question(chance)
        hits = all_pages(engine, query)
        whys = engine.explain(query, [hit.id for hit in hits])
        assert whys.keys() == {hit.id for hit in hits}
        for hit in hits:
            assert (whys[hit.id].score, whys[hit.id].total) == (hit.score, hit.score), query
        seen += len(hits)
    assert seen > 100


@pytest.mark.parametrize("seed", SEEDS)
def test_each_part_is_what_the_document_says(engine: Engine, seed: int) -> None:
    chance, documents = filled(engine, seed)
    by_id = {document.id: document for document in documents}
    seen = 0
    for _ in range(15):
        query = question(chance)
        parts, partial = asked(query.words, query.language).parts, Reference(documents, query).partial
        for name, why in engine.explain(query, by_id).items():
            document = by_id[name]
            assert [one.gain > 0 for one in why.words] == [has_part(document, part) for part in parts]
            assert {one.part for one in why.topics if one.gain} == query.topics & document.facets.get(
                TOPIC, frozenset()
            )
            assert tuple((one.part, one.certainty) for one in why.topics) == query.certain
            assert (why.is_partial, why.words_share) == (
                (name in partial),
                WEIGHTS.partial_words if name in partial else 1.0,
            )
            assert why.likeness == pytest.approx(likeness(document, query), abs=1e-6)
            assert why.demerit == document.demerit
            assert why.demerit_share == pytest.approx(1 - WEIGHTS.demerit * document.demerit)
            is_placed = query.near is not None or bool(query.area_codes)
            assert why.journey in (("known", "none") if is_placed else ("unknown", "none"))
            seen += 1
    assert seen > 50


def test_all_engines_say_the_same(engine: Engine) -> None:
    chance = Random(7)
    documents = made_up.documents(chance, 60)
    engine.rebuild(documents)
    other = WhooshEngine(None)
    other.mend()
    other.rebuild(documents)
    for _ in range(20):
        query = question(chance)
        ids = [document.id for document in documents]
        ours, theirs = engine.explain(query, ids), other.explain(query, ids)
        assert ours.keys() == theirs.keys()
        for name, why in ours.items():
            assert why.score == pytest.approx(theirs[name].score)
            assert (why.leads, why.journey, why.is_soon) == (
                theirs[name].leads,
                theirs[name].journey,
                theirs[name].is_soon,
            )


def test_who_does_not_answer_is_not_explained(engine: Engine) -> None:
    engine.rebuild([Document("tea", texts={"name": "Tea"}), Document("chess", texts={"name": "Chess"})])
    assert engine.explain(Query("tea"), ["tea", "chess", "unheard"]).keys() == {"tea"}
    assert engine.explain(Query("tea"), []) == {}


def test_nothing_asked_is_a_fit_of_one(engine: Engine) -> None:
    engine.rebuild([Document("tea", texts={"name": "Tea"}, meaning=made_up.meaning(Random(1)))])
    why = engine.explain(Query(meaning=made_up.meaning(Random(2))), ["tea"])["tea"]
    assert why.asked_nothing and why.words == why.topics == () and why.meaning == 0.0
    assert why.total == why.score == engine.search(Query(meaning=made_up.meaning(Random(2)))).hits[0].score


def test_each_need_is_led_by_one_that_has_it(engine: Engine) -> None:
    both = {TOPIC: frozenset({"debt", "grief"})}
    engine.rebuild(
        [
            *(Document(f"debt-{n}", texts={"name": "Tea"}, facets={TOPIC: frozenset({"debt"})}) for n in range(3)),
            Document("grief", texts={"name": "Chess"}, facets={TOPIC: frozenset({"grief"})}),
            Document("neither", texts={"name": "Tea"}),
        ]
    )
    query = Query("tea", topics=both[TOPIC], leading=("debt", "grief"))
    led = leads(engine, query)
    assert led == {"debt-0": ("debt",), "grief": ("grief",)}
    assert leads(engine, replace(query, sort="nearest")) == {}
    assert leads(engine, replace(query, leading=("debt",))) == {}
    engine.update([Document("both", texts={"name": "Tea"}, facets=both)])
    assert leads(engine, query) == {"both": ("debt", "grief")}


def leads(engine: Engine, query: Query) -> dict[str, tuple[str, ...]]:
    whys: dict[str, Why] = dict(engine.explain(query, engine.ids()))
    return {name: why.leads for name, why in whys.items() if why.leads}

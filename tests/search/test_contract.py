"""What every engine does alike. Counts are compared with a plain reference, order with what the port promises."""

from dataclasses import replace
from math import inf
from random import Random

import pytest

from portal.search.port import Document, Engine, Hit, Query
from tests.search import made_up
from tests.search.reference import Reference, distance, next_start, reach

SEEDS = range(4)


def filled(engine: Engine, seed: int, number: int = 60) -> tuple[Random, list[Document]]:
    """Documents put in by a rebuild, changed and withdrawn by updates, so that several segments have deletions."""
    chance = Random(seed)
    first = made_up.documents(chance, number)
    engine.rebuild(first)
    held = {document.id: document for document in first}
    for _ in range(4):
        changed = [made_up.document(chance, chance.choice(sorted(held))) for _ in range(3)]
        changed.append(made_up.document(chance, f"new-{chance.random()}"))
        gone = chance.sample(sorted(held), 2)
        changed = [document for document in changed if document.id not in gone]
        engine.update(changed, gone)
        held |= {document.id: document for document in changed}
        for name in gone:
            del held[name]
    return chance, list(held.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_totals_and_counts_are_those_of_the_reference(engine: Engine, seed: int) -> None:
    chance, documents = filled(engine, seed)
    for _ in range(30):
        query = made_up.query(chance)
        result, expected = engine.search(query), Reference(documents, query)
        assert result.total == len(expected.answers()), query
        assert result.relaxed == expected.relaxed, query
        assert result.facets == expected.facets(), query
        assert result.untold == expected.untold(), query
        assert result.radii == expected.radii(), query
        assert engine.count(query) == result.total


@pytest.mark.parametrize("seed", SEEDS)
def test_paging_shows_every_answer_once_and_says_why_it_is_there(engine: Engine, seed: int) -> None:
    chance, documents = filled(engine, seed)
    by_id = {document.id: document for document in documents}
    for _ in range(15):
        query = made_up.query(chance)
        hits = all_pages(engine, query)
        expected = Reference(documents, query)
        assert sorted(hit.id for hit in hits) == sorted(document.id for document in expected.answers())
        for hit in hits:
            document = by_id[hit.id]
            assert hit.reach == reach(document, query, expected.radius)
            assert hit.next_start == next_start(document, query)
            away = distance(document, query) if hit.reach == "near" else None
            assert hit.distance_km == (None if away is None else pytest.approx(away, abs=1e-6))


@pytest.mark.parametrize("seed", SEEDS)
def test_results_stand_in_the_order_asked_for(engine: Engine, seed: int) -> None:
    chance, documents = filled(engine, seed)
    checked = {document.id: document.checked for document in documents}
    for _ in range(15):
        query = made_up.query(chance)
        hits, partial = all_pages(engine, query), Reference(documents, query).partial
        assert hits == sorted(hits, key=lambda hit: (hit.id in partial, *order(hit, query, checked[hit.id])))


def all_pages(engine: Engine, query: Query) -> list[Hit]:
    total = engine.count(query)
    pages = [engine.search(replace(query, offset=offset)).hits for offset in range(0, total + 1, query.limit)]
    return [hit for page in pages for hit in page]


def order(hit: Hit, query: Query, checked: int) -> tuple[object, ...]:
    away = inf if hit.distance_km is None else hit.distance_km
    ahead = inf if hit.next_start is None else hit.next_start
    parts = {
        "best": (-hit.score, away, ahead, -checked),
        "nearest": (away, -hit.score, ahead, -checked),
        "soonest": (ahead, -hit.score, away, -checked),
        "checked": (-checked, -hit.score, away, ahead),
    }
    return (*parts[query.sort], hit.id)

"""Daily sums: somebody counts once, on the first day of the quarter; made anew they are the same as kept up."""

import random
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.extensions import db
from portal.insight import noting, summing
from portal.insight.definitions import MEASURES
from portal.insight.models import InsightDay, InsightDirty, InsightFact
from tests.insight.made import QUARTER, area, batches, fact, history, places_of

Sums = dict[tuple[object, ...], int]


def sums(measure: str | None = None, by: str | None = None) -> Sums:
    day = InsightDay
    wanted = select(day.area, day.day, day.measure, day.by, day.place, day.category, day.count)
    found = {tuple(one[:6]): one[6] for one in db.session.execute(wanted)}
    return {key: count for key, count in found.items() if measure in (None, key[2]) and by in (None, key[3])}


@pytest.mark.parametrize("seed", range(6))
def test_made_anew_they_are_what_was_kept_up(app: Flask, seed: int) -> None:
    """Facts come in any order, some late; between them sums are made. Then all is thrown away and made from nothing."""
    made, chance = area(places=("Eastgate", "Mill Lane", "Northfields")), random.Random(seed)
    rows = history(made, seed)
    for batch in batches(rows, chance):
        noting.add(batch)
        if chance.random() < 0.6:
            summing.fold()
        if chance.random() < 0.1:
            noting.take_back(rows[chance.randrange(len(rows))]["subject_key"], f"test:void:{chance.random()}")
    summing.fold()
    db.session.commit()
    kept_up = sums()
    summing.rebuild()
    assert sums() == kept_up and {key[2] for key in kept_up} == set(MEASURES)
    assert db.session.scalars(select(InsightDirty.day)).all() == []


def test_somebody_counts_once_a_quarter_on_the_first_day(app: Flask) -> None:
    made = area()
    first = QUARTER.first + timedelta(days=10)
    noting.add([fact(made, 0, "sent", "ida", first), fact(made, 1, "sent", "ida", first + timedelta(days=5))])
    summing.fold()
    assert [(key[1], count) for key, count in sums("sent", "neighbourhood").items()] == [(first, 1)]
    noting.add([fact(made, 1, "sent", "ida", first - timedelta(days=3), source="late")])
    summing.fold()
    late = places_of(made)[1]
    assert [(key[1], key[4]) for key in sums("sent", "neighbourhood")] == [(first - timedelta(days=3), late)]
    noting.add([fact(made, 0, "sent", "ida", QUARTER.after)])
    summing.fold()
    assert len(sums("sent", "neighbourhood")) == 2  # once in each quarter


def test_somebody_counts_once_for_each_need_and_each_reason(app: Flask) -> None:
    made, day = area(), QUARTER.first
    rows = [
        fact(made, 0, "declined", "ida", day, source="one", need=need, reason="no-capacity")
        for need in ("debt", "food")
    ]
    again = [fact(made, 0, "declined", "ida", day, source="two", need="debt", reason="illness")]
    other = [fact(made, 0, "declined", "ida", day, source="three", need="debt", reason="died")]
    noting.add([*rows, *again, *other])
    summing.fold()
    assert {key[5]: count for key, count in sums("declined", "reason").items()} == {"no-capacity": 1, "other": 1}
    assert {key[5]: count for key, count in sums("unmet-declined", "need").items()} == {"debt": 1, "food": 1}


def test_what_comes_twice_counts_once(app: Flask) -> None:
    made = area()
    row = fact(made, 0, "searched", "", QUARTER.first, source="searched:1", count=4)
    assert (noting.add([row]), noting.add([row, row])) == (1, 0)
    summing.fold()
    assert list(sums("searches").values()) == [4]


def test_what_was_entered_by_mistake_is_taken_back(app: Flask) -> None:
    made = area()
    noting.add([fact(made, 0, "sent", "ida", QUARTER.first), fact(made, 0, "sent", "tom", QUARTER.first)])
    summing.fold()
    gone = db.session.scalars(select(InsightFact.subject_key)).first()
    noting.take_back(str(gone), "event:1")
    summing.fold()
    assert list(sums("sent", "neighbourhood").values()) == [1]


def test_nothing_of_nowhere_is_counted(app: Flask) -> None:
    made = area()
    noting.add([{**fact(made, 0, "sent", "ida", QUARTER.first), "area": "", "place": ""}])
    summing.fold()
    assert sums() == {}

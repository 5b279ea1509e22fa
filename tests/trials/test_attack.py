"""An attack: whoever may begin a trial on any day, of any length, beside any other, and reads every report of it, learns nothing.

Trials are begun on every day of a made-up half year on which one can, and all reports are put together. A world in which one
small number is another, or the same acts fell on other days of a period, reads the same to the letter. Had trials days of their
own, as before, two of them a day apart would tell such worlds apart: that is tried too, so that the attack is known to find
something.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import insert

from portal.core import clock
from portal.core.extensions import db
from portal.core.small_numbers import told
from portal.directory.counting import UsageCount
from portal.trials import figures
from portal.trials.forms import trial_form
from portal.trials.measures import MEASURES
from portal.trials.models import Trial, TrialFigure
from portal.trials.periods import LENGTH, MOST, Period, period_of
from portal.trials.report import report_of
from tests.factories import Make
from tests.trials.world import World, world

START = date(2026, 7, 20)
"""The first day of a period. Trials begin in the three periods after it, and look as far back."""
COUNTS = ((3, 9, 7, 1, 12, 6), (30, 0, 5, 8, 2, 41))
"""Of each neighbourhood, in each of six periods."""
Changed = Mapping[tuple[int, int], tuple[int, int]]
"""By neighbourhood and period: how many acts, and from which of its days on."""


@pytest.fixture(autouse=True)
def _later() -> Iterator[None]:
    with clock.freeze(datetime.combine(START + 4 * LENGTH, time(12), UTC)):
        yield


def _days(place: int, period: int, acts: int, first: int) -> dict[date, int]:
    """Up to two acts a day, from one of its days on."""
    begin = (period_of(START).earlier(3 - period)).first + timedelta(days=first)
    return {begin + timedelta(days=n // 2): min(2, acts - n) for n in range(0, acts, 2)}


def _every_trial(here: World) -> list[Trial]:
    """Every first day on which one can begin, in both neighbourhoods, short and long."""
    found = []
    for back, hood in product(range(3), (here.here, here.there)):
        for periods in (1, 2, MOST):
            first = period_of(START).earlier(-back).first
            last = first + periods * LENGTH - timedelta(days=1)
            found.append(here.trial(starts_on=first, ends_on=last, neighbourhood_id=hood.id))
    return found


def _read(here: World, trials: list[Trial], keys: tuple[str, str], changed: Changed) -> list[object]:
    """All that is published in a world, whenever one looks."""
    db.session.query(UsageCount).delete()
    db.session.query(TrialFigure).delete()
    rows = []
    for place, period in product(range(2), range(6)):
        acts, first = changed.get((place, period), (COUNTS[place][period], 0))
        for day, count in _days(place, period, acts, first).items():
            rows.append({"day": day, "kind": "viewed", "key": keys[place], "count": count})
    db.session.execute(insert(UsageCount), rows)
    seen: list[object] = []
    for days in (2, 3, 31):
        with clock.freeze(datetime.combine(START + 2 * LENGTH + timedelta(days=days), time(12), UTC)):
            figures.count()
            reports = [report_of(one, "en") for one in trials]
            seen.append([(one.rows, one.sentences, one.answers) for one in reports])
    return seen


@pytest.fixture
def here(sqlite_app: Flask, make: Make) -> World:
    return world(make)


@pytest.fixture
def keys(here: World) -> tuple[str, str]:
    places = ({"neighbourhood_code": one, "authority_code": None} for one in (here.code, "E02002842"))
    one, other = (str(here.make.service(f"S{n}", place=place).id) for n, place in enumerate(places))
    return one, other


def test_worlds_that_differ_in_what_is_hidden_read_the_same(here: World, keys: tuple[str, str]) -> None:
    trials = _every_trial(here)
    base = _read(here, trials, keys, {})
    told_cells = {(row.here, row.rest) for look in base for rows, _said, _answers in look for row in rows}
    assert ("fewer than 8", "30") in told_cells, "there is something to find"
    for place, period in product(range(2), range(5)):
        acts = COUNTS[place][period]
        alike = (1, 4, 7) if 0 < acts < 8 else tuple(n for n in (acts - 1, acts + 1) if told(n) == told(acts))
        for other in [(n, 0) for n in alike] + [(acts, 9)]:
            assert _read(here, trials, keys, {(place, period): other}) == base, (place, period, other)


def test_what_is_published_is_of_the_same_days_or_of_others(here: World, keys: tuple[str, str]) -> None:
    looks = _read(here, _every_trial(here), keys, {})
    periods: set[Period] = {row.period for look in looks for rows, _said, _answers in look for row in rows}
    days = [day for one in periods for day in range(one.first.toordinal(), one.after.toordinal())]
    assert len(days) == len(set(days)) == 28 * len(periods) >= 28 * 4


def test_a_trial_begins_on_no_other_day(sqlite_app: Flask, here: World) -> None:
    with sqlite_app.test_request_context():
        form = trial_form([here.here])
        firsts = [date.fromisoformat(one.value) for one in form.starts_on.choices]
        assert all(period_of(day).first == day for day in firsts)
        assert [int(one.value) for one in form.weeks.choices] == [4, 8, 12, 16, 20, 24]


def test_trials_with_days_of_their_own_would_tell(here: World, keys: tuple[str, str]) -> None:
    """The control: these worlds read the same above, and two windows a day apart tell them apart."""
    codes, found = frozenset({here.code}), []
    for first in (0, 9):
        _read(here, [], keys, {(0, 2): (7, first)})
        begin = period_of(START).earlier(1).first
        windows = [begin + timedelta(days=back) for back in range(28)]
        count = MEASURES["opens"].count
        found.append([told(count(codes, (day, day + LENGTH - timedelta(days=1)))) for day in windows])
    assert found[0] != found[1] and found[0][0] == found[1][0]

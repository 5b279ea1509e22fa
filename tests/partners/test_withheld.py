"""How many began tells no small number of people who were accepted, over any number of quarters, to whoever knows the rule."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock, small_numbers
from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.core.small_numbers import kept
from portal.insight.auditing import MOST, Figures, Name, Range, at_most, leaks, range_of
from portal.partners import capacity, counting
from portal.partners.figure_models import PartnerFigure
from portal.partners.scopes import sights
from portal.partners.withholding import may_tell_begun
from portal.referrals.models import Introduction, IntroductionEvent
from tests.partners.test_sheets import SUMMER, referred
from tests.partners.world import World

SPRING = SUMMER.before
MOST_BEGAN = 400
Counts = Sequence[tuple[int, int]]
"""How many were accepted and how many began, by quarter."""


@pytest.fixture
def autumn() -> Iterator[None]:
    with _when(SUMMER.after + timedelta(days=14)):
        yield


def known_of(counts: Counts, *, is_audited: bool = True) -> Figures:
    """What readers know of an organisation. Of a number that is not told: that it is none of those that would be."""
    figures = Figures()
    for number, (accepted, began) in enumerate(counts):
        figures.ranges["accepted", number] = range_of(accepted)
        known = [kept(one) for one, _began in counts[: number + 1]]
        tells = not is_audited or may_tell_begun(kept(began), known)
        figures.ranges["begun", number] = range_of(began) if tells else _hidden_by(known)
        before: list[Name] = [("accepted", one) for one in range(number + 1)]
        figures.relations.append(at_most([("begun", number)], before))
    return figures


def _hidden_by(accepted: Sequence[int | None]) -> Range:
    """From the least that would not be told."""
    return Range(next(one for one in range(MOST_BEGAN) if not may_tell_begun(kept(one), accepted)), MOST)


def test_of_two_quarters_no_small_number_is_told_whatever_was_counted() -> None:
    told_without = 0
    for first, second in product(range(14), repeat=2):
        for began in range(first + second + 1):
            counts = [(first, 0), (second, began)]
            assert not leaks(known_of(counts), frozenset()), counts
            told_without += bool(leaks(known_of(counts, is_audited=False), frozenset()))
    assert told_without > 5, "without the rule some are told"


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(0, 1)), min_size=1, max_size=6))
def test_over_many_quarters_no_small_number_is_told(drawn: list[tuple[int, float]]) -> None:
    counts = [
        (accepted, round(share * sum(one for one, _share in drawn[: number + 1])))
        for number, (accepted, share) in enumerate(drawn)
    ]
    assert not leaks(known_of(counts), frozenset())


def test_what_tells_nothing_is_told() -> None:
    assert may_tell_begun(15, [None, 30]) and may_tell_begun(100, [100, None, 100])
    assert may_tell_begun(30, [10, 20]) and may_tell_begun(None, [None, None]) and may_tell_begun(0, [None, None])
    assert not may_tell_begun(15, [None, None]) and not may_tell_begun(10, [None, None])


def test_a_number_of_people_who_began_that_would_tell_is_not_shown(app: Flask, here: World, autumn: None) -> None:
    service = here.make.service(organisation=here.partner.organization)
    referred(service, 7, day=-30)
    july = datetime.combine(SUMMER.first + timedelta(days=6), time(12), UTC)
    db.session.query(Introduction).update({"started_at": july})
    referred(service, 7, began=7)
    counting.count()
    assert _told(here, SPRING) == ("fewer than 8", "0")
    assert _told(here, SUMMER) == ("fewer than 8", "not shown")
    assert any("how many began is not shown where it would tell" in one for one in capacity.how())


def test_a_quarter_before_one_that_was_told_is_not_counted_any_more(app: Flask, here: World, autumn: None) -> None:
    referred(here.make.service(organisation=here.partner.organization), 9, day=-30)
    counting.count_quarter(SUMMER, lambda _pairs, _when: lambda _pair: dict.fromkeys(("accepted", "begun"), 9))
    counting.count()
    organisation = here.partner.organization_id
    counted = db.session.query(PartnerFigure).filter_by(organization_id=organisation)
    assert [one.quarter for one in counted] == [SUMMER.first]


def test_whoever_is_booked_from_the_waiting_list_was_accepted(app: Flask, here: World, autumn: None) -> None:
    referred(here.make.service(organisation=here.partner.organization), 12)
    booked: dict[Any, str] = {"verb": "book", "from_state": "waiting-list", "to_state": "booked"}
    db.session.query(IntroductionEvent).update(booked)
    db.session.commit()
    counting.count()
    assert _told(here, SUMMER) == ("10", "0")


def test_a_first_visit_that_is_called_off_does_not_accept_somebody_again(app: Flask, here: World, autumn: None) -> None:
    referred(here.make.service(organisation=here.partner.organization), 12, day=-30)
    july = datetime.combine(SUMMER.first + timedelta(days=6), time(12), UTC)
    for event in db.session.query(IntroductionEvent).all():
        about = {
            name: getattr(event, name) for name in ("introduction_id", "referral_id", "person_id", "digest", "who")
        }
        db.session.add(
            IntroductionEvent(
                verb="unbook",
                from_state="booked",
                to_state="accepted",
                actor_kind="user",
                channel="web",
                at=july,
                **about,
            )
        )
    db.session.commit()
    counting.count()
    assert (_told(here, SPRING), _told(here, SUMMER)) == (("10", "0"), ("0", "0"))


def _told(here: World, quarter: Quarter) -> tuple[str, str]:
    line = next(iter(capacity.lines(sights(here.manager), quarter, partner_id=here.partner.id)))
    return line.accepted_told, line.begun_told


def _when(day: date) -> AbstractContextManager[None]:
    return clock.freeze(datetime.combine(day, time(9), UTC))


def test_another_rule_of_small_numbers_is_said_beside_the_figures(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Counts of 1 to 7 show as “fewer than 8”. 0 shows as 0." in capacity.how()[0]
    monkeypatch.setattr(small_numbers, "SMALLEST", 11)
    monkeypatch.setattr(small_numbers, "STEP", 7)
    assert "Counts of 1 to 10 show as “fewer than 11”." in capacity.how()[0]
    assert "rounded to the nearest 7." in capacity.how()[0]

"""Figures of "did it help?": of quarters that are over, from 8 answers on, and never one that can be worked out."""

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter, this_quarter
from portal.directory.models import Service
from portal.voice.kinds import AGAIN, HELPED, NO_ANSWER
from portal.voice.models import HelpedCount
from portal.voice.ratings import helped_at, ratings, told_of
from tests.factories import Make
from tests.support.page import Browser
from tests.support.people import browser_as

ANSWERS = list(HELPED)


def count(service: Service, quarter: Quarter, *helped: int) -> None:
    """So many answers of each kind, all of which would go again."""
    for answer, number in zip(HELPED, helped, strict=True):
        for again in (*AGAIN, NO_ANSWER):
            db.session.add(
                HelpedCount(
                    quarter=quarter.slug, service_id=service.id, organization_id=service.organization_id, helped=answer,
                    again=again, count=number if again == "yes" else 0,
                )
            )  # fmt: skip
    db.session.commit()


def test_a_service_counts_from_eight_answers_on(app: Flask, make: Make) -> None:
    few, many, last = make.service("Few"), make.service("Many"), this_quarter().before
    count(few, last, 4, 2, 1, 0)
    count(many, last, 4, 2, 1, 1)
    (one,) = ratings(last.first)
    assert (one.service_id, one.total, one.helped["a-lot"], one.again["yes"]) == (many.id, 8, 4, 8)
    assert ratings(last.last) == [one]
    assert ratings(last.first, organization_id=few.organization_id) == []


def test_nothing_is_told_of_a_quarter_that_is_not_over(sqlite_app: Flask, make: Make) -> None:
    service = make.service()
    count(service, this_quarter(), 50, 20, 10, 10)
    assert ratings(clock.today()) == []
    assert ratings(date(2099, 1, 1)) == []
    assert helped_at(service.organization_id) is None


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((8, 0, 0, 0), ["10", "0", "0", "0"]),
        ((20, 9, 1, 0), ["20", "not shown", "not shown", "0"]),
        ((20, 12, 5, 4), ["20", "10", "not shown", "not shown"]),
        ((4, 2, 1, 1), ["not shown"] * 4),
        ((13, 1, 0, 0), ["not shown", "not shown", "0", "0"]),
    ],
)
def test_answers_are_told_as_small_numbers_are(counts: tuple[int, ...], told: list[str], sqlite_app: Flask) -> None:
    assert list(told_of(dict(zip(HELPED, counts, strict=True))).values()) == told


def test_no_hidden_answer_can_be_worked_out(sqlite_app: Flask) -> None:
    """Of thousands of made-up counts: wherever one is hidden, at least two different ones fit all that is told."""
    chance = random.Random(8)
    for _ in range(3_000):
        counts = [chance.choice((0, 0, 1, 3, 5, 7, 8, 12, 40)) for _answer in HELPED]
        if sum(counts) < 8:
            continue
        shown = list(told_of(dict(zip(HELPED, counts, strict=True))).values())
        hidden = [place for place, one in enumerate(shown) if one == "not shown"]
        assert len(hidden) != 1
        assert all(shown[place] == "not shown" for place, one in enumerate(counts) if 0 < one < 8)
        assert not hidden or sum(counts[place] for place in hidden) >= 8 or all(one < 8 for one in counts), counts


def test_the_home_of_a_group_says_it_of_its_own_alone(sqlite_app: Flask, make: Make) -> None:
    group, other = make.organisation("Larkfield Circle"), make.organisation("Far Away Friends")
    service, elsewhere = make.service(organisation=group), make.service("Elsewhere", organisation=other)
    last = this_quarter().before
    lead = browser_as(sqlite_app, make.user("lead", organisation=group))
    count(elsewhere, last, 40, 0, 0, 0)
    assert "Did it help?" not in lead.get("/group").text
    count(service, last, 20, 12, 0, 0)
    page = lead.get("/group")
    assert page.words("section[aria-labelledby=helped] dd") == ["30", "20", "10", "0", "0"]
    assert last.label in page.text


def test_one_answer_more_changes_no_figure(
    sqlite_app: Flask, make: Make, browser: Browser, count_statements: Callable[[], Any]
) -> None:
    from tests.voice.test_helped import link_to

    service = make.service()
    count(service, this_quarter().before, 12, 8, 0, 0)
    before = helped_at(service.organization_id)
    browser.post(link_to(service.id), {"helped": "worse"}, expect=303)
    assert helped_at(service.organization_id) == before
    with count_statements() as seen:
        helped_at(service.organization_id)
    assert len(seen) == 1

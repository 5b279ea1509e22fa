"""Figures of "did it help?": of quarters that are over, from 8 answers on, and never one that can be worked out."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter, this_quarter
from portal.core.tokens import new_token
from portal.directory.models import Service
from portal.voice.kinds import AGAIN, HELPED, NO_ANSWER
from portal.voice.models import HelpedCount, HelpedToken, HelpedWords
from portal.voice.ratings import helped_at, ratings, told_of
from tests.factories import Make
from tests.support.page import Browser, Page
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
    assert (one.service_id, sum(one.helped.values()), one.helped["a-lot"], one.again["yes"]) == (many.id, 8, 4, 8)
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
        ((20, 9, 1, 0), ["20", "10", "fewer than 8", "0"]),
        ((4, 2, 1, 1), ["fewer than 8"] * 4),
        ((4, 2, 1, 0), []),
        ((0, 0, 0, 0), []),
    ],
)
def test_answers_are_told_as_small_numbers_are(counts: tuple[int, ...], told: list[str], sqlite_app: Flask) -> None:
    assert list(told_of(dict(zip(HELPED, counts, strict=True))).values()) == told


def test_whoever_knows_the_rule_finds_each_of_one_to_seven_possible(sqlite_app: Flask) -> None:
    """All counts up to 12, sorted by what is shown of them: of a small one nothing is told, nor of those that are not shown."""
    could_be: dict[tuple[str, ...], list[set[int]]] = {}
    for counts in itertools.product(range(13), repeat=len(HELPED)):
        shown = tuple(told_of(dict(zip(HELPED, counts, strict=True))).values())
        sets = could_be.setdefault(shown, [set() for _answer in HELPED])
        for place, count in enumerate(counts):
            sets[place].add(count)
    for shown, sets in could_be.items():
        for place, numbers in enumerate(sets):
            if not shown:
                assert numbers == set(range(8))
            elif shown[place] == "fewer than 8":
                assert numbers == set(range(1, 8)), shown
    assert not any("12" in shown for shown in could_be), "they are rounded"


def shown(page: Page) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in page.select("section[aria-labelledby=helped] tbody tr")
    ]


def test_the_home_of_a_group_says_it_of_its_own_alone_and_adds_nothing_up(sqlite_app: Flask, make: Make) -> None:
    group, other = make.organisation("Larkfield Circle"), make.organisation("Far Away Friends")
    service, second = make.service("Walks <b>", organisation=group), make.service("Chess", organisation=group)
    elsewhere, last = make.service("Elsewhere", organisation=other), this_quarter().before
    lead = browser_as(sqlite_app, make.user("lead", organisation=group))
    count(elsewhere, last, 40, 0, 0, 0)
    assert "Did it help?" not in lead.get("/group").text
    count(service, last, 20, 12, 0, 0)
    count(second, last, 9, 3, 0, 0)
    page = lead.get("/group")
    assert shown(page) == [["Chess", "10", "fewer than 8", "0", "0"], ["Walks <b>", "20", "10", "0", "0"]]
    assert last.label in page.text and "Elsewhere" not in page.main


def test_a_name_that_holds_a_private_street_is_told_as_in_public(sqlite_app: Flask, make: Make) -> None:
    """On the home of the group, in the queue of words, in what was cleared, and on the page that asks."""
    group, last = make.organisation("Larkfield Circle"), this_quarter().before
    private = make.location(privacy="area", address="9 Secret Row", name="Quiet House")
    service = make.service("Tea in Secret Row", organisation=group, location=private)
    count(service, last, 10, 0, 0, 0)
    about = {"quarter": last.slug, "service_id": service.id, "goes_on": last.last + timedelta(days=90)}
    db.session.add(HelpedWords(**about, area="leicester", words="Warm"))
    db.session.add(HelpedWords(**about, area="leicester", words="Cold", cleared_words="Cold", state="cleared"))
    token, hashed = new_token()
    db.session.add(HelpedToken(token_hash=hashed, service_id=service.id, expires_on=clock.today()))
    db.session.commit()
    for user, address in (
        (make.user("lead", organisation=group), "/group"),
        (make.user("moderator", area="leicester"), "/voice"),
        (make.user("commissioner", area="leicester"), "/voice/cleared"),
        (make.user("commissioner", area="camden"), f"/helped/{token}"),
    ):
        page = browser_as(sqlite_app, user).get(address)
        told = str(shown(page)) if address == "/group" else page.main  # a group reads its own words beside its figures
        assert "Tea in …" in told and "Secret" not in told, address


def test_a_coordinator_reads_it_of_the_listings_of_their_groups_alone(sqlite_app: Flask, make: Make) -> None:
    from tests.coordinating.patch import FAR, city, group

    city()
    last, boss = this_quarter().before, browser_as(sqlite_app, make.user("team-coordinator", area="leicester"))
    group(make, "Shed Circle")
    group(make, "Far Away Friends", code=FAR)
    assert "Did it help?" not in boss.get("/coordinate").text
    for service in db.session.query(Service):
        count(service, last, 20, 9, 1, 0)
    page = boss.get("/coordinate")
    assert shown(page) == [["Shed Circle meeting Shed Circle", "20", "10", "fewer than 8", "0"]]
    assert not shown(boss.get("/coordinate?view=groups"))


def test_one_answer_more_changes_no_figure(sqlite_app: Flask, make: Make, browser: Browser) -> None:
    from tests.voice.test_helped import link_to

    service = make.service()
    count(service, this_quarter().before, 12, 8, 0, 0)
    before = helped_at(service.organization_id)
    browser.post(link_to(service.id), {"helped": "worse"}, expect=303)
    assert helped_at(service.organization_id) == before


def test_many_listings_cost_as_many_statements_as_one_and_none_costs_one(
    sqlite_app: Flask, make: Make, count_statements: Callable[[], Any]
) -> None:
    group, asked = make.organisation("Larkfield Circle"), []
    for more in (0, 1, 5):
        for number in range(more):
            private = make.location(privacy="area", address=f"{number + 1} Secret Row")
            service = make.service(f"Walks {more} {number}", organisation=group, location=private)
            count(service, this_quarter().before, 12, 8, 0, 0)
        group_id = group.id
        with count_statements() as seen:
            found = helped_at(group_id)
        asked.append((len(found.rows) if found else 0, len(seen)))
    assert asked == [(0, 1), (1, 5), (6, 5)]

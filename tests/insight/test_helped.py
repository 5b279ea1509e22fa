"""Whether a first visit helped, by listing: published once, by the rules of every other figure, the same in every form."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.directory.models import Service
from portal.geography.models import NeighbourhoodSet
from portal.insight import auditing, publishing, rated
from portal.insight.auditing import Range
from portal.insight.models import InsightCell, InsightFact, InsightPublication
from portal.insight.relations import Key, bound
from portal.voice.kinds import HELPED, NO_ANSWER
from portal.voice.models import HelpedCount
from portal.voice.ratings import told_of
from tests.factories import Make
from tests.insight.made import AFTER, QUARTER, area, code, people, places_of
from tests.insight.test_overview import rows
from tests.support.page import Browser

ADDRESS = "/insight/vale/2026-q3/groups"
AnsweredBy = Callable[..., Service]


def answered(service: Service, counts: Sequence[int], quarter: Quarter = QUARTER, **columns: Any) -> None:
    for answer, count in zip(HELPED, counts, strict=True):
        row = HelpedCount(
            quarter=quarter.slug, service_id=service.id, organization_id=service.organization_id, helped=answer,
            again=NO_ANSWER, count=count, **columns,
        )  # fmt: skip
        db.session.add(row)
    db.session.commit()


@pytest.fixture
def vale(active_app: Flask, make: Make) -> NeighbourhoodSet:
    """Listings in the first neighbourhood, with many answers, with few, with none; one elsewhere; one that has closed."""
    made = area()
    people(made, 0, "sent", 9)
    here = make.location(neighbourhood_code=code("vale", 0))
    group = make.organisation("Larkfield Circle")
    told = {
        "=Walks <b>": (23, 12, 0, 0), "Chess": (20, 9, 1, 0), "Choir": (4, 2, 1, 0), "Darts": (0, 0, 0, 0),
        "Closed": (30, 0, 0, 0), "Even": (4, 4, 0, 0),
    }  # fmt: skip
    for name, counts in told.items():
        status = "inactive" if name == "Closed" else "active"
        answered(make.service(name, organisation=group, at=[here], status=status), counts)
    far = make.service("Far", at=[make.location(neighbourhood_code="E02000001")])
    answered(far, (40, 0, 0, 0))
    return made


def publish() -> None:
    with clock.freeze(datetime.fromisoformat(AFTER)):
        publishing.look()
    db.session.commit()


@pytest.fixture
def planner(vale: NeighbourhoodSet, make: Make, as_user: Callable[..., Browser]) -> Browser:
    publish()
    return as_user(make.user("commissioner", area="vale"))


def test_page_file_and_json_tell_the_same_and_nothing_below_eight(planner: Browser) -> None:
    page = planner.get(ADDRESS)
    told = rows(page, "helped")
    assert told == [
        ["=Walks <b>, Larkfield Circle", "25", "10", "0", "0", "100%"],
        ["Chess, Larkfield Circle", "20", "10", "fewer than 8", "0", "not shown"],
        ["Even, Larkfield Circle", "fewer than 8", "fewer than 8", "0", "0", "not shown"],
    ]
    lines = list(csv.reader(io.StringIO(planner.get(f"{ADDRESS}/helped.csv").html.lstrip("\ufeff"))))
    assert [[line[2].lstrip("'"), *line[3:]] for line in lines[1:]] == told and lines[1][2].startswith("'=")
    tables = {one["id"]: one for one in json.loads(planner.get(f"{ADDRESS}.json").html)["tables"]}
    assert list(tables) == ["groups", "helped"]
    cells = tables["helped"]["rows"][1]["cells"]
    assert cells[:3] == [{"value": 20}, {"value": 10}, {"value": None, "shown": "fewer than 8"}]
    said = " ".join(page.words("section[aria-labelledby=t-helped] .counted__how dd"))
    assert "A row is shown where it counts 8 or more in all." in said and "There are no totals here" in said


def test_a_name_that_holds_a_private_street_is_told_as_in_public(
    vale: NeighbourhoodSet, make: Make, as_user: Callable[..., Browser]
) -> None:
    private = make.location(
        neighbourhood_code=code("vale", 0), privacy="area", address="9 Secret Row", name="Quiet House"
    )
    answered(make.service("Tea in Secret Row", at=[private]), (10, 0, 0, 0))
    publish()
    planner = as_user(make.user("commissioner", area="vale"))
    for address in (ADDRESS, f"{ADDRESS}/helped.csv", f"{ADDRESS}.json"):
        html = planner.get(address).html
        assert "Tea in" in html and "Secret" not in html, address
    assert "Secret" not in str([one.groups for one in db.session.scalars(select(InsightPublication))])


def test_other_areas_and_quarters_are_not_there(planner: Browser) -> None:
    for address in ("/insight/far/2026-q3/groups/helped.csv", "/insight/vale/2026-q2/groups/helped.csv"):
        planner.get(address, expect=404)


def test_where_nothing_is_told_the_page_says_so(active_app: Flask, make: Make, as_user: Callable[..., Browser]) -> None:
    people(area(), 0, "sent", 9)
    publish()
    page = as_user(make.user("commissioner", area="vale")).get(ADDRESS)
    assert "In this quarter no listing of the area had enough answers to be shown." in page.main


def test_answers_are_taken_once_after_the_quarter_and_where_the_listing_is(
    vale: NeighbourhoodSet, app: Flask, make: Make
) -> None:
    east, mill = places_of(vale)
    moved = make.service("Moved", at=[make.location(neighbourhood_code=code("vale", 0))])
    other = next(one for one in vale.neighbourhoods if one.id.hex == mill)
    answered(moved, (9, 0, 0, 0), neighbourhood_id=other.id)
    with clock.freeze(datetime.fromisoformat("2026-09-30T12:00:00+00:00")):
        assert rated.take(QUARTER) == 0
    with clock.freeze(datetime.fromisoformat(AFTER)):
        assert (rated.take(QUARTER) > 0, rated.take(QUARTER)) == (True, 0)
    facts = list(db.session.scalars(select(InsightFact).where(InsightFact.fact == "helped")))
    assert {one.day for one in facts} == {QUARTER.last} and not any(one.person_key or one.subject_key for one in facts)
    assert [one.place for one in facts if one.service == moved.id.hex] == [mill]
    assert {one.place for one in facts if one.service != moved.id.hex and one.area} == {east}


def test_what_is_answered_later_changes_nothing(planner: Browser) -> None:
    before = planner.get(f"{ADDRESS}.json").html
    db.session.query(HelpedCount).update({HelpedCount.count: HelpedCount.count + 9})
    db.session.commit()
    publish()
    assert planner.get(f"{ADDRESS}.json").html == before


def test_the_auditor_hides_whole_rows_below_eight_and_no_other_as_the_home_of_a_group_does(sqlite_app: Flask) -> None:
    """Of one listing with every four counts up to 9: what is published is what `portal.voice.ratings` shows elsewhere."""
    published: dict[tuple[Range, ...], bool] = {}
    for number in range(10**4):
        counts = [number // 10**place % 10 for place in range(4)]
        keys: list[Key] = [("helped", "listing", "row", answer) for answer in HELPED]
        ranges = (*map(auditing.range_of, counts), auditing.range_of(sum(counts)))
        if ranges not in published:
            figures = bound(dict(zip(keys, counts, strict=True)), [])
            gone = auditing.hidden(figures)
            published[ranges] = figures.units[keys[0]] not in gone
            assert auditing.leaks(figures, gone) == {}
        assert published[ranges] is bool(told_of(dict(zip(HELPED, counts, strict=True))) or not sum(counts)), counts


def test_hidden_cells_say_nothing(planner: Browser) -> None:
    cell = InsightCell
    wanted = select(cell.place, cell.state).where(cell.measure == "helped", cell.state == "hidden")
    by_listing = {place for place, _state in db.session.execute(wanted)}
    names = [db.session.get_one(Service, UUID(place)).name for place in by_listing]
    assert names == ["Choir"]

"""Published figures: once, by the rules, and never other than that; for those who may see the area."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.geography.models import NeighbourhoodPart, NeighbourhoodSet
from portal.insight import figures, happenings, noting, publishing, summing
from portal.insight.definitions import EVERYBODY, MEASURES
from portal.insight.models import InsightCell, InsightPublication
from tests.factories import Make
from tests.insight.made import AFTER, QUARTER, area, code, fact, people, places_of
from tests.support.referrals import World, make_person

LATER = datetime.fromisoformat(AFTER)


def publish(made: NeighbourhoodSet, quarter: Quarter = QUARTER) -> InsightPublication:
    with clock.freeze(LATER):
        published = publishing.publish(made, quarter)
        db.session.commit()
    return published


def shown(published: InsightPublication, measure: str, by: str = "neighbourhood") -> dict[tuple[str, str], object]:
    """By place and category: the value, or the state where there is none."""
    cell = InsightCell
    wanted = select(cell).where(cell.publication_id == published.id, cell.measure == measure, cell.by == by)
    return {
        (one.place, one.category): one.state if one.value is None else one.value for one in db.session.scalars(wanted)
    }


def every_cell() -> list[tuple[object, ...]]:
    cell = InsightCell
    columns = (cell.publication_id, cell.measure, cell.by, cell.place, cell.category, cell.state, cell.value)
    return sorted(tuple(map(str, one)) for one in db.session.execute(select(*columns)))


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, "small"), (7, "small"), (8, 10), (12, 10), (13, 15), (43, 45)])
def test_a_count_is_told_by_the_rule(app: Flask, count: int, told: object) -> None:
    made = area()
    people(made, 0, "sent", count)
    people(made, 1, "sent", 30)
    assert shown(publish(made), "sent") == {(places_of(made)[0], ""): told, (places_of(made)[1], ""): 30}


def test_a_median_is_told_of_eight_people_or_more(app: Flask) -> None:
    made = area()
    for turn in range(9):
        noting.add([fact(made, 0, "visited", f"a{turn}", QUARTER.first, days=turn)])
    for turn in range(7):
        noting.add([fact(made, 1, "visited", f"b{turn}", QUARTER.first, days=turn)])
    assert shown(publish(made), "visit-days") == {
        (places_of(made)[0], ""): 4,
        (places_of(made)[1], ""): "small",
    }


def test_what_counts_no_people_is_told_as_it_is_on_the_last_day(app: Flask) -> None:
    made = area()
    for ago, live in ((30, 2), (1, 3)):
        day = QUARTER.after - timedelta(days=ago)
        noting.add([fact(made, 0, "listings", "", day, source=f"listings:{day}", count=live)])
    assert shown(publish(made), "listings")[places_of(made)[0], ""] == 3


def test_every_row_is_there_whatever_is_in_it(app: Flask, make: Make) -> None:
    made = area()
    make.service("Nobody came", at=[make.location(neighbourhood_code=code("vale", 1))])
    people(made, 0, "sent", 3)
    published = publish(made)
    for measure in MEASURES.values():
        for by in measure.cuts:
            there = shown(published, measure.id, by)
            assert len({len(one) for one in there}) == 1 and there


def test_rows_are_of_listings_that_anybody_can_find(app: Flask, make: Make) -> None:
    """A copy that was merged, and a listing that nobody confirmed for over a year, are live nowhere else either."""
    made = area()
    there = [make.location(neighbourhood_code=code("vale", 0))]
    live = make.service("Live", organisation=make.organisation("Larkfield Circle"), at=there)
    copied, old = make.organisation("Copied Group"), make.organisation("Old Group")
    make.service("Copy", organisation=copied, at=there, merged_into_id=live.id)
    make.service("Old", organisation=old, at=there, assured_date=clock.today() - timedelta(days=800))
    published = publish(made)
    assert [(one["name"], [listing["name"] for listing in one["listings"]]) for one in published.groups] == [
        ("Larkfield Circle", ["Live"])
    ]
    assert {place for place, _category in shown(published, "helped", "listing")} == {live.id.hex}
    assert {place for place, _category in shown(published, "answered", "group")} == {live.organization_id.hex, "other"}


def test_a_quarter_is_published_only_once_it_is_over_and_some_days_more(app: Flask) -> None:
    made = area()
    people(made, 0, "sent", 9)
    for moment in ("2026-09-30T12:00:00+00:00", "2026-10-14T12:00:00+00:00"):
        with clock.freeze(datetime.fromisoformat(moment)), pytest.raises(publishing.NotYet):
            publishing.publish(made, QUARTER)
    with clock.freeze(datetime.fromisoformat("2026-10-15T12:00:00+00:00")):
        publishing.look()
        publishing.look()
    assert [(one.area, one.quarter) for one in db.session.scalars(select(InsightPublication))] == [
        ("vale", QUARTER.first)
    ]


def test_what_comes_late_changes_nothing_that_is_published(app: Flask) -> None:
    made = area()
    people(made, 0, "sent", 12)
    publish(made)
    before = every_cell()
    people(made, 0, "sent", 5, who="late")
    with clock.freeze(LATER):
        summing.fold()
        publishing.look()
        publishing.publish(made, QUARTER)
    assert every_cell() == before


def test_a_redrawn_boundary_moves_nothing_of_the_past(app: Flask, make: Make) -> None:
    """In the middle of the quarter an area goes to another neighbourhood. Whoever was referred before counts where they were,
    whoever is referred on that day where they are now, though both are read only after it.
    """
    made, moved_on = area(), date(2026, 8, 15)
    group = make.organisation("Larkfield Circle")
    world = World(make.organisation("Saffron Vale Link Workers"), group, make.service(organisation=group))
    for day in (moved_on - timedelta(days=1), moved_on):
        person = make_person(world.team, worker=world.worker)
        person.neighbourhood_code = code("vale", 0)
        with clock.freeze(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
            world.introduction(person=person)
    old = db.session.scalars(select(NeighbourhoodPart).where(NeighbourhoodPart.code == code("vale", 0))).one()
    old.valid_to = moved_on
    other = next(one for one in made.neighbourhoods if one.slug == "vale-1")
    other.parts.append(NeighbourhoodPart(kind="msoa", code=old.code, vintage=2021, valid_from=moved_on))
    db.session.commit()
    assert happenings.collect_events() == 2
    east, mill = places_of(made)
    assert shown(publish(made), "sent") == {(east, ""): "small", (mill, ""): "small"}


def test_two_sets_over_the_same_ground_are_not_published_for_one_quarter(app: Flask) -> None:
    made, over = area(), area("wider", ("All of it",))
    over.neighbourhoods[0].parts[0].code = code("vale", 0)
    people(made, 0, "sent", 20)
    db.session.commit()
    publish(made)
    with clock.freeze(LATER), pytest.raises(publishing.Overlaps):
        publishing.publish(over, QUARTER)


def test_fairness_that_would_tell_is_not_shown(app: Flask) -> None:
    """10 in the one neighbourhood, 9 of one age and 1 of another: of the other could only be 1 to 4."""
    made = area(places=("Eastgate",))
    people(made, 0, "sent", 9, who="old", age="65-over")
    people(made, 0, "sent", 1, who="young", age="18-25")
    published = publish(made)
    assert set(shown(published, "sent").values()) == {10}
    assert set(shown(published, "sent", "age").values()) == {"hidden"} and published.hidden > 0


@pytest.fixture
def seen(app: Flask, make: Make) -> Callable[[str, str], list[str]]:
    def areas(role: str, held: str) -> list[str]:
        return [one.area for one in figures.editions(make.user(role, area=held))]

    return areas


def test_only_those_of_the_area_may_ask(seen: Callable[[str, str], list[str]], make: Make) -> None:
    made, other = area(), area("far")
    for one in (made, other):
        people(one, 0, "sent", 20, who=one.slug)
        publish(one)
    assert seen("commissioner", "vale") == ["vale"]
    assert seen("commissioner", "far") == ["far"]
    assert seen("commissioner", "nowhere") == []
    assert figures.edition(make.user("commissioner", area="vale"), "far", QUARTER) is None
    assert figures.edition(make.user("commissioner", area="far"), "far", QUARTER) is not None


def test_a_council_is_told_of_the_sets_that_lie_in_it_whole(seen: Callable[[str, str], list[str]]) -> None:
    for slug, codes in (("vale", ["E02002847"]), ("edge", ["E02002848", "E02000166"])):
        made = area(slug, ("Eastgate",))
        made.neighbourhoods[0].parts = [
            NeighbourhoodPart(kind="msoa", code=one, vintage=2021, valid_from=date(2025, 1, 1)) for one in codes
        ]
        db.session.commit()
        publish(made)
    assert seen("commissioner", "E06000016") == ["vale"]
    assert seen("commissioner", "E09000007") == []


def test_figures_are_read_from_cells_in_words(app: Flask, make: Make) -> None:
    made = area()
    people(made, 0, "sent", 40)
    people(made, 0, "accepted", 21)
    people(made, 1, "sent", 3)
    publish(made)
    found = figures.edition(make.user("commissioner", area="vale"), "vale", QUARTER)
    assert found is not None
    cells = figures.cells(found, ("sent", "accepted", "visit-days"), EVERYBODY)
    east, mill = places_of(made)
    assert cells.at("sent", "neighbourhood", east).words == "40"
    assert cells.share("accepted", "sent", "neighbourhood", east) == "50%"  # of 20 and 40, as they are shown
    assert cells.at("sent", "neighbourhood", mill).words == "fewer than 8"
    assert cells.share("accepted", "sent", "neighbourhood", mill) is None
    assert cells.at("visit-days", "neighbourhood", mill).words == "not shown"

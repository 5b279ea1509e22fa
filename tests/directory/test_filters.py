"""Every filter, value by value: what a listing tells, what it denies, and counts that are true to the last listing."""

import json
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.core import clock
from portal.core.wording import KM_A_MILE
from portal.directory import queries
from portal.directory.asking import SearchRequest
from portal.directory.cards import distance_km
from portal.directory.filters import BY_NAME, FACETS, FILTERS, denied_by, told_by
from portal.directory.finding import find
from portal.directory.listings import Listing
from portal.directory.models import ServiceAtLocation
from portal.directory.occurrences import occurrences

NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
HERE = (52.631569, -1.124342)
PLACE = "LE2 0QB"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.freeze(NOW):
        yield


def told(make: Any, **columns: Any) -> dict[str, frozenset[str]]:
    service = make.service(**columns)
    return told_by(queries.public_listings([service.id])[service.id])


def denied(make: Any, **columns: Any) -> dict[str, frozenset[str]]:
    service = make.service(**columns)
    return denied_by(queries.public_listings([service.id])[service.id])


@pytest.mark.needs_shared
def test_values_are_those_of_the_taxonomy(shared: Any) -> None:
    taxonomy = json.loads((shared / "data" / "relevance" / "taxonomy.json").read_text(encoding="utf-8"))
    ours = {one.name: set(one.ids) for one in FILTERS}
    for name, values in taxonomy["facets"].items():
        assert ours[name] - {"bring_someone"} == set(values) - ({"bsl"} if name == "access" else set())
    assert ours["topic"] == {need["id"] for need in taxonomy["needs"]}


@pytest.mark.parametrize(
    ("cost", "value"),
    [("free", "free"), ("donation", "donation"), (300, "low_cost"), (500, "low_cost"), (501, "paid"), (0, "free")],
)
def test_what_it_costs(sqlite_app: Any, make: Any, cost: Any, value: str) -> None:
    assert told(make, cost=cost)["cost"] == {value}


def test_a_price_that_nobody_told_is_neither_yes_nor_no(sqlite_app: Any, make: Any) -> None:
    assert "cost" not in told(make, cost=None)
    assert "cost" not in denied(make, cost=None)


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ({"minimum_age": 18}, {"18_25", "adults", "50_plus", "65_plus"}),
        ({"minimum_age": 65}, {"50_plus", "65_plus"}),
        ({"minimum_age": 11, "maximum_age": 17}, {"under_18"}),
        ({"maximum_age": 4}, {"children"}),
        ({"minimum_age": 16, "maximum_age": 25}, {"under_18", "18_25"}),
        ({"anyone_welcome": True}, {"children", "under_18", "18_25", "adults", "50_plus", "65_plus"}),
        (
            {"anyone_welcome": True, "excluded_audiences": ["children"]},
            {"under_18", "18_25", "adults", "50_plus", "65_plus"},
        ),
        ({"audiences": ["women_only", "carers"]}, {"women_only", "carers"}),
        ({"audiences": ["50_plus"]}, {"50_plus", "65_plus"}),
        ({}, None),
    ],
)
def test_whom_it_is_for(sqlite_app: Any, make: Any, columns: dict[str, Any], values: set[str] | None) -> None:
    assert told(make, **columns).get("who") == values


def test_whom_it_is_not_for(sqlite_app: Any, make: Any) -> None:
    no = denied(make, minimum_age=18, audiences=["women_only"], excluded_audiences=["veterans"])["who"]
    assert no == {"children", "under_18", "men_only", "veterans"}


def test_getting_in_is_told_place_by_place(sqlite_app: Any, make: Any) -> None:
    place = make.location(access={"step_free": True, "parking": False})
    assert told(make, location=place, bring_someone=True)["access"] == {"step_free", "bring_someone"}
    assert denied(make, location=place, bring_someone=False)["access"] == {"parking", "bring_someone"}


def test_space_is_now_only_while_the_word_holds(sqlite_app: Any, make: Any) -> None:
    said = {"space_state": "space", "joining": ["self_refer"]}
    assert told(make, space_said_at=NOW - timedelta(days=30), **said)["space"] == {"now"}
    assert "space" not in told(make, space_said_at=NOW - timedelta(days=31), **said)
    assert denied(make, space_state="full", space_said_at=NOW)["space"] == {"now"}


def test_every_filter_has_words_for_each_value(sqlite_app: Any) -> None:
    with sqlite_app.test_request_context("/"):
        for one in FILTERS:
            assert str(one.title) and str(one.without)
            assert all(one.label_of(value) != value for value in one.ids)
            if one.untold is not None:
                assert one.untold(1) != one.untold(2)
            assert all("3" in sentence(3) for sentence in (one.untold_value or {}).values())


@pytest.fixture
def town(sqlite_app: Any, make: Any, index_now: Any) -> dict[str, Listing]:
    """Sixty services that tell all sorts of things, the same at each run."""
    chance = random.Random(7)
    needs = BY_NAME["topic"].ids
    days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    for number in range(60):
        point = (HERE[0] + chance.uniform(-0.12, 0.12), HERE[1] + chance.uniform(-0.2, 0.2))
        access = {fact: chance.random() < 0.6 for fact in chance.sample(sorted(BY_NAME["access"].at_venue), 4)}
        privacy = chance.choice(["public"] * 6 + ["area", "hidden"])
        place = make.location(point=point, access=access, privacy=privacy, neighbourhood_code="E02002855")
        begin = chance.randint(7, 20)
        service = make.service(
            f"Group {number}",
            needs=chance.sample(needs[:12], chance.randint(1, 3)),
            location=place,
            modes=chance.choice([("in_person",), ("in_person", "phone"), ("online",), ("home_visit",), ()]),
            sessions=[
                make.session(
                    chance.choice(days), f"{begin:02}:00", f"{begin + 2:02}:00", interval=chance.choice([1, 1, 2])
                )
            ],
            cost=chance.choice(["free", "donation", 300, 900, None]),
            languages=chance.sample(BY_NAME["language"].ids, chance.randint(0, 2)),
            areas=chance.choice([[], [], ["E06000016"], ["*"]]),
            joining=chance.choice([["drop_in"], ["self_refer"], ["professional_only"], ["drop_in", "self_refer"], []]),
            audiences=chance.sample(["women_only", "carers", "parents", "veterans"], chance.randint(0, 1)),
            minimum_age=chance.choice([None, None, 18, 50]),
            space_state=chance.choice([None, "space", "full"]),
            space_said_at=NOW,
            bring_someone=chance.choice([None, True, False]),
        )
        assert isinstance(service.service_at_locations[0], ServiceAtLocation)
    index_now()
    with sqlite_app.test_request_context("/"):
        yield {str(one): listing for one, listing in queries.public_listings(queries.public_ids()).items()}


def within(listing: Listing, miles: float) -> bool:
    return any(distance_km(HERE, venue.point) <= miles * KM_A_MILE for venue in listing.visited if venue.point)


def in_reach(listing: Listing, miles: float = 25) -> bool:
    is_served = listing.areas & {"E06000016", "E92000001", "E02006850", "*"}
    is_remote = not listing.areas and listing.modes & {"online", "phone"}
    return within(listing, miles) or bool(is_served or is_remote)


def happens(listing: Listing, value: str) -> bool:
    local = clock.local(NOW)
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    far = {"open_now": timedelta(minutes=1), "this_week": timedelta(days=7) - timedelta(hours=10, minutes=30)}
    end = {"today": 1, "tonight": 1}.get(value)
    until = (
        local.replace(hour=0, minute=0) + timedelta(days=end)
        if end
        else NOW + far.get(value, timedelta(days=27, hours=13.5))
    )
    for table in listing.all_timetables:
        for time in occurrences(table, NOW, until):
            start, last = clock.local(time.start), clock.local(time.known_end - timedelta(minutes=1))
            is_late = last.hour * 60 + last.minute >= 17 * 60 + 30
            if value in ("tonight", "evening") and not is_late:
                continue
            if value == "weekend" and start.weekday() < 5:
                continue
            if value in names and names[start.weekday()] != value:
                continue
            return True
    return False


def has(listing: Listing, name: str, value: str) -> bool:
    """By brute force, from the listing itself."""
    if name == "within":
        return in_reach(listing, 25 if value == "all" else float(value))
    if name == "when":
        return happens(listing, value)
    if value in BY_NAME[name].at_venue and not within(listing, 25):
        return False
    return value in told_by(listing).get(name, frozenset())


def expected(town: dict[str, Listing], ticks: Iterable[tuple[str, str]]) -> set[str]:
    return {one for one, listing in town.items() if in_reach(listing) and all(has(listing, *tick) for tick in ticks)}


def searched(name: str, value: str) -> Any:
    request = SearchRequest(near=PLACE, limit=100)
    return find(request if value == "all" else request.with_value(name, value), with_rows=True)


def test_each_value_of_each_filter_alone_finds_what_brute_force_finds(town: dict[str, Listing]) -> None:
    found = find(SearchRequest(near=PLACE, limit=100), with_rows=True)
    assert {str(row.id) for row in found.rows} == expected(town, [])
    for one in FILTERS:
        for value in one.ids:
            wanted = expected(town, [(one.name, value)])
            assert found.facets.get(one.name, {}).get(value, 0) == len(wanted), (one.name, value)
            if wanted and one.name != "topic":
                assert {str(row.id) for row in searched(one.name, value).rows} == wanted, (one.name, value)


def test_counts_stand_after_all_other_filters(town: dict[str, Listing]) -> None:
    ticks = {"cost": ("free", "low_cost"), "join": ("drop_in",), "access": ("step_free",)}
    found = find(SearchRequest(near=PLACE, filters=ticks, limit=100), with_rows=True)

    def passes(listing: Listing, but: str) -> bool:
        cost = but == "cost" or has(listing, "cost", "free") or has(listing, "cost", "low_cost")
        join = but == "join" or has(listing, "join", "drop_in")
        return in_reach(listing) and cost and join and has(listing, "access", "step_free")

    assert found.total == sum(passes(one, "") for one in town.values())
    for one in FACETS:
        for value in one.ids:
            count = sum(passes(listing, one.name) and has(listing, one.name, value) for listing in town.values())
            assert found.facets.get(one.name, {}).get(value, 0) == count, (one.name, value)


def test_every_tick_of_getting_in_is_needed_and_one_of_the_others(town: dict[str, Listing]) -> None:
    both = find(SearchRequest(near=PLACE, filters={"access": ("step_free", "parking")}, limit=100), with_rows=True)
    assert {str(row.id) for row in both.rows} == expected(town, [("access", "step_free"), ("access", "parking")])
    either = find(SearchRequest(near=PLACE, filters={"cost": ("free", "donation")}, limit=100), with_rows=True)
    wanted = expected(town, [("cost", "free")]) | expected(town, [("cost", "donation")])
    assert {str(row.id) for row in either.rows} == wanted


def test_who_has_not_said_is_counted_apart_and_told(town: dict[str, Listing]) -> None:
    found = find(SearchRequest(near=PLACE, filters={"access": ("step_free",)}, limit=100), with_rows=True)
    silent = [
        one
        for one in town.values()
        if in_reach(one)
        and "step_free" not in told_by(one).get("access", frozenset()) | denied_by(one).get("access", frozenset())
    ]
    group = next(group for group in found.groups if group.name == "access")
    assert group.untold is not None and group.untold.startswith(f"{len(silent)} more")

"""From what was typed to what is shown: places, guesses, corrections, ways on, order, paging and links."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from portal.core import clock
from portal.core.extensions import db
from portal.directory.asking import SearchRequest, request_from
from portal.directory.finding import find
from portal.directory.found import Found
from portal.directory.models import Service

HERE = "LE2 0QB"
NEAR = (52.6316, -1.1243)
FAR = (57.15, -2.1)
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _reader(sqlite_app: Any) -> Any:
    with sqlite_app.test_request_context("/"), clock.freeze(NOW):
        yield


def names(found: Found) -> list[str]:
    return [card.name for card in found.cards]


def search(words: str = "", **asked: Any) -> Found:
    return find(SearchRequest(words=words, **asked))


def test_words_find_a_listing_near_a_place(make: Any, index_now: Any) -> None:
    make.service("Knitting circle", place={"point": NEAR})
    make.service("Knitting far away", place={"point": FAR, "authority_code": "S12000033"})
    make.service("Chess club", place={"point": NEAR}, description="A board game.")
    index_now()
    found = search("knitting", near=HERE)
    assert names(found) == ["Knitting circle"]
    assert found.cards[0].distance_label == "Under half a mile"
    assert found.place is not None and found.place.label == HERE


def test_a_page_of_results_takes_at_most_six_statements(make: Any, index_now: Any, count_statements: Any) -> None:
    for number in range(12):
        make.service(f"Tea {number}", sessions=[make.session()], place={"point": NEAR})
    index_now()
    with count_statements() as statements:
        assert search("tea", near=HERE).total == 12
    assert len(statements) <= 6


def test_what_serves_the_area_is_joined_with_what_is_near_and_says_why(make: Any, index_now: Any) -> None:
    make.service("Tea near", place={"point": NEAR})
    make.service("Tea at home", at=[make.location(point=FAR)], modes=["home_visit"], areas=["E06000016"])
    make.service("Tea by phone", is_online=True)
    make.service("Tea for the nation", at=[], areas=["*"])
    index_now()
    reasons = {card.name: (card.distance_label, card.reach_label) for card in search("tea", near=HERE).cards}
    assert reasons == {
        "Tea near": ("Under half a mile", None),
        "Tea at home": (None, "Comes to you in Leicester"),
        "Tea by phone": (None, "Online or by phone"),
        "Tea for the nation": (None, "For people anywhere in the UK"),
    }


def test_distance_never_takes_out_online_and_phone(make: Any, index_now: Any) -> None:
    make.service("Tea near", place={"point": (52.70, -1.12)})
    make.service("Tea by phone", is_online=True)
    index_now()
    assert names(search("tea", near=HERE, within="1")) == ["Tea by phone"]


def test_without_a_place_online_and_phone_come_first_on_every_page(make: Any, index_now: Any) -> None:
    for number in range(9):
        make.service(f"Tea room {number}", place={"point": NEAR})
    for number in range(6):
        make.service(f"Ring {number}", is_online=True, description="We chat over a cup, and drink tea.")
    index_now()
    pages = [search("tea", limit=5, page=page) for page in (1, 2, 3)]
    assert [page.total for page in pages] == [15, 15, 15]
    every = [name for page in pages for name in names(page)]
    assert len(set(every)) == 15
    assert all(name.startswith("Ring") for name in every[:6])


def test_each_listing_stands_on_one_page_only(make: Any, index_now: Any) -> None:
    made = {make.service(f"Tea {number}", place={"point": NEAR}).id for number in range(25)}
    index_now()
    pages = [search("tea", near=HERE, page=page) for page in (1, 2, 3)]
    assert [len(page.cards) for page in pages] == [10, 10, 5]
    assert {card.id for page in pages for card in page.cards} == made
    assert (pages[2].paging.first, pages[2].paging.last, pages[2].paging.pages) == (21, 25, 3)


def test_a_page_after_the_last_is_the_last_with_a_word(make: Any, index_now: Any) -> None:
    for number in range(12):
        make.service(f"Tea {number}")
    index_now()
    found = find(request_from({"q": ["tea"], "near": [HERE], "page": ["9"]}))
    assert len(found.cards) == 2
    assert found.paging.page == 2
    assert "We do not have page 9. This is page 2." in found.notices


@pytest.mark.parametrize(("sort", "first"), [("nearest", "Tea near"), ("soonest", "Tea soon"), ("checked", "Tea new")])
def test_sorts(make: Any, index_now: Any, sort: Any, first: str) -> None:
    old = NOW.date() - timedelta(days=90)
    make.service("Tea near", place={"point": NEAR}, sessions=[make.session("MO")], assured_date=old)
    make.service("Tea soon", place={"point": (52.66, -1.12)}, sessions=[make.session("WE", "11:00")], assured_date=old)
    make.service("Tea new", place={"point": (52.67, -1.12)}, sessions=[make.session("TU")], assured_date=NOW.date())
    index_now()
    found = search("tea", near=HERE, sort=sort)
    assert names(found)[0] == first
    assert [option.value for option in found.sorts if option.is_chosen] == [sort]


def test_words_of_a_crisis_bring_what_opens_soonest_unless_another_order_is_chosen(make: Any, index_now: Any) -> None:
    make.service("Crisis cafe near", needs=["crisis"], place={"point": NEAR}, sessions=[make.session("MO")])
    make.service("Harbour", needs=["crisis"], place={"point": (52.66, -1.12)}, sessions=[make.session("WE", "11:00")])
    index_now()
    asked = {"q": ["I want to kill myself, crisis cafe"], "near": [HERE]}
    found = find(request_from(asked))
    assert names(found)[0] == "Harbour" and found.request.params()["sort"] == "soonest"
    chosen = find(request_from(asked | {"sort": ["best"]}))
    assert names(chosen)[0] == "Crisis cafe near" and chosen.request.params()["sort"] == "best"


def test_full_and_stale_listings_sink_but_stay(make: Any, index_now: Any) -> None:
    make.service("Tea a", place={"point": NEAR}, space_state="full", space_said_at=NOW)
    make.service("Tea b", place={"point": NEAR}, assured_date=NOW.date() - timedelta(days=250))
    make.service("Tea c", place={"point": NEAR})
    index_now()
    assert names(search("tea", near=HERE))[0] == "Tea c"
    assert set(names(search("tea", near=HERE))) == {"Tea a", "Tea b", "Tea c"}


def test_an_imported_listing_ranks_below_an_equal_checked_one_and_names_its_source(make: Any, index_now: Any) -> None:
    make.imported("Warm room", source="Warm places", place={"point": NEAR})
    make.service("Warm room", place={"point": NEAR})
    index_now()
    cards = search("warm room", near=HERE).cards
    assert [card.freshness.text for card in cards if card.freshness] == [
        "Checked this month", "From Warm places, not checked by us yet",
    ]  # fmt: skip


def test_a_close_spelling_is_searched_and_the_words_as_typed_are_offered(make: Any, index_now: Any) -> None:
    make.service("Pottery for beginners", description="Clay and glaze.")
    index_now()
    found = search("potery", near=HERE)
    assert (found.corrected, found.total) == ("pottery", 1)
    assert found.instead is not None and found.instead.params["exact"] == "1"
    as_typed = find(request_from({name: [str(value)] for name, value in found.instead.params.items()}))
    assert (as_typed.total, as_typed.corrected) == (0, None)


def test_the_name_of_a_place_is_never_corrected(make: Any, index_now: Any) -> None:
    make.service("Wiggling for fun", description="Dance.")
    index_now()
    assert search("wigton", near=HERE).corrected is None


def test_nothing_found_offers_only_ways_that_find_as_much_as_they_say(make: Any, index_now: Any) -> None:
    make.service(
        "Yoga on Monday",
        sessions=[make.session("MO")],
        place={"point": (52.67, -1.12)},
        needs=["physical-activity"],
        cost=400,
    )
    make.service("Yoga online", is_online=True, needs=["physical-activity"], cost="donation")
    make.service("Balance class", place={"point": NEAR}, needs=["falls-frailty"], description="Stand and sit.")
    index_now()
    found = search(
        "yoga",
        near=HERE,
        within="1",
        filters={"cost": ("low_cost",), "when": ("sun",), "topic": ("physical-activity",)},
    )
    assert found.total == 0
    assert found.widenings
    for way in found.widenings:
        args = {name: [value] if isinstance(value, str) else list(value) for name, value in way.params.items()}
        assert find(request_from(args)).total == way.count, way
        assert way.count
    assert "Similar: Falls, balance and frailty" in [way.label for way in found.widenings]


def test_a_way_on_goes_farther_only_as_far_as_needed(make: Any, index_now: Any) -> None:
    make.service("Yoga", place={"point": (52.67, -1.12)}, needs=["physical-activity"])
    index_now()
    labels = {way.label: way.count for way in search("yoga", near=HERE, within="1").widenings}
    assert labels["Within 3 miles"] == 1


def test_words_that_mean_nothing_still_lead_on(make: Any, index_now: Any) -> None:
    make.service("Tea", place={"point": NEAR})
    index_now()
    found = search("qqzzxx", near=HERE)
    assert [(way.label, way.count) for way in found.widenings] == [
        ("Feeling lonely or cut off", 1), (f"Everything near {HERE}", 1),
    ]  # fmt: skip


def test_a_place_that_is_not_understood_is_an_error_that_keeps_the_words(make: Any, index_now: Any) -> None:
    make.service("Tea")
    index_now()
    found = search("tea", near="Zanzibar")
    assert found.total == 0 and found.cards == ()
    assert found.errors == (("near", "Enter a full UK postcode or a town, like LE2 0QB or Camden Town"),)
    assert found.request.words == "tea"


def test_a_place_outside_the_area_gives_what_reaches_it(make: Any, index_now: Any) -> None:
    make.service("Tea near", place={"point": NEAR})
    make.service("Tea by phone", is_online=True)
    index_now()
    found = search("tea", near="Aberdeen")
    assert found.is_outside
    assert names(found) == ["Tea by phone"]
    assert not search("tea", near=HERE).is_outside


def test_distance_without_a_place_is_left_out_and_told(make: Any, index_now: Any) -> None:
    make.service("Tea")
    index_now()
    found = search("tea", within="3")
    assert found.total == 1
    assert found.removables == ()
    assert "Enter a postcode or place to search by distance." in found.notices


def test_links_that_leave_carry_the_sector_and_not_the_postcode(make: Any, index_now: Any) -> None:
    make.service("Tea")
    index_now()
    found = search("tea", near=HERE, filters={"cost": ("free",)})
    assert found.shared == {"q": "tea", "near": "LE2 0", "cost": ("free",)}


def test_chosen_filters_can_be_taken_off_one_by_one(make: Any, index_now: Any) -> None:
    make.service("Tea", place={"point": NEAR})
    index_now()
    found = search("tea", near=HERE, within="3", filters={"cost": ("free", "donation")})
    assert [way.label for way in found.removables] == ["Within 3 miles", "Free", "Donation"]
    assert found.removables[1].params == {"q": "tea", "near": HERE, "within": "3", "cost": ("donation",)}
    assert found.clear == {"q": "tea", "near": HERE}
    assert found.chosen_count == 3


def test_a_chosen_need_is_sensitive_and_raises_its_card(make: Any, index_now: Any) -> None:
    index_now()
    assert search(near=HERE, filters={"topic": ("abuse",)}).understanding.urgent == ("abuse",)
    assert search(near=HERE, filters={"topic": ("lgbtq",)}).is_sensitive
    assert not search(near=HERE, filters={"topic": ("food",)}).is_sensitive


def test_map_spots_are_moved_where_only_the_area_may_be_known(make: Any, index_now: Any) -> None:
    make.service("Open", place={"point": NEAR})
    make.service("About", location=make.location(point=NEAR, privacy="area", neighbourhood_code="E02002855"))
    make.service("Hidden", location=make.location(point=NEAR, privacy="hidden"), areas=["E06000016"])
    index_now()
    spots = {spot.name: spot for spot in search("tea", near=HERE, view="map").spots}
    assert set(spots) == {"Open", "About"}
    assert spots["About"].is_about and spots["About"].address == ""
    assert (spots["About"].lat, spots["About"].lon) != NEAR


def test_a_need_read_from_the_words_can_be_sent_away(make: Any, index_now: Any) -> None:
    make.service("Chat", needs=["bereavement"], description="We meet.")
    make.service("Tea", needs=["food"], description="Grief and loss of weight.")
    index_now()
    found = search("grief and loss", near=HERE)
    assert [way.label for way in found.guesses] == ["Grief and loss"]
    assert set(names(found)) == {"Chat", "Tea"}
    params = {
        name: [value] if isinstance(value, str) else list(value) for name, value in found.guesses[0].params.items()
    }
    without = find(request_from(params))
    assert without.guesses == ()
    assert "Tea" in names(without)


def test_a_withdrawn_listing_is_not_shown_even_before_the_index_knows(make: Any, index_now: Any) -> None:
    make.service("Tea")
    index_now()
    assert names(search("tea")) == ["Tea"]
    db.session.execute(update(Service).values(withdrawn_at=clock.now()))
    assert names(search("tea")) == []


def test_the_name_of_a_group_is_known_as_a_name(make: Any, index_now: Any) -> None:
    make.service("Table", organisation=make.organisation("Évington Good Company"))
    index_now()
    assert search("evington good company").understanding.intent == "name"
    assert search("good company").understanding.intent == "find"
    assert search("").understanding.intent == "find"


def test_words_that_call_for_urgent_help_are_never_corrected(make: Any, index_now: Any) -> None:
    make.service("Sell by date", description="We sell warm food.")
    index_now()
    found = search("self harm", near=HERE)
    assert found.understanding.urgent != ()
    assert found.corrected is None


def knitting(make: Any, free: int, others: int) -> None:
    for number in range(free):
        make.service(f"Free {number}", description="Knitting", place={"point": NEAR}, cost="free")
    for number in range(others):
        make.service(f"Other {number}", description="Knitting", place={"point": NEAR}, cost=700)


def test_where_a_filter_read_from_the_words_leaves_few_they_stand_first_and_others_follow(
    make: Any, index_now: Any
) -> None:
    knitting(make, free=2, others=11)
    index_now()
    found = search("free knitting", near=HERE)
    assert found.total == 13
    assert names(found)[:2] == ["Free 0", "Free 1"]
    assert any("Only 2 say: Free." in notice for notice in found.notices)
    assert found.loosened == {"cost": ("free",)}
    assert not found.chosen_count
    pages = [names(search("free knitting", near=HERE, page=page)) for page in (1, 2)]
    assert len({name for page in pages for name in page}) == 13


def test_enough_results_under_a_filter_read_from_the_words_stay_alone(make: Any, index_now: Any) -> None:
    knitting(make, free=5, others=3)
    index_now()
    found = search("free knitting", near=HERE)
    assert found.total == 5
    assert not found.loosened


def test_a_filter_that_was_chosen_is_never_loosened(make: Any, index_now: Any) -> None:
    knitting(make, free=1, others=3)
    index_now()
    assert names(search("knitting", near=HERE, filters={"cost": ("free",)})) == ["Free 0"]


def test_of_two_filters_read_from_the_words_those_with_both_stand_first_then_those_with_one(
    make: Any, index_now: Any
) -> None:
    make.service("Both", description="Knitting", place={"point": NEAR}, modes=["phone"], cost="free")
    make.service("Free", description="Knitting", place={"point": NEAR}, cost="free")
    for number in range(4):
        make.service(f"Neither {number}", description="Knitting", place={"point": NEAR}, cost=700)
    index_now()
    found = search("free knitting by phone", near=HERE)
    assert names(found)[:2] == ["Both", "Free"]
    assert found.total == 6
    assert found.loosened == {"cost": ("free",), "how": ("phone",)}
    assert any(notice.startswith("Only 1 says:") for notice in found.notices)

"""A search read from an address: cleaned, unknown values dropped with a word, and written back the same."""

from typing import Any

import pytest

from portal.directory.asking import LAST_PAGE, SearchRequest, request_from
from portal.directory.filters import FILTERS


@pytest.fixture(autouse=True)
def _reader(sqlite_app: Any) -> Any:
    with sqlite_app.test_request_context("/"):
        yield


def test_every_value_of_every_filter_is_read_and_written_back() -> None:
    for one in FILTERS:
        for value in one.ids:
            request = request_from({one.name: [value]})
            assert request.notices == ()
            expected = {} if value == "all" else {one.name: value if one.name == "within" else (value,)}
            assert request.params() == expected


def test_bsl_among_getting_in_is_a_language() -> None:
    request = request_from({"access": ["bsl", "step_free"]})
    assert request.filters == {"access": ("step_free",), "language": ("bsl",)}


def test_unknown_values_are_dropped_and_told_once() -> None:
    request = request_from({"cost": ["free", "priceless", "'; drop"], "topic": ["nonsense"], "colour": ["blue"]})
    assert request.filters == {"cost": ("free",)}
    assert request.notices == ("We left out a filter that we do not know.",)


@pytest.mark.parametrize("name", ["within", "sort", "view"])
def test_an_unknown_choice_is_dropped_and_told(name: str) -> None:
    request = request_from({name: ["7"]})
    assert len(request.notices) == 1
    assert request.params() == {}


@pytest.mark.parametrize(
    ("typed", "page"),
    [("1", 1), ("7", 7), ("0", 1), ("-3", 1), (str(10**9), LAST_PAGE), ("9" * 400, 1), ("two", 1), ("١", 1)],
)
def test_pages_are_brought_into_range(typed: str, page: int) -> None:
    request = request_from({"page": [typed]})
    assert request.page == page
    assert bool(request.notices) == (typed != str(page))


def test_words_and_places_are_read_without_what_nobody_sees() -> None:
    request = request_from({"q": [" tea\x00\tand\u202e talk\u200f \r\n"], "near": ["\ufeffLE2\u00a00QB"]})
    assert (request.words, request.near) == ("tea and talk", "LE2 0QB")


def test_more_than_300_letters_are_too_long_and_kept() -> None:
    assert not request_from({"q": ["a" * 300]}).is_too_long
    request = request_from({"q": ["word " * 2000]})
    assert request.is_too_long
    assert len(request.words) == 9999


def test_repeated_values_are_ticked_once_in_the_order_of_the_table() -> None:
    request = request_from({"cost": ["paid", "free", "paid"], "join": ["drop_in"]})
    assert list(request.filters.items()) == [("join", ("drop_in",)), ("cost", ("paid", "free"))]


def test_links_lead_to_the_same_search_but_for_what_they_change() -> None:
    request = request_from(
        {"q": ["tea"], "near": ["LE2"], "cost": ["free"], "within": ["3"], "page": ["4"], "sort": ["soonest"]}
    )
    assert request.without_value("cost", "free").params() == {
        "q": "tea",
        "near": "LE2",
        "within": "3",
        "sort": "soonest",
    }
    assert request.without_value("within", "3").params()["cost"] == ("free",)
    assert request.with_value("cost", "donation").params()["cost"] == ("free", "donation")
    assert request.params(page=5)["page"] == "5"
    assert request.params(near="LE2 0")["near"] == "LE2 0"
    assert request.without_filters().params() == {"q": "tea", "near": "LE2", "sort": "soonest"}


def test_only_what_could_be_a_guess_can_be_sent_away() -> None:
    request = request_from({"not": ["bereavement", "cost:free", "near:LE2", "cost:gold", "evil", "bereavement"]})
    assert request.refused == ("bereavement", "cost:free", "near:LE2")


def test_thousands_of_guesses_do_not_fill_every_link_of_the_page() -> None:
    assert len(request_from({"not": [f"near:{number}" for number in range(5_000)]}).refused) == 20


def test_an_empty_address_asks_for_nothing() -> None:
    assert request_from({}) == SearchRequest()

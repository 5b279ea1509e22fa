"""Small counts: never told, and never to be worked out from what is."""

from collections import defaultdict
from itertools import product

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.core.small_numbers import SMALLEST, STEP, is_small, kept, may_tell_total, of_kept, told, untold

COUNTS = st.lists(st.integers(0, 60), max_size=12)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0"),
        (1, "fewer than 8"),
        (7, "fewer than 8"),
        (8, "10"),
        (12, "10"),
        (13, "15"),
        (422, "420"),
        (1998, "2,000"),
    ],
)
def test_counts_are_told_to_the_nearest_five_and_never_below_eight(sqlite_app: Flask, count: int, words: str) -> None:
    assert told(count) == words


@pytest.mark.parametrize(
    ("counts", "may"),
    [
        ([20, 30], True),
        ([20, 0], True),
        ([20, 3], False),
        ([20, 7, 0], False),
        ([20, 3, 3], False),
        ([20, 4, 4], True),
        ([7, 7], True),
        ([3], False),
        ([], True),
    ],
)
def test_a_total_is_told_only_where_what_is_hidden_stays_hidden(counts: list[int], may: bool) -> None:
    assert may_tell_total(counts) is may


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [([], set()), ([9, 20], set()), ([3, 9, 20], {0, 1}), ([1, 9, 8, 50], {0, 2}), ([4, 4, 30], {0, 1}), ([2, 0], {0})],
)
def test_beside_a_small_count_the_smallest_others_are_left_out(counts: list[int], hidden: set[int]) -> None:
    assert untold(counts) == hidden


@given(COUNTS)
def test_what_is_left_out_is_never_one_alone_where_another_could_be(counts: list[int]) -> None:
    hidden = untold(counts)
    assert all(place in hidden for place, count in enumerate(counts) if is_small(count))
    shown = [count for place, count in enumerate(counts) if place not in hidden and count >= SMALLEST]
    assert not hidden or not shown or (len(hidden) > 1 and sum(counts[place] for place in hidden) >= SMALLEST)


def test_no_hidden_count_can_be_worked_out_from_a_row_and_its_total(sqlite_app: Flask) -> None:
    """Every row of three counts up to 22, told as a page tells it: each hidden count could be one of several."""
    could_be: dict[tuple[str, ...], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(23), repeat=3):
        total = told(sum(counts)) if may_tell_total(counts) else "-"
        could_be[(*map(told, counts), total)].append(counts)
    words = told(1)
    for shown, rows in could_be.items():
        for place, cell in enumerate(shown[:3]):
            assert cell != words or len({row[place] for row in rows}) > 1, shown
    assert len(could_be) > 20 and STEP > 1


def test_what_is_kept_for_good_tells_what_is_told_and_no_more(sqlite_app: Flask) -> None:
    for count in range(200):
        assert of_kept(kept(count)) == told(count)
    assert {kept(count) for count in range(13)} == {0, None, 10}

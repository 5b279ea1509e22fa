"""What readers can work out: the bounds themselves, and every small table there is, read by somebody who knows the program."""

import itertools
from collections import defaultdict
from functools import lru_cache

import pytest

from portal.core.small_numbers import known
from portal.insight import auditing
from portal.insight.auditing import CannotBeMadeSafe, Figures, Range, at_most, equal, of_rounded, range_of

ROW, SIDE = (9, "row"), (0, "side")


def figures(main: dict[str, int], *tables: dict[str, int]) -> Figures:
    """Tables that add up to the same, as `relations.py` binds them; every side table is hidden with the others."""
    made = Figures()
    for number, table in enumerate((main, *tables)):
        names = [(number, name) for name in table]
        for name, count in table.items():
            made.ranges[number, name] = range_of(count)
            made.units[number, name] = (9, name) if number == 0 else SIDE
        made.relations += equal(names, ["everybody"])
    made.beside[SIDE] = [(0, name) for name in main]
    return made


@pytest.mark.parametrize("count", range(300))
def test_the_range_of_a_shown_figure_holds_its_count_and_the_same_for_its_shown_value(count: int) -> None:
    there = range_of(count)
    assert there.low <= count <= there.high
    if not 0 < count < 8:
        assert of_rounded(known(count)) == there


def test_a_small_figure_between_a_row_and_its_total_is_found() -> None:
    """10 in all and 10 of one age: 1 to 4 are left for the other."""
    shown = figures({"all": 10}, {"old": 9, "young": 1})
    told = auditing.leaks(shown, frozenset())
    assert told == {(1, "young"): Range(1, 4)}
    assert auditing.hidden(shown) == {SIDE}
    assert auditing.leaks(shown, frozenset({SIDE})) == {}


def test_much_beside_it_hides_a_small_figure() -> None:
    assert auditing.hidden(figures({"a": 42, "b": 33, "c": 24}, {"old": 50, "middle": 44, "young": 5})) == frozenset()


def test_small_figures_that_add_up_to_a_small_one_are_not_shown() -> None:
    assert auditing.hidden(figures({"all": 5}, {"old": 3, "young": 2})) == {SIDE}


def test_who_is_in_a_later_step_was_in_the_one_before() -> None:
    made = Figures({"sent": range_of(7), "a": range_of(3), "b": range_of(2)}, {"sent": ROW, "a": SIDE, "b": SIDE})
    made.relations.append(at_most(["a", "b"], ["sent"]))
    assert auditing.leaks(made, frozenset())["sent"] == Range(2, 7)
    assert auditing.hidden(made) == {SIDE}


def test_what_is_published_already_cannot_be_hidden_any_more() -> None:
    made = Figures({"before": range_of(7), "now": Range(7, 7)}, {}, [at_most(["now"], ["before"])])
    with pytest.raises(CannotBeMadeSafe):
        auditing.hidden(made)


def test_what_cannot_be_is_left_alone() -> None:
    """Somebody was referred in one place and accepted in another: the relation does not hold, and nothing turns in circles."""
    made = Figures({"sent": range_of(0), "accepted": range_of(3)}, {"sent": ROW, "accepted": SIDE})
    made.relations.append(at_most(["accepted"], ["sent"]))
    assert auditing.hidden(made) == frozenset()


@lru_cache(maxsize=4096)
def ways(total: int, parts: int) -> list[tuple[int, ...]]:
    if parts == 1:
        return [(total,)]
    return [(first, *rest) for first in range(total + 1) for rest in ways(total - first, parts - 1)]


@pytest.mark.parametrize(
    ("rows", "sides", "most"),
    [
        (1, (2,), 22), (1, (3,), 17), (2, (2,), 17), (2, (3,), 12), (1, (2, 2), 17), (2, (2, 2), 12), (3, (2,), 12),
        (1, (2, 2, 2), 12),
    ],
)  # fmt: skip
def test_somebody_who_knows_the_program_learns_nothing_of_a_small_figure(
    rows: int, sides: tuple[int, ...], most: int
) -> None:
    """Every table there is, told apart by what is published of it alone, so by what is left out and why too."""
    seen: dict[tuple[object, ...], list[set[int]]] = defaultdict(list)
    published: dict[tuple[Range, ...], tuple[object, ...]] = {}
    for main in itertools.product(range(most + 1), repeat=rows):
        for rest in itertools.product(*(ways(sum(main), size) for size in sides)):
            everything = (*main, *itertools.chain(*rest))
            ranges = tuple(range_of(count) for count in everything)
            if ranges not in published:
                made = figures(_named(main), *(_named(table) for table in rest))
                gone = auditing.hidden(made)
                published[ranges] = tuple(
                    None if made.units[name] in gone else shown for name, shown in made.ranges.items()
                )
            sets = seen[published[ranges]] or [set() for _ in everything]
            seen[published[ranges]] = sets
            for place, count in enumerate(everything):
                sets[place].add(count)
    assert any(None in shown for shown in seen)
    for shown, sets in seen.items():
        for told, could_be in zip(shown, sets, strict=True):
            if told == Range(1, 7):
                assert could_be == set(range(1, 8)), shown
            if told is None and max(could_be) < 8:
                assert could_be in ({0}, set(range(8)), set(range(1, 8))), shown


def _named(counts: tuple[int, ...]) -> dict[str, int]:
    return {f"n{number}": count for number, count in enumerate(counts)}

"""What answers come to: in range, rising with each answer, and not scored where one is missing."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.measures.instruments import Instrument, instruments
from portal.measures.scoring import WrongAnswer, points_of, score

TABLE = {raw: raw / 2 + 3.5 for raw in range(7, 36)}
"""Made up. The real one is its holders'."""


def ready(name: str) -> Instrument:
    """With made-up ends and table where an operator has to bring them."""
    return instruments()[name].with_ends(0, 6).with_table(TABLE) if instruments()[name].needs else instruments()[name]


CHOSEN = [name for name, one in instruments().items() if one.status != "score-only"]


@st.composite
def answered(draw: st.DrawFn) -> tuple[Instrument, dict[str, str]]:
    """A questionnaire and an answer to each of its questions."""
    one = ready(draw(st.sampled_from(CHOSEN)))
    chosen = {
        item.id: draw(st.sampled_from([option.value for option in item.options])) for item in one.items if item.options
    }
    return one, chosen


@given(answered())
def test_every_result_lies_in_its_range_and_in_one_band(told: tuple[Instrument, dict[str, str]]) -> None:
    one, answers = told
    result = score(one, answers)
    assert result.missing == ()
    for scale in one.scales:
        part = result.parts[scale.id]
        assert part.value is not None and scale.lowest is not None and scale.highest is not None
        assert scale.lowest <= part.value <= scale.highest
        assert (part.band is not None) == bool(scale.bands)
        assert sum(band.lowest <= part.value <= band.highest for band in scale.bands) == bool(scale.bands)


@given(answered(), st.data())
def test_a_result_follows_the_points_of_each_answer(
    told: tuple[Instrument, dict[str, str]], data: st.DataObject
) -> None:
    one, answers = told
    item = data.draw(st.sampled_from([item for item in one.items if item.options]))
    other = data.draw(st.sampled_from(item.options))
    more = other.points - (points_of(item, answers[item.id]) or 0)
    before, after = score(one, answers), score(one, {**answers, item.id: other.value})
    for scale in one.scales:
        change = (after.parts[scale.id].value or 0) - (before.parts[scale.id].value or 0)
        if item.id not in scale.items or more == 0:
            assert change == 0
        else:
            assert (change > 0) == (more > 0) and (scale.is_converted or change == more)


@given(answered(), st.data())
def test_with_an_answer_missing_what_needs_it_is_not_scored(
    told: tuple[Instrument, dict[str, str]], data: st.DataObject
) -> None:
    one, answers = told
    gone = data.draw(st.sets(st.sampled_from(sorted(answers)), min_size=1))
    result = score(one, {name: (None if name in gone else value) for name, value in answers.items()})
    assert set(result.missing) == gone
    for scale in one.scales:
        part = result.parts[scale.id]
        assert set(part.missing) == gone & set(scale.items)
        assert (part.value is None) == bool(part.missing) and (part.band is None or not part.missing)


def test_social_items_of_de_jong_gierveld_are_worded_the_other_way_round() -> None:
    one = ready("de-jong-gierveld")
    emotional, social = [f"emotional-{number}" for number in (1, 2, 3)], [f"social-{number}" for number in (1, 2, 3)]
    everywhere = {
        answer: score(one, dict.fromkeys(emotional + social, answer)) for answer in ("yes", "more-or-less", "no")
    }
    assert [(one.parts["emotional"].value, one.parts["social"].value) for one in everywhere.values()] == [
        (3, 0),
        (3, 3),
        (0, 3),
    ]
    assert score(one, dict.fromkeys(emotional, "yes") | dict.fromkeys(social, "no")).total == 6


EDGES = [
    ("gad7", 4, "minimal"), ("gad7", 5, "mild"), ("gad7", 10, "moderate"), ("gad7", 15, "severe"),
    ("phq9", 4, "minimal"), ("phq9", 5, "mild"), ("phq9", 10, "moderate"), ("phq9", 15, "moderately-severe"),
    ("phq9", 20, "severe"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "points", "band"), EDGES)
def test_bands_begin_at_the_official_cut_offs(name: str, points: int, band: str) -> None:
    one, left, answers = instruments()[name], points, {}
    for item in one.items:
        worth = min(left, 3)
        answers[item.id] = next(option.value for option in item.options if option.points == worth)
        left -= worth
    result = score(one, answers)
    assert (result.total, result.band.id if result.band else None) == (points, band)


@pytest.mark.parametrize(
    ("answer", "scale", "band"),
    [
        ("4", "happy", "low"),
        ("5", "happy", "medium"),
        ("9", "happy", "very-high"),
        ("1", "anxious", "very-low"),
        ("6", "anxious", "high"),
    ],
)
def test_bands_of_wellbeing_run_the_other_way_for_anxiety(answer: str, scale: str, band: str) -> None:
    found = score(instruments()["ons4"], {scale: answer}).parts[scale].band
    assert found is not None and found.id == band


def test_a_raw_sum_is_turned_into_the_score_by_the_table_that_was_brought() -> None:
    answers = {item.id: "3" for item in instruments()["swemwbs"].items}
    assert score(ready("swemwbs"), answers).total == TABLE[21]
    without = score(instruments()["swemwbs"], answers)
    part = without.parts["total"]
    assert (without.total, part.value, part.missing) == (None, None, ())


def test_what_is_missing_is_told_apart_by_result() -> None:
    one = score(instruments()["gad7"], {"nervous": "several"}).parts["total"]
    assert (one.value, len(one.missing)) == (None, 6)
    two = score(instruments()["loneliness"], {"lonely": "never", "isolated": "often", "left-out": "often"}).parts
    assert (two["total"].value, len(two["total"].missing), two["lonely"].value) == (None, 1, 1)


@pytest.mark.parametrize(
    "answers",
    [{"nervous": "always"}, {"nervous": "3"}, {"nobody": "several"}, {"nervous": "\x00"}, {"nervous": "x" * 9_999}],
)
def test_an_answer_that_is_none_is_refused(sqlite_app: Flask, answers: dict[str, Any]) -> None:
    with sqlite_app.test_request_context(), pytest.raises(WrongAnswer):
        score(instruments()["gad7"], answers)


@pytest.mark.parametrize(("typed", "value"), [("56", 56), ("56.4", 56.4), ("0", 0), ("999.9", 999.9)])
def test_a_score_that_is_typed_is_kept(typed: str, value: float) -> None:
    assert score(instruments()["pam"], {"score": typed}).total == value


@pytest.mark.parametrize(
    "typed", ["-1", "1e5", "nan", "inf", "1,5", "1000", "٥", "5.", "1.2.3", "x", ".", "0" * 40, " "]
)
def test_what_is_no_score_is_refused(sqlite_app: Flask, typed: str) -> None:
    with sqlite_app.test_request_context(), pytest.raises(WrongAnswer):
        score(instruments()["pam"], {"score": typed})


def test_words_count_nothing() -> None:
    one = ready("mycaw")
    told = {"concern-1": "I sleep badly", "rating-1": "5", "rating-2": "2", "wellbeing": "3"}
    result = score(one, told)
    assert result.missing == () and [part.value for part in result.parts.values()] == [5, 2, 3]

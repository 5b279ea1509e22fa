"""Measures as data: whole, worded, sourced, and claiming nothing that nobody has confirmed."""

from pathlib import Path

import pytest

from portal.measures import words
from portal.measures.instruments import FOLDER, InstrumentProblem, instruments, loaded

SHIPPED = ("ons4", "loneliness", "gad7", "phq9")
ALL = tuple(instruments())


def test_on_by_default_are_the_two_of_the_statistics_office_alone() -> None:
    assert [one.id for one in instruments().values() if one.is_on_by_default] == ["ons4", "loneliness"]


@pytest.mark.parametrize(("name", "questions", "lowest", "highest"), [("gad7", 7, 0, 21), ("phq9", 9, 0, 27)])
def test_ranges_are_the_official_ones(name: str, questions: int, lowest: int, highest: int) -> None:
    one = instruments()[name]
    (total,) = one.scales
    assert (len(one.items), total.lowest, total.highest, total.direction) == (questions, lowest, highest, "lower")


def test_loneliness_is_three_to_nine_and_the_direct_question_stands_apart() -> None:
    total, direct = instruments()["loneliness"].scales
    assert (total.lowest, total.highest, total.is_total, len(total.items)) == (3, 9, True, 3)
    assert direct.items == ("lonely",) and not direct.is_total and not set(direct.items) & set(total.items)


def test_wellbeing_has_four_results_and_no_total() -> None:
    scales = instruments()["ons4"].scales
    assert [(one.lowest, one.highest, one.direction) for one in scales] == [(0, 10, "higher")] * 3 + [(0, 10, "lower")]
    assert not any(one.is_total for one in scales)


def test_item_nine_and_nothing_else_leads_to_the_safety_step() -> None:
    assert [(one.id, trigger.item) for one in instruments().values() for trigger in one.safety] == [("phq9", "harm")]
    assert instruments()["phq9"].items[8].id == "harm"


@pytest.mark.parametrize("name", ALL)
def test_everything_that_is_shown_of_a_measure_has_words(name: str) -> None:
    one = instruments()[name]
    assert name in words.TITLES and name in words.LICENCES and one.status in words.STATUSES
    assert all(f"{name}.{scale.id}" in words.RESULTS for scale in one.scales)
    assert all(band.id in words.BANDS for scale in one.scales for band in scale.bands)
    assert one.needs <= set(words.NEEDS)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_free_measure_has_the_words_of_all_its_questions_and_answers(name: str) -> None:
    one = instruments()[name]
    for item in one.items:
        assert f"{name}.{item.id}" in words.QUESTIONS
        if item.kind == "choice":
            assert all(f"{name}.{item.answers}.{option.value}" in words.ANSWERS for option in item.options)
        else:
            assert all(f"{name}.{item.id}.{end}" in words.ANSWERS for end in (0, 10))


@pytest.mark.parametrize("name", ["swemwbs", "mycaw", "de-jong-gierveld"])
def test_of_licensed_measures_no_question_and_no_answer_is_shipped(name: str) -> None:
    assert not [key for key in (*words.QUESTIONS, *words.ANSWERS, *words.INTROS) if key.partition(".")[0] == name]
    assert {"licence", "words"} <= instruments()[name].needs


def test_the_table_of_scores_is_not_shipped() -> None:
    assert "table" in instruments()["swemwbs"].needs and instruments()["swemwbs"].scales[0].table is None


def test_of_score_only_measures_the_score_alone_is_kept() -> None:
    for name in ("pam", "wellbeing-star"):
        one = instruments()[name]
        assert one.status == "score-only" and [item.kind for item in one.items] == ["number"]


def test_what_is_unconfirmed_is_said_to_be() -> None:
    """`design/referrals.md` 2.2: the licences of two, and the range of a third."""
    assert "not confirmed" in str(words.LICENCES["ons4"]) and "not confirmed" in str(words.LICENCES["wellbeing-star"])
    assert (
        all(scale.lowest is None for scale in instruments()["mycaw"].scales) and "ends" in instruments()["mycaw"].needs
    )


@pytest.mark.parametrize("name", ["gad7", "phq9", "swemwbs"])
def test_what_a_licence_wants_shown_is_there(name: str) -> None:
    assert instruments()[name].notice


BROKEN = {
    "a range of its own": ("range: [0, 21]", "range: [0, 20]"),
    "a gap between bands": ("mild: [5, 9]", "mild: [6, 9]"),
    "bands without a source": ("bands_source:", "other:"),
    "an unknown question": ("items: [nervous,", "items: [somebody,"),
    "a question twice": ("{id: control,", "{id: nervous,"),
    "no questions": ("items:\n  - {id: nervous", "things:\n  - {id: nervous"),
    "an unknown set of answers": ("answers: days}", "answers: nights}"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_file_that_makes_no_sense_is_refused(how: str, tmp_path: Path) -> None:
    text = (FOLDER / "gad7.yaml").read_text(encoding="utf-8")
    old, new = BROKEN[how]
    assert old in text
    (tmp_path / "gad7.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InstrumentProblem):
        loaded(tmp_path / "gad7.yaml")

import pytest

from portal.core.formulas import armed, disarmed

DANGEROUS = ["=1+1", "+44 116 222 2222", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_begins_a_formula_is_marked_and_comes_back(text: str) -> None:
    assert disarmed(text) == f"'{text}"
    assert armed(disarmed(text)) == text


@pytest.mark.parametrize("text", ["'=1+1", "''=1", "'+44", "'", "''", "'tis the season", "", "a=1", " =1"])
def test_a_text_that_has_the_mark_itself_comes_back_with_it(text: str) -> None:
    assert armed(disarmed(text)) == text


def test_ordinary_words_are_left_alone() -> None:
    assert disarmed("Tea = talk") == "Tea = talk"
    assert disarmed("'tis") == "'tis" == armed("'tis")

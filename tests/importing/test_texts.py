import pytest

from portal.core.formulas import armed, disarmed
from portal.importing.texts import is_sheet_rubble, one_line, paragraphs, says_nothing, storable
from portal.openreferral.tables import NOT_GIVEN


def test_markup_goes_and_its_lines_stay() -> None:
    assert paragraphs("<p>Tea &amp; cake.</p><ul><li>One</li><li>Two</li></ul>") == "Tea & cake.\nOne\nTwo"
    assert paragraphs("a<script>alert(1)</script>b") == "ab"
    assert paragraphs("&lt;b&gt;Bold&lt;/b&gt; words") == "Bold words"


def test_a_smaller_sign_that_is_no_markup_stays() -> None:
    assert one_line("Children < 5 and > 2 years") == "Children < 5 and > 2 years"


def test_odd_spaces_and_marks_that_turn_writing_go() -> None:
    assert one_line("\ufeffWarm\u00a0\u2003 space\u202e!\x07\r\n") == "Warm space!"
    assert paragraphs("One\r\n\r\n\r\n\r\nTwo") == "One\n\nTwo"


def test_other_scripts_and_joined_emoji_stay() -> None:
    assert one_line("ਪੰਜਾਬੀ میں 👩\u200d👧") == "ਪੰਜਾਬੀ میں 👩\u200d👧"


@pytest.mark.parametrize("text", ["", " - ", "N/A", "none", "Not known", "TBC", "null", "NaN", NOT_GIVEN])
def test_words_for_nothing_say_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize(
    ("cell", "before"),
    [
        ("'=SUM(A1)", "=SUM(A1)"),
        ("'+44 161", "+44 161"),
        ("'@home", "@home"),
        ("'-5", "-5"),
        ("'tis", "'tis"),
        ("'\t=", "\t="),
    ],
)
def test_the_mark_of_a_disarmed_formula_is_taken_off(cell: str, before: str) -> None:
    assert armed(cell) == before
    assert armed(disarmed(before)) == before
    assert armed(disarmed(cell)) == cell


def test_formulas_and_errors_of_spreadsheets_are_known() -> None:
    assert all(is_sheet_rubble(text) for text in ("=A1", "=HYPERLINK(1)", "@SUM(1)", "#REF!", "#n/a"))
    assert not any(is_sheet_rubble(text) for text in ("@theGrange", "@ Old Fire Station", "#1 club", "-5 to 5"))


def test_what_no_database_stores_is_marked_unreadable() -> None:
    assert storable("a\x00b\ud800c") == "a\ufffdb\ufffdc"

"""Text without what nobody sees, for every place that takes text in."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.plain import mixed_words, one_line, plain


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("  tea\x00 and\u202e talk\u200f ", "tea and talk"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("Warm\u00a0space\twith\u3000tea", "Warm space with tea"),
        ("\ud800half a pair", "half a pair"),
        ("soft\u00adhyphen \ufeffmark", "softhyphen mark"),
        ("e\u0301cole", "école"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Age\u200c\u200d UK\u200b\U000e0041", "Age UK"),
        ("می\u200c\u200c\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("\u3164\u2800\uffa0\u115f\u034f", ""),
        ("T\ufe0fe\U000e0101a 1\ufe0f2", "Tea 12"),
        ("\u2764\ufe0f\ufe0f\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525"),
        ("Z" + "\u0335\u0301\u0489\u0316" * 40 + "algo", "Ź\u0335\u0489\u0335\u0316algo"),
        ("ب" + "\u064b\u064b\u064b\u064b\u200d" * 9 + "ت", "ب\u064b\u064b\u064b\u064b\u200dت"),
        ("שָּׁ֑לוֹם, မြို့, Việt Nam, Ẹ̀kọ́", "שָּׁ֑לוֹם, မြို့, Việt Nam, Ẹ̀kọ́"),
        (None, ""),
    ],
)
def test_what_nobody_sees_is_taken_out(typed: str | None, seen: str) -> None:
    assert plain(typed) == seen


def test_one_line_has_single_spaces() -> None:
    assert one_line(" tea \n\n and\t\ttalk ") == "tea and talk"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Аge UK, рaypal and Ωmega", ["Аge", "рaypal", "Ωmega"]),
        ("Café Société, Привет, Γειά, עברית, ਪੰਜਾਬੀ, 5µg", []),
        ("Belgrave Ｃlub", ["Ｃlub"]),
        ("Age UK", []),
    ],
)
def test_words_of_two_alphabets_that_look_alike_are_found(text: str, found: list[str]) -> None:
    assert mixed_words(text) == found


@given(text=st.text(max_size=200))
def test_plain_text_stays_as_it_is(text: str) -> None:
    kept = plain(text)
    assert plain(kept) == kept and one_line(one_line(text)) == one_line(text)
    assert not {"Cc", "Cs"} & {unicodedata.category(letter) for letter in kept if letter != "\n"}

"""Typed text as words that can be compared."""

import pytest

from portal.directory import urgent
from portal.directory.folding import REPEATED, folded, without_repeats, words_of


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Caffi Tŷ", "Caffi Ty"),
        ("k*ll", "kll"),
        ("s u i c i d e", "suicide"),
        ("don’t", "dont"),
        ("tea/cake", "tea cake"),
    ],
)
def test_signs_accents_and_spaced_letters_go(typed: str, read: str) -> None:
    assert folded(typed) == read


def test_what_is_said_over_and_over_is_read_once_and_what_is_new_stays() -> None:
    text = ["help", "me", "now"] * 500 + ["he", "hits", "me"]
    kept = without_repeats(text)
    assert len(kept) < 4 * REPEATED
    assert kept[-3:] == ["he", "hits", "me"]
    assert without_repeats(["a", "b", "a", "b"]) == ["a", "b", "a", "b"]


@pytest.mark.parametrize("said", ["me ", "he is my ", "i me my he she "])
def test_everyday_words_by_the_thousand_are_a_few_to_read(said: str) -> None:
    assert len(without_repeats(words_of(said * 3_000))) < 4 * REPEATED


def test_danger_behind_what_is_said_over_and_over_is_seen() -> None:
    assert urgent.kinds_in("please " * 2_000 + "he says he will kill himself")[0] == "mental_health"

"""Dialect and text speak are read as plain words, and exceptions hold in them."""

import pytest

from portal.directory.plain_speech import plainly, without_empty_words


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Me dad's gunna top hisself", "Me dad gonna top himself"),
        ("ah cannae go on", "i cant go on"),
        ("kippin in t'car", "sleep in car"),
        ("i'm goin to kill meself", "i gonna kill myself"),
        ("going to", "gonna"),
        ("the wean's got bruises", "child got bruises"),
        ("cuttin again", "cutting"),
        ("", ""),
    ],
)
def test_typed_words_become_plain_words(typed: str, plain: str) -> None:
    assert plainly(typed) == plain


def test_phrases_lose_what_plain_words_do_not_have() -> None:
    assert without_empty_words("feet|back is|are killing me") == "feet|back killing me"
    assert without_empty_words("kill a|an|some hour|time") == "kill a|an|some? hour|time"
    assert without_empty_words("gone from my|our|the") == "gone from my|our|the"

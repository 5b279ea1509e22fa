"""What people type is read as what they mean by it: needs, filters, who looks after a listing; everyday words mean nothing."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask

from portal.core.queue import work_until_idle
from portal.directory import lexicon
from portal.directory.ages import ages_in
from portal.directory.filters import BY_NAME
from portal.directory.lexicon import meant_by
from portal.directory.needs import NEEDS
from portal.directory.places_said import place_said
from portal.directory.understanding import understand
from tests.factories import Make
from tests.support.page import Browser

LANGUAGES = ("ar", "bn", "cy", "en", "fr", "gu", "pa", "pl", "ro", "so", "uk", "ur")
FEWEST_LINES = 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_every_need_and_each_line_once(language: str) -> None:
    """A need without words in a language is one that nobody finds who types it."""
    files = [
        file for path in sorted(lexicon.FOLDER.glob("*.yaml")) if (file := lexicon._read(path)).language == language
    ]
    lines = [phrase for file in files for phrase in file.phrases()]
    sure = Counter(phrase.kinds[0] for phrase in lines if phrase.family == "sure")
    assert sorted(sure) == sorted(NEEDS) and min(sure.values()) >= FEWEST_LINES
    again = Counter((phrase.text, phrase.kinds, phrase.family) for phrase in lines)
    assert [one for one, count in again.items() if count > 1] == []
    assert [text for text, kinds, family in again if family == "maybe" and (text, kinds, "sure") in again] == []


def test_every_filter_of_the_lexicon_is_one_that_the_search_has() -> None:
    kinds = {kind for phrase in lexicon._book().phrases if phrase.family == "filter" for kind in phrase.kinds}
    assert kinds and all(value in BY_NAME[name].ids for name, _mark, value in (one.partition("=") for one in kinds))


def test_every_list_has_a_word_for_a_name_and_is_named_by_a_line() -> None:
    """YAML takes "no" for a truth value: administrators who named another list then saw an error in place of the names."""
    for path in sorted(lexicon.FOLDER.glob("*.yaml")):
        named = {one for line in _strings(lexicon._read(path).told) for one in re.findall(r"@(\w+)", line)}
        assert lexicon._read(path).lists.keys() == named, path.name


def _strings(told: object) -> Iterator[str]:
    """Every line of a file, and no key."""
    if isinstance(told, str):
        yield told
    for one in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from _strings(one)


@pytest.mark.parametrize(
    ("words", "need"),
    [
        ("my husband passed away in march", "bereavement"),
        ("nobody to talk to all week", "loneliness"),
        ("cant afford to put the heating on", "energy"),
        ("bailiffs at the door", "debt"),
        ("mum keeps falling over", "falls-frailty"),
        ("pt low mood, not sleeping", "low-mood-worry"),
        ("dad left the gas on again", "dementia"),
        ("grief counciling", "bereavement"),
        ("crisis cafe", "crisis"),
        ("safe haven", "crisis"),
        ("neighbourhood mental health cafe", "crisis"),
        ("listening place", "crisis"),
        ("sanctuary", "crisis"),
        ("szukam pracy", "jobs"),
        ("banque alimentaire", "food"),
        ("gresit chirie proprietar evacuare", "housing"),
        ("مجھے اکیلا پن محسوس ہوتا ہے", "loneliness"),
        ("akelu lage che", "loneliness"),
    ],
)
def test_indirect_words_lead_to_the_need_first(words: str, need: str) -> None:
    assert meant_by(words).sure[0] == need


@pytest.mark.parametrize(
    ("words", "need"),
    [
        ("food court", "food"),
        ("bereaved but not religious", "faith-culture"),
        ("debt free", "debt"),
        ("mind map", "low-mood-worry"),
    ],
)
def test_everyday_words_and_what_is_not_wanted_mean_nothing(words: str, need: str) -> None:
    assert need not in meant_by(words).sure


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("76M", "65_plus"),
        ("she is 89", "65_plus"),
        ("homeless 19 year old", "18_25"),
        ("my son is 15", "under_18"),
        ("girl aged 7", "children"),
    ],
)
def test_ages_are_read(words: str, value: str) -> None:
    assert ages_in(words) == {"who": frozenset({value})}


@pytest.mark.parametrize(
    "words",
    [
        "2 yrs ago",
        "open at 10am",
        "is 5 miles away",
        "£70 a week",
        "40 year old",
        "he is 70 she is 15",
        "group for 12 people",
    ],
)
def test_other_figures_are_no_ages(words: str) -> None:
    assert ages_in(words) == {}


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("free counselling camden", "camden"), ("choir in Leicester on tuesdays", "Leicester"), ("gym in Bath", "Bath"),
        ("lunch kentish town", "kentish town"), ("help in the bath", None), ("reading group", None), ("Leicester", None),
        ("i hope", None), ("Saffron Singers", None), ("epsom health walk", "epsom"),
    ],
)  # fmt: skip
def test_a_place_among_the_words_is_read(sqlite_app: Flask, words: str, place: str | None) -> None:
    assert place_said(words) == place


def test_a_guess_that_leaves_nothing_is_left_out_and_said(sqlite_app: Flask, browser: Browser, make: Make) -> None:
    """Nobody is to miss a memory cafe because it does not say that it speaks Bengali."""
    make.service("Memory circle", needs=["dementia"])
    work_until_idle()
    page = browser.get("/services?q=bengali+speaking+dementia+group&near=LE2+0QB")
    assert "Memory circle" in page.main and "Nothing here says: Bengali" in page.main
    assert "Nothing here says" not in browser.get("/services?q=dementia+group&near=LE2+0QB").main


@pytest.mark.parametrize(
    ("said", "unwanted", "wanted"),
    [
        ("not counselling, just someone to have a cuppa with", "counselling", "befriending"),
        ("I don't want a food bank, I want to know what benefits I can claim", "food", "benefits"),
        ("something that isn't about dementia, she wants to craft", "dementia", "arts-music"),
    ],
)
def test_what_somebody_says_no_to_is_not_looked_for(sqlite_app: Flask, said: str, unwanted: str, wanted: str) -> None:
    assert unwanted in meant_by(said).unwanted
    needs = understand(said, "en").needs
    assert unwanted not in needs
    assert wanted in needs


@pytest.mark.parametrize("said", ["I don't sleep any more", "he isn't coping since the stroke"])
def test_not_before_what_somebody_cannot_do_is_no_refusal(said: str) -> None:
    assert not meant_by(said).unwanted

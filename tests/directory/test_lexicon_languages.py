"""What people say in other languages than English, in their letters and in Latin ones, is read as the need and filter meant."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.directory.filters import BY_NAME
from portal.directory.lexicon import meant_by
from portal.directory.needs import NEEDS

SAID = {path.stem: path for path in sorted((Path(__file__).parent / "meant").glob("*.yaml"))}
FEWEST_NEEDS = 40


def said(language: str) -> Any:
    return yaml.safe_load(SAID[language].read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", sorted(SAID))
def test_sentences_are_read_as_the_need_they_tell_of(language: str) -> None:
    needs = said(language)["needs"]
    assert needs.keys() <= NEEDS.keys() and len(needs) >= FEWEST_NEEDS
    assert [
        (need, words) for need, several in needs.items() for words in several if need not in meant_by(words).sure
    ] == []


@pytest.mark.parametrize("language", sorted(SAID))
def test_words_of_when_how_and_for_whom_are_read_as_filters(language: str) -> None:
    asked = [(*one.split("="), words) for one, several in said(language)["filters"].items() for words in several]
    assert asked and all(value in BY_NAME[name].ids for name, value, _words in asked)
    assert [one for one in asked if one[1] not in meant_by(one[2]).filters.get(one[0], ())] == []


@pytest.mark.parametrize("language", [language for language in sorted(SAID) if "nothing" in said(language)])
def test_everyday_words_ask_for_no_service(language: str) -> None:
    read = [(words, meant_by(words)) for words in said(language)["nothing"]]
    assert read and [words for words, meant in read if meant.sure or meant.filters] == []


@pytest.mark.parametrize(
    ("words", "need"),
    [
        ("let me tape the box", "abuse"),
        ("a cure for boredom", "faith-culture"),
        ("parents club", "older-social"),
        ("sold my car", "falls-frailty"),
        ("romance books", "womens-groups"),
        ("i have been sent an email", "scams-crime"),
        ("dans la cuisine", "arts-music"),
        ("mam problem", "baby-parenting"),
    ],
)
def test_words_of_one_language_are_not_read_in_another(words: str, need: str) -> None:
    meant = meant_by(words)
    assert need not in (*meant.sure, *meant.maybe)

"""What people really type in their language, in its script and in the Latin letters of chat, is read as what they mean.

One file a language in `said/`: sentences by need and by filter, and everyday words that mean no service.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.directory.lexicon import meant_by
from portal.directory.needs import NEEDS

SAID = {path.stem: path for path in sorted((Path(__file__).parent / "said").glob("*.yaml"))}


def said(language: str) -> Any:
    return yaml.safe_load(SAID[language].read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", sorted(SAID))
def test_situations_lead_to_the_need(language: str) -> None:
    told = said(language)["needs"]
    missed = [(need, words) for need, several in told.items() for words in several if need not in meant_by(words).sure]
    assert told.keys() == NEEDS.keys() and not missed


@pytest.mark.parametrize("language", sorted(SAID))
def test_words_of_a_filter_are_read(language: str) -> None:
    told = [(*one.split("="), words) for one, several in said(language)["filters"].items() for words in several]
    missed = [(name, value, words) for name, value, words in told if value not in meant_by(words).filters.get(name, ())]
    assert told and not missed


@pytest.mark.parametrize("language", sorted(SAID))
def test_everyday_words_ask_for_no_service(language: str) -> None:
    read = {
        words: found
        for words in said(language)["nothing"]
        if (found := (meant := meant_by(words)).sure or meant.filters)
    }
    assert not read

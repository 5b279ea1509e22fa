"""Danger is seen in every language that people type, in their script and in Latin letters; everyday words of it stay quiet."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.directory import urgent

EXAMPLES = {path.stem: path for path in sorted((Path(__file__).parent / "crisis").glob("*.yaml"))}
PROMISED = frozenset({"ar", "bn", "cy", "en", "fr", "gu", "pa", "pl", "ro", "so", "uk", "ur"})


def examples(name: str) -> Any:
    return yaml.safe_load(EXAMPLES[name].read_text(encoding="utf-8"))


def test_every_language_that_is_promised_has_words_for_danger() -> None:
    assert urgent._phrases().keys() >= PROMISED
    for code in PROMISED:
        kinds = {kind for phrase in urgent._phrases()[code] for kind in phrase.kinds}
        assert kinds == set(urgent.KINDS), code


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_sentences_of_people_in_danger_are_seen_whatever_the_language_of_the_page(name: str) -> None:
    missed = [
        (kind, said)
        for kinds, several in examples(name)["distress"].items()
        for said in several
        for kind in kinds.split(" and ")
        if kind not in urgent.kinds_in(said)
    ]
    assert not missed


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_everyday_sentences_raise_nothing(name: str) -> None:
    raised = {said: found for said in examples(name)["everyday"] if (found := urgent.kinds_in(said))}
    assert not raised


def test_what_somebody_needs_first_comes_first() -> None:
    """The kinds that a group is named for may come first; behind a danger to life, whom it is about."""
    wrong = [
        (kinds, said, urgent.kinds_in(said))
        for kinds, several in examples("en-families")["distress"].items()
        for said in several
        if urgent.kinds_in(said)[0] not in kinds.split(" and ")
    ]
    assert not wrong


def test_a_phrase_whose_parts_may_stand_in_any_order_is_found_in_each() -> None:
    assert urgent.kinds_in("there is blood everywhere, he put his arm through a window") == ("emergency",)
    assert urgent.kinds_in("he put his arm through a window and blood is everywhere") == ("emergency",)

"""What typed words are read to mean: needs by name, filters that are certain, danger, and who looks after a listing."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.directory.filters import BY_NAME
from portal.directory.needs import NEEDS
from portal.directory.understanding import Understanding, understand
from tests.directory.plain_examples import FILTER_WORDS, MANAGING, NO_FILTERS


def filters_of(words: str, language: str = "en") -> dict[str, set[str]]:
    return {name: set(values) for name, values in understand(words, language).filters.items()}


@pytest.mark.parametrize("language", ["en", "cy", "ur"])
def test_every_need_is_known_by_its_label_and_other_names_in_the_readers_language(
    sqlite_app: Flask, language: str
) -> None:
    for need in NEEDS.values():
        with force_locale(language):
            names = [str(name) for name in (need.label, *need.also)]
        for name in names:
            assert need.id in understand(f"help: {name.upper()}!", language).needs, name


@pytest.mark.parametrize(
    ("words", "need"),
    [
        ("food bank", "food"), ("Food Banks near me", "food"), ("MENS SHEDS", "mens-groups"), ("men’s shed", "mens-groups"),
        ("lunch clubs", "older-social"), ("toddler groups", "baby-parenting"), ("memory café", "dementia"),
        ("crisis cafes", "crisis"), ("PIP", "benefits"), ("pip", "benefits"), ("SEND", "send"), ("send", "send"),
    ],
)  # fmt: skip
def test_case_accents_apostrophes_and_plurals_do_not_matter(sqlite_app: Flask, words: str, need: str) -> None:
    assert understand(words, "en").needs[0] == need


@pytest.mark.parametrize("words", ["send me a letter", "pip the dog", "what is on", "", "   ", "zzzz", "😀"])
def test_words_that_are_no_name_of_a_need_are_left_to_the_search(sqlite_app: Flask, words: str) -> None:
    assert understand(words, "en") == Understanding()


def test_english_names_are_known_on_a_welsh_page(sqlite_app: Flask) -> None:
    assert understand("food bank", "cy").needs == ("food",)


def test_a_language_that_is_not_offered_is_read_as_english(sqlite_app: Flask) -> None:
    assert understand("food bank", "xx-nonsense").needs == ("food",)


@pytest.mark.parametrize(
    ("words", "filters"),
    [
        ("free yoga", {"cost": {"free"}}), ("yoga for nothing, today", {"cost": {"free"}, "when": {"today"}}),
        ("somewhere tonight", {"when": {"tonight"}}), ("Mondays and Tuesdays", {"when": {"mon", "tue"}}),
        ("weekend football", {"when": {"weekend"}}), ("sewing for women only", {"who": {"women_only"}}),
        ("on zoom", {"how": {"online"}}), ("BSL group", {"language": {"bsl"}}), ("drop-in", {"join": {"drop_in"}}),
        ("step-free lunch", {"access": {"step_free"}}), ("stepfree", {"access": {"step_free"}}),
        ("Polish speaking cafe", {"language": {"pl"}}), ("veterans breakfast", {"who": {"veterans"}}),
        ("food parcel today LE2", {"when": {"today"}, "near": {"LE2"}}), ("yoga le2 0qb", {"near": {"LE2 0QB"}}),
    ],
)  # fmt: skip
def test_filters_that_are_certain_are_read(sqlite_app: Flask, words: str, filters: dict[str, set[str]]) -> None:
    assert filters_of(words) == filters


@pytest.mark.parametrize(
    "words",
    ["gluten free cooking", "free time", "smoke-free", "free school meals", "Good Friday", "learn BSL", "Sunday school",
     "vitamin B12", "KS2 maths", "CO2", "short of money", "parking ticket", "men", "women"],
)  # fmt: skip
def test_words_that_only_look_like_a_filter_set_none(sqlite_app: Flask, words: str) -> None:
    assert filters_of(words) == {}


def test_what_holds_a_word_of_a_filter_and_does_not_mean_it_sets_none(sqlite_app: Flask) -> None:
    for language, phrases in NO_FILTERS.items():
        assert [words for words in phrases if filters_of(words, language).keys() - {"near"}] == []


def test_filters_are_read_in_welsh_and_urdu(sqlite_app: Flask) -> None:
    assert filters_of("ioga am ddim heddiw", "cy") == {"cost": {"free"}, "when": {"today"}}
    assert filters_of("مفت کلاس آج", "ur") == {"cost": {"free"}, "when": {"today"}}
    assert filters_of("ioga am ddim", "en") == {"cost": {"free"}}


def test_every_plain_word_means_a_value_that_the_filters_have(sqlite_app: Flask) -> None:
    for language, phrases in FILTER_WORDS.items():
        for (name, value), said in phrases.items():
            assert value in BY_NAME[name].ids
            for words in said:
                assert value in filters_of(words, language).get(name, ()), words


def test_who_looks_after_a_listing_is_led_to_it(sqlite_app: Flask) -> None:
    for language, phrases in MANAGING.items():
        for words in phrases:
            assert understand(f"{words} please", language).intent == "manage_listing", words
    assert understand("Add our group to the list", "en").intent == "manage_listing"
    assert understand("update our opening times", "en").intent == "manage_listing"
    assert understand("a group to join", "en").intent == "find"


def test_danger_brings_its_need_so_that_results_follow_the_card(sqlite_app: Flask) -> None:
    said = understand("my husband hits me and i want to die, nowhere to sleep tonight", "en")
    assert said.urgent == ("mental_health", "abuse", "homelessness")
    assert said.needs[:3] == ("crisis", "abuse", "homelessness") and said.filters == {}
    assert understand("add our group, i want to kill myself", "en").urgent == ("mental_health",)


@pytest.mark.needs_shared
def test_the_queries_for_development_are_read_without_a_wrong_filter_or_a_wrong_need_first(
    sqlite_app: Flask, shared: Path
) -> None:
    for row in map(json.loads, (shared / "data" / "relevance" / "queries.jsonl").read_text("utf-8").splitlines()):
        said = understand(row["query"], row["lang"])
        known = {name: {values} if isinstance(values, str) else set(values) for name, values in row["filters"].items()}
        assert all(values <= known.get(name, set()) for name, values in said.filters.items()), row["query"]
        assert set(said.needs[:1]) <= {*row["needs"], *row["also"]} and said.intent == row["intent"], row["query"]

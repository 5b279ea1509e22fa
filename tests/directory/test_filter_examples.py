"""What people type of whom it is for, where, when, how and at what cost is read; what only looks like it is not."""

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.directory.ages import ages_in
from portal.directory.places_said import place_said
from portal.directory.understanding import understand
from tests.directory.filter_examples import HELD_BACK, SEEN, examples

MOST_WRONG = 0.05
MOST_MISSED = 0.1


def read(words: str) -> dict[str, set[str]] | None:
    said = understand(words, "en")
    if said.intent == "manage_listing":
        return None
    return {
        name: {value.casefold() if name == "near" else value for value in values}
        for name, values in said.filters.items()
    }


def pairs(filters: dict[str, set[str]] | None) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, values in (filters or {}).items() for value in values)


def test_what_was_seen_while_writing_is_read_as_it_is_meant(sqlite_app: Flask) -> None:
    wrong = {words: read(words) for words, said in examples(SEEN) if read(words) != said}
    assert wrong == {}


def test_what_was_held_back_is_mostly_read_as_it_is_meant(sqlite_app: Flask) -> None:
    found = [(read(words), said) for words, said in examples(HELD_BACK)]
    assert [(got is None) for got, _said in found] == [(said is None) for _got, said in found]
    got = [{*pairs(one)} for one, _said in found]
    meant = [{*pairs(dict(said) if said else None)} for _got, said in found]
    right = sum(len(one & other) for one, other in zip(got, meant, strict=True))
    assert right >= (1 - MOST_WRONG) * sum(map(len, got))
    assert right >= (1 - MOST_MISSED) * sum(map(len, meant))


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("grandad 84 lonely", "65_plus"), ("get fit at 60", "50_plus"), ("gay and 70, lost my partner", "65_plus"),
        ("my mum is seventy nine", "65_plus"), ("in his eighties", "65_plus"), ("three year old wont sleep", "children"),
        ("8 month old baby", "children"), ("stroppy 12 year old", "under_18"), ("M/67 COPD", "65_plus"),
        ("65+ tai chi", "65_plus"),
        ("boxing 16-24", "18_25"), ("والدي عمره ٧٨ سنة", "65_plus"), ("ma fille 2 ans le mardi", "children"),
        ("80-letnia babcia", "65_plus"),
    ],
)  # fmt: skip
def test_ages_of_who_is_to_be_helped_are_read(words: str, value: str) -> None:
    assert ages_in(words) == {"who": frozenset({value})}


@pytest.mark.parametrize(
    "words",
    ["did 22 years in the army", "MMSE 17", "smoker 20/day", "mum 3 falls", "I'm 3 weeks sober", "he is 6 foot", "depuis 2 ans",
     "i'm 50 grand in debt", "im 4 months behind with rent", "at 10am", "10m walk", "I'm 45", "mum of 3", "married 60 years"],
)  # fmt: skip
def test_years_and_other_figures_are_no_ages(words: str) -> None:
    assert ages_in(words) == {}


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("luch club nr wigston", "wigston"), ("mensheds hinkley", "Hinckley"), ("food bank in loughbrough", "Loughborough"),
        ("owt on round Coalville way of a Thursday?", "Coalville"), ("no car, Syston", "Syston"),
        ("near Birstall for over 60s", "Birstall"),
        ("مجموعة نساء في ليستر", "Leicester"), ("લેસ્ટરમાં ગુજરાતી ગ્રુપ", "Leicester"), ("لیسٹر میں اردو", "Leicester"),
        ("bhajan group belgrave ma", "belgrave"), ("szukam pomocy w leicester", "leicester"), ("grŵp yn Nghaerdydd", "Caerdydd"),
        ("clarendon park yoga", "clarendon park"), ("Nan is in a care home in Rugby", "Rugby"),
    ],
)  # fmt: skip
def test_a_place_is_read_however_it_is_typed(sqlite_app: Flask, words: str, place: str) -> None:
    assert place_said(words) == place


@pytest.mark.parametrize(
    "words",
    ["saffron singers", "Belgrave Ladies Group", "going barking mad", "near London Road", "fell over in Melton Road",
     "Leicester Tigers tickets", "mrs kimberley needs help", "moved here from london and know nobody", "tribunal is in March",
     "fellers workshp", "play rugby", "chelsea pensioner", "send advice for my son", "a bridge club"],
)  # fmt: skip
def test_streets_people_groups_and_everyday_words_are_no_places(sqlite_app: Flask, words: str) -> None:
    assert place_said(words) is None


@pytest.mark.parametrize(
    ("words", "near"),
    [("ana mish la2i shoghl", None), ("food LE2", "LE2"), ("yoga near e8", "E8"), ("vitamin B12", None)],
)
def test_half_a_postcode_is_read_and_figures_among_letters_are_not(
    sqlite_app: Flask, words: str, near: str | None
) -> None:
    assert understand(words, "en").filters.get("near", frozenset()) == ({near} if near else frozenset())


def test_a_day_beside_another_or_before_its_evening_is_kept(sqlite_app: Flask) -> None:
    assert read("keep fit mon & wed") == {"when": {"mon", "wed"}}
    assert read("choir tuesday eve") == {"when": {"tue", "evening"}}

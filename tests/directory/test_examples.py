"""Which needs a text speaks for: what our sentences taught, and that the model is the one they teach."""

import numpy as np
import pytest
from flask import Flask

from portal.directory import examples
from portal.directory.examples import MODEL, NONE, ORDER, digest, sentences_of, spoken_for
from portal.directory.judging import judged
from portal.directory.needs import NEEDS
from portal.directory.querying import LEADS_FROM
from portal.directory.understanding import understand

FEWEST = 250


def test_the_model_was_taught_by_these_sentences() -> None:
    """If not: PYTHONPATH=. .venv/bin/python benchmarks/teach.py"""
    with np.load(MODEL, allow_pickle=False) as kept:
        assert kept["digest"].tobytes().decode() == digest()


def test_every_need_has_sentences_and_none_stands_under_two() -> None:
    every = [sentence for need in ORDER for sentence in sentences_of(need)]
    folded = [" ".join(sentence.casefold().split()) for sentence in every]
    assert {path.stem for path in examples.FOLDER.glob("*.txt")} == set(ORDER)
    assert len(set(folded)) == len(folded)
    assert all(sentence == sentence.strip() and sentence for sentence in every)
    assert all(len(sentences_of(need)) >= FEWEST for need in NEEDS)


@pytest.mark.parametrize(
    ("said", "need"),
    [
        ("he put his shoes in the oven and could not tell me what day it was", "dementia"),
        ("since the funeral the house is so quiet", "bereavement"),
        ("meter ran out and the kids are in their coats indoors", "energy"),
        ("she will not go to school and hides under the bed in the morning", "youth"),
        ("nobdy to hav a natter wiv now the pub is shut", "loneliness"),
    ],
)
def test_a_situation_is_read_as_the_need_behind_it(sqlite_app: Flask, said: str, need: str) -> None:
    assert need in understand(said, "en").needs[:2]


@pytest.mark.parametrize("said", ["", "😀", "vbrt xqzz", "szukam hydraulika na jutro", "میں گھر پر ہوں"])
def test_what_is_not_english_is_left_alone(said: str) -> None:
    assert not spoken_for(said).any()


def test_a_sure_line_leads_and_what_was_taught_stands_behind_it() -> None:
    found = judged("tea and a natter for carers of people with dementia", ("carers",), ())
    assert found.needs[0] == "carers"
    assert found.confidence["carers"] >= max(found.confidence.values())
    assert all(0 <= much <= 1 for much in found.confidence.values())


def test_nothing_is_read_where_nothing_is_said() -> None:
    assert judged("", (), ()).needs == ()
    assert judged("xqzz", (), ("debt",)).needs == ("debt",)
    assert NONE not in judged("what time is it", (), ()).needs


def test_whoever_names_two_things_looks_for_both() -> None:
    found = judged("lonely since my wife died", ("bereavement", "loneliness"), ())
    assert set(found.needs[:2]) == {"bereavement", "loneliness"}
    assert min(found.confidence[need] for need in found.needs[:2]) >= LEADS_FROM

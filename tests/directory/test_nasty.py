"""Questions that nobody means well with: `benchmarks/nasty.py` and `hostile_queries.py` in short, over a few listings."""

import re
from html import unescape
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import pytest

from portal.core.plain import one_line
from portal.directory.asking import LONGEST_WORDS
from tests.support.hostile import KINDS, addresses
from tests.support.nasty import WORDS, questions

SECONDS = 5.0
"""Far more than the promise, which the program measures: other tests share the machine."""


@pytest.fixture
def _some(active_app: Any, make: Any, index_now: Any) -> None:
    make.service("Tea and cake", needs=["loneliness"], sessions=[make.session()])
    make.service("Debt advice", languages=["gu"], cost="free")
    make.service("Ring round", is_online=True)
    index_now()
    active_app.test_client().get("/services?q=warm&near=LE2")  # what is read once a process is read


@pytest.mark.parametrize("seed", range(3))
def test_no_question_breaks_a_page_or_loses_its_words(sqlite_app: Any, _some: None, seed: int) -> None:
    client = sqlite_app.test_client()
    for kind, asked in questions(54, seed):
        started = perf_counter()
        response = client.get(f"/services?{urlencode(asked)}")
        assert perf_counter() - started < SECONDS, (kind, asked)
        assert response.status_code in (200, 422), (kind, asked)
        words = one_line(asked[0][1])
        assert typed_in(response.text) == {words}, (kind, asked)
        if len(words) > LONGEST_WORDS:
            assert response.status_code == 422, (kind, asked)


def test_questions_are_of_every_kind_and_the_same_each_time() -> None:
    asked = list(questions(200))
    assert {kind for kind, _ in asked} == set(WORDS)
    assert asked == list(questions(200))


@pytest.mark.parametrize("seed", range(3))
def test_no_hostile_address_breaks_a_page(sqlite_app: Any, _some: None, seed: int) -> None:
    client = sqlite_app.test_client()
    for kind, prefix, parameters in addresses(2 * len(KINDS), seed):
        started = perf_counter()
        response = client.get(f"{prefix}/services", query_string=parameters.decode("latin-1"))
        assert perf_counter() - started < SECONDS, (kind, parameters)
        assert response.status_code in (200, 422), (kind, parameters)
        assert response.text.rstrip().endswith("</html>"), (kind, parameters)


def test_hostile_addresses_are_of_every_kind_and_the_same_each_time() -> None:
    made = list(addresses(100))
    assert {kind for kind, _prefix, _parameters in made} == set(KINDS) > set(WORDS)
    assert made == list(addresses(100)) != list(addresses(100, seed=1))
    assert any(max(parameters) > 0x7F for _kind, _prefix, parameters in list(addresses(400))), (
        "bytes that are no letters"
    )


def typed_in(page: str) -> set[str]:
    """What stands in the boxes for words, those that are sent along unseen among them."""
    boxes = re.findall(r'<input[^>]*\bname="q"[^>]*>', page)
    return {unescape(found[1]) if (found := re.search(r'\bvalue="([^"]*)"', box)) else "" for box in boxes}

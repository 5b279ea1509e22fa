"""What somebody lived through long ago and looks back on is no danger now: who wants to talk about it finds groups, no card.

The words are data (`data/long_ago.yaml`), under review by a clinical safety lead. All three must hold: words of danger right
beside words for the past, words of somebody who is past it, and none that say it goes on.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from portal.directory.phrases import Hit, PhraseBook, compiled

WORDS = Path(__file__).parent / "data" / "long_ago.yaml"
PAST, AT_PEACE, GOES_ON = "past", "at_peace", "goes_on"
NEAREST = 3
"""How many words may stand between words of danger and those for the past."""
NEVER_PAST = frozenset({"emergency", "homelessness"})
"""Kinds whose words alone are never taken for the past: they are about now."""


def without_long_ago(hits: Iterable[Hit], text: str) -> list[Hit]:
    """The phrases of danger found in a text but for those about what is over."""
    found = list(hits)
    if not found:
        return found
    marks = _book().hits(text)
    groups = {mark.phrase.family for mark in marks}
    if groups != {PAST, AT_PEACE}:
        return found
    past = [mark for mark in marks if mark.phrase.family == PAST]
    return [
        hit for hit in found if not set(hit.phrase.kinds) - NEVER_PAST or not any(_is_beside(hit, one) for one in past)
    ]


def _is_beside(hit: Hit, past: Hit) -> bool:
    return hit.start <= past.end + NEAREST and past.start <= hit.end + NEAREST


@cache
def _book() -> PhraseBook:
    data = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return PhraseBook(
        (compiled(line, (group,), {}, family=group) for group, lines in data.items() for line in lines), misspelt=()
    )

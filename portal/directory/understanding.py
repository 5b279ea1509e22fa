"""The one place where typed words become meaning: needs, filters, urgent kinds, and what the person wants to do.

Today it knows the labels and other names of our needs word for word, and plain words for some filters. A later, deeper
reading goes in here and nowhere else; everything around it takes an `Understanding`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Literal

from flask_babel import force_locale

from portal.directory import urgent
from portal.directory.needs import NEEDS
from portal.directory.phrases import folded
from portal.directory.plain_words import FILTER_WORDS, MANAGING

Intent = Literal["find", "manage_listing", "name"]
LONGEST = 1_000
"""How many letters are read for needs and filters. Urgent words are looked for in more."""
Words = tuple[str, ...]


@dataclass(frozen=True)
class Understanding:
    """What words were read to mean. `needs`: ids, most certain first; `filters`: name to values; `urgent`: kinds, worst first.

    `intent` is "name" when the words are the name of an organisation, "manage_listing" when someone wants to add or change
    a listing.
    """

    intent: Intent = "find"
    needs: tuple[str, ...] = ()
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    urgent: tuple[str, ...] = ()


def understand(words: str, language: str) -> Understanding:
    """What somebody's words mean, read in their language and in English."""
    kinds = urgent.kinds_in(words)
    said = _stems(words[:LONGEST])
    if not said:
        return Understanding(urgent=kinds)
    if any(_stands_in(phrase, said) for phrase in _managing(language)):
        return Understanding(intent="manage_listing", urgent=kinds)
    return Understanding(needs=_needs(said, language), filters=_filters(said, language), urgent=kinds)


def _needs(said: Words, language: str) -> tuple[str, ...]:
    """Needs whose names stand in the words: longest name first, then as they were typed."""
    found: dict[str, tuple[int, int]] = {}
    for name, need in _names_of_needs(language):
        place = _place_of(name, said)
        if place is not None:
            found[need] = min(found.get(need, (0, 0)), (-len(name), place))
    return tuple(sorted(found, key=found.__getitem__))


def _filters(said: Words, language: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for phrase, name, value in _words_of_filters(language):
        if _stands_in(phrase, said):
            found[name] = found.get(name, frozenset()) | {value}
    return MappingProxyType(found)


def _place_of(phrase: Words, said: Words) -> int | None:
    """Where a phrase stands in the words; None where it does not."""
    size = len(phrase)
    return next((at for at in range(len(said) - size + 1) if said[at : at + size] == phrase), None)


def _stands_in(phrase: Words, said: Words) -> bool:
    return _place_of(phrase, said) is not None


@cache
def _names_of_needs(language: str) -> tuple[tuple[Words, str], ...]:
    """The label and the other names of every need, in a language and in English."""
    names: dict[tuple[Words, str], None] = {}
    for code in dict.fromkeys((language, "en")):
        with force_locale(code):
            for need in NEEDS.values():
                names |= {(_stems(str(name)), need.id): None for name in (need.label, *need.also)}
    return tuple(names)


@cache
def _words_of_filters(language: str) -> tuple[tuple[Words, str, str], ...]:
    return tuple(
        (_stems(words), name, value)
        for code in dict.fromkeys((language, "en"))
        for (name, value), phrases in FILTER_WORDS.get(code, {}).items()
        for words in phrases
    )


@cache
def _managing(language: str) -> tuple[Words, ...]:
    return tuple(_stems(words) for code in dict.fromkeys((language, "en")) for words in MANAGING.get(code, ()))


def _stems(text: str) -> Words:
    """Words without capitals, accents, signs and plain plurals, as names are compared."""
    return tuple(_singular(word) for word in _parts(text))


def _parts(text: str) -> Iterator[str]:
    return iter(folded(text).casefold().split())


def _singular(word: str) -> str:
    """A word without a plain English plural: "groups" is "group", "babies" is "baby", "class" stays."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word

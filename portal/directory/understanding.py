"""The one place where typed words become meaning: needs, filters, urgent kinds, and what the person wants to do.

Today it knows the labels and other names of our needs word for word, and plain words for some filters. A later, deeper
reading goes in here and nowhere else; everything around it takes an `Understanding`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Literal

from flask_babel import force_locale

from portal.core.i18n import ENGLISH, LOCALES
from portal.directory import urgent
from portal.directory.languages import LANGUAGE_VALUES
from portal.directory.needs import NEEDS
from portal.directory.phrases import folded
from portal.directory.plain_words import FILTER_WORDS, MANAGING, NO_FILTERS, SPOKEN

Intent = Literal["find", "manage_listing", "name"]
LONGEST = 1_000
"""How many letters are read for needs and filters. Urgent words are looked for in more."""
Words = tuple[str, ...]
IN_CAPITALS: frozenset[Words] = frozenset({("send",), ("it", "help"), ("pip",)})
"""Names that are everyday words unless they are typed in capitals, or alone."""
WHOLE_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
HALF_POSTCODE = re.compile(r"\b[A-Z]{2}[0-9][0-9A-Z]?\b", re.IGNORECASE)
NO_POSTCODES = frozenset(
    {"co2", "hp1", "pt1", "pt2", "ks1", "ks2", "ks3", "ks4", "mp3", "mp4", "ww1", "ww2", "gp1", "gp2"}
)
"""What looks like the first half of a postcode and seldom is one."""


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
    language = language if language in LOCALES else ENGLISH.code
    said = _stems(words[:LONGEST])
    if not said:
        return Understanding(urgent=kinds)
    if any(_stands_in(phrase, said) for phrase in _managing(language)):
        return Understanding(intent="manage_listing", urgent=kinds)
    needs = (*_needs_of_danger(kinds), *_needs(said, _capitals(words[:LONGEST]), language))
    filters = dict(_filters(said, language))
    if near := _near(words[:LONGEST]):
        filters["near"] = frozenset({near})
    return Understanding(needs=tuple(dict.fromkeys(needs)), filters=MappingProxyType(filters), urgent=kinds)


def _needs_of_danger(kinds: Iterable[str]) -> Iterator[str]:
    """Where help in danger is found besides the numbers, so that results follow the cards."""
    return (urgent.NEEDS_OF_KINDS[kind] for kind in kinds if kind in urgent.NEEDS_OF_KINDS)


def _needs(said: Words, capitals: Words, language: str) -> tuple[str, ...]:
    """Needs whose names stand in the words: longest name first, then as they were typed."""
    found: dict[str, tuple[int, int]] = {}
    for name, need in _names_of_needs(language):
        place = _place_of(name, capitals if name in IN_CAPITALS and name != said else said)
        if place is not None:
            found[need] = min(found.get(need, (0, 0)), (-len(name), place))
    return tuple(sorted(found, key=found.__getitem__))


def _filters(said: Words, language: str) -> Mapping[str, frozenset[str]]:
    """Filters that the words surely name. A longer phrase takes its words: "gluten free" says nothing of the price."""
    found: dict[str, frozenset[str]] = {}
    taken: set[int] = set()
    for phrase, meant in _words_of_filters(language):
        at = _place_of(phrase, said)
        if at is None or taken & set(range(at, at + len(phrase))):
            continue
        taken |= set(range(at, at + len(phrase)))
        if meant is not None:
            name, value = meant
            found[name] = found.get(name, frozenset()) | {value}
    return found


def _near(words: str) -> str | None:
    """A postcode, or the first half of one, among the words. Whether it exists is looked up where it is used."""
    whole = WHOLE_POSTCODE.search(words)
    if whole is not None:
        return whole[0].upper()
    half = HALF_POSTCODE.search(words)
    return half[0].upper() if half is not None and half[0].casefold() not in NO_POSTCODES else None


def _place_of(phrase: Words, said: Words) -> int | None:
    """Where a phrase stands in the words; None where it does not."""
    size = len(phrase)
    if phrase and phrase[0] not in said:
        return None
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
def _words_of_filters(language: str) -> tuple[tuple[Words, tuple[str, str] | None], ...]:
    """Phrases and the filter each means, longest first; those that only look like a filter mean none."""
    phrases: list[tuple[Words, tuple[str, str] | None]] = []
    for code in dict.fromkeys((language, "en")):
        for meant, said in FILTER_WORDS.get(code, {}).items():
            phrases += [(_stems(words), meant) for words in said]
        phrases += [(_stems(words), None) for words in NO_FILTERS.get(code, ())]
        with force_locale(code):
            for spoken, label in LANGUAGE_VALUES.items():
                phrases += [(_stems(words % str(label)), ("language", spoken)) for words in SPOKEN.get(code, ())]
    return tuple(sorted(phrases, key=lambda phrase: -len(phrase[0])))


@cache
def _managing(language: str) -> tuple[Words, ...]:
    return tuple(_stems(words) for code in dict.fromkeys((language, "en")) for words in MANAGING.get(code, ()))


def _capitals(text: str) -> Words:
    """The words as `_stems` gives them, but only those typed in capitals."""
    return tuple(word.casefold() if word.isupper() else "" for word in folded(text).split())


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

"""The one place where typed words become meaning: needs, filters, urgent kinds, and what the person wants to do.

It knows the labels and other names of our needs word for word, phrases of many languages (`lexicon`), ages and places. A deeper
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
from portal.directory import examples, meanings, urgent
from portal.directory.ages import ages_in
from portal.directory.folding import folded
from portal.directory.judging import Judged, judged
from portal.directory.languages import LANGUAGE_VALUES
from portal.directory.lexicon import meant_by
from portal.directory.needs import NEEDS
from portal.directory.places_said import place_said
from portal.directory.plain_words import SPOKEN

Intent = Literal["find", "manage_listing", "name"]
LONGEST = 1_000
"""How many letters are read for needs and filters. Urgent words are looked for in more."""
Words = tuple[str, ...]
IN_CAPITALS: frozenset[Words] = frozenset({("send",), ("it", "help"), ("pip",)})
"""Names that are everyday words unless they are typed in capitals, or alone."""
WHOLE_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
HALF_POSTCODE = re.compile(
    r"\b(?:(?!(?-i:la[27])\b)[A-Z]{2}[0-9]{1,2}|(?-i:EC[1-4][A-Z]|SW1[A-Z]|W1[A-Z]|WC[12][A-Z])"
    r"|(?:(?<=\bin )|(?<=\bnear ))[BEGLMNSW][0-9]{1,2})\b",
    re.IGNORECASE,
)
"""One letter only behind a word that leads to a place. Small "la2" and "la7" are "no" in Arabic as it is chatted."""
NO_POSTCODES = frozenset(
    {"co2", "hp1", "pt1", "pt2", "ks1", "ks2", "ks3", "ks4", "mp3", "mp4", "ww1", "ww2", "gp1", "gp2"}
)
"""What looks like the first half of a postcode and seldom is one."""


@dataclass(frozen=True)
class Understanding:
    """What words were read to mean. `needs`: ids, most certain first; `sure`: those that a phrase names; `confidence`: of each,
    0 to 1; `filters`: name to values; `urgent`: kinds, worst first.

    `intent` is "name" when the words are the name of an organisation, "manage_listing" when someone wants to add or change
    a listing.
    """

    intent: Intent = "find"
    needs: tuple[str, ...] = ()
    sure: frozenset[str] = frozenset()
    confidence: Mapping[str, float] = field(default_factory=dict)
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    urgent: tuple[str, ...] = ()


def understand(words: str, language: str) -> Understanding:
    """What somebody's words mean, read in their language and in English."""
    kinds = urgent.kinds_in(words)
    language = language if language in LOCALES else ENGLISH.code
    said = _stems(words[:LONGEST])
    if not said:
        return Understanding(urgent=kinds)
    meant = meant_by(words[:LONGEST])
    if meant.is_managing:
        return Understanding(intent="manage_listing", urgent=kinds)
    names = _needs(said, _capitals(words[:LONGEST]), language)
    named = tuple(dict.fromkeys((*meant.sure, *(need for need in names if need not in meant.unwanted))))
    danger = tuple(_needs_of_danger(kinds))
    read = (
        Judged(named, dict.fromkeys(named, 1.0))
        if kinds
        else judged(words[:LONGEST], named, meant.maybe, meant.unwanted)
    )
    filters = _joined(_spoken(said, language), meant.filters, ages_in(words[:LONGEST]))
    if near := _near(words[:LONGEST]):
        filters["near"] = frozenset({near})
    return Understanding(
        needs=tuple(dict.fromkeys((*danger, *read.needs))),
        sure=frozenset((*danger, *named)),
        confidence=MappingProxyType({**read.confidence, **dict.fromkeys(danger, 1.0)}),
        filters=MappingProxyType(filters),
        urgent=kinds,
    )


def make_ready() -> None:
    """Put phrases in order before the first search, and before a server forks: each process would take a second over it."""
    urgent.kinds_in("ready")
    meant_by("ready")
    examples.make_ready()
    meanings.middles()


def _joined(*several: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for one in several:
        for name, values in one.items():
            found[name] = found.get(name, frozenset()) | values
    return found


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


def _spoken(said: Words, language: str) -> Mapping[str, frozenset[str]]:
    """Languages that the words ask for a service in: "Polish speaking"."""
    found = frozenset(value for phrase, value in _words_of_speaking(language) if _place_of(phrase, said) is not None)
    return {"language": found} if found else {}


def _near(words: str) -> str | None:
    """A postcode, the first half of one, or a place by name. Whether a postcode exists is looked up where it is used."""
    whole = WHOLE_POSTCODE.search(words)
    if whole is not None:
        return whole[0].upper()
    half = HALF_POSTCODE.search(words)
    if half is not None and half[0].casefold() not in NO_POSTCODES:
        return half[0].upper()
    return place_said(words)


def _place_of(phrase: Words, said: Words) -> int | None:
    """Where a phrase stands in the words; None where it does not."""
    size = len(phrase)
    if phrase and phrase[0] not in said:
        return None
    return next((at for at in range(len(said) - size + 1) if said[at : at + size] == phrase), None)


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
def _words_of_speaking(language: str) -> tuple[tuple[Words, str], ...]:
    """Phrases, and the language that each asks for."""
    phrases: list[tuple[Words, str]] = []
    for code in dict.fromkeys((language, "en")):
        with force_locale(code):
            for spoken, label in LANGUAGE_VALUES.items():
                phrases += [(_stems(words % str(label)), spoken) for words in SPOKEN.get(code, ())]
    return tuple(phrases)


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

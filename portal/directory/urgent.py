"""Urgent help: which words and needs call for it, and the cards with numbers that then stand first on a page.

The phrases are data under review by a clinical safety lead (`data/crisis_phrases.yaml`), the numbers are data that an
operator signs (`data/helplines.yaml`). A miss is a safety incident; a false alarm is a nuisance.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from portal.core.metrics import URGENT_CARDS
from portal.directory.folding import folded
from portal.directory.helplines import (
    KINDS,
    NATIONS,
    Helpline,
    foot_numbers,
    helplines,
    helplines_for,
    linked,
    put,
    unsigned_helplines,
)
from portal.directory.long_ago import without_long_ago
from portal.directory.phrases import LONGEST_TEXT, Hit, Phrase, PhraseBook, compiled
from portal.directory.plain_speech import plainly, without_empty_words
from portal.geography.places import Place, PlaceProblem
from portal.geography.queries import area_name

__all__ = [
    "KINDS",
    "UrgentCard",
    "cards_for",
    "chapters",
    "foot_numbers",
    "kinds_in",
    "kinds_of_needs",
    "unsigned_helplines",
]

LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same safe reading of YAML; the one in C saves a sixth of a second at start."""
PHRASES = Path(__file__).parent / "data" / "crisis_phrases.yaml"
FURTHER_PHRASES = Path(__file__).parent / "data" / "crisis"
"""A file a language, or a way to write one, whose phrases may use the lists of the first file."""
LISTS = "lists"
FAMILIES = "families"
"""How the name of a file ends whose phrases are in plain words. They neither hide other phrases nor are hidden by them."""
NEEDS_OF_KINDS: Mapping[str, str] = MappingProxyType(
    {"mental_health": "crisis", "abuse": "abuse", "homelessness": "homelessness"}
)
"""Which need the results of a kind of danger are about."""
RANKS: Mapping[str, int] = MappingProxyType({"emergency": -1, "mental_health": 0, "homelessness": 2})
"""Cards stand in this order; those for abuse and for safeguarding, all of one rank, as they are asked for."""
HEADINGS: Mapping[str, LazyString] = MappingProxyType(
    {
        "emergency": _l("Call 999 or go to A&E now"),
        "mental_health": _l("Talk to someone now"),
        "abuse": _l("If someone hurts you or scares you"),
        "safeguarding_child": _l("If a child is at risk"),
        "safeguarding_adult": _l("If an adult is at risk"),
        "homelessness": _l("If you have nowhere to sleep tonight"),
    }
)
DANGER: Mapping[str, LazyString] = MappingProxyType(
    {
        "emergency": _l("Call %(number)s now if somebody's life is in danger."),
        "mental_health": _l("If your life is in danger, call %(number)s or go to A&E now."),
        "abuse": _l("Call %(number)s if you are in danger now."),
        "safeguarding_child": _l("If a child is in danger now, call %(number)s."),
        "safeguarding_adult": _l("If somebody is in danger now, call %(number)s."),
        "homelessness": _l("If you are in danger now, call %(number)s."),
    }
)
"""What comes first on each card."""
SIGNS: tuple[LazyString, ...] = (
    _l("somebody has taken an overdose or poison"),
    _l("somebody has chest pain, cannot breathe or will not wake up"),
    _l("somebody is bleeding badly, or shows signs of a stroke"),
    _l("you or somebody else may be attacked or killed"),
)
"""When to call 999, in words that follow "if"."""
NATION_NAMES: Mapping[str, LazyString] = MappingProxyType(
    {
        "england": _l("England"),
        "wales": _l("Wales"),
        "scotland": _l("Scotland"),
        "northern_ireland": _l("Northern Ireland"),
    }
)
ASK_THE_COUNCIL: Mapping[str, LazyString] = MappingProxyType(
    {
        "safeguarding_child": _l("Ask your council for its children's services."),
        "safeguarding_adult": _l("Ask your council for its adult safeguarding team."),
        "homelessness": _l("Ask your council for its homelessness team."),
    }
)
ASK_THE_COUNCIL_OF: Mapping[str, LazyString] = MappingProxyType(
    {
        "safeguarding_child": _l("Ask %(name)s council for its children's services."),
        "safeguarding_adult": _l("Ask %(name)s council for its adult safeguarding team."),
        "homelessness": _l("Ask %(name)s council for its homelessness team."),
    }
)
ASK_IN_NORTHERN_IRELAND: Mapping[str, LazyString] = MappingProxyType(
    {
        "safeguarding_child": _l("In Northern Ireland, ask your health and social care trust."),
        "safeguarding_adult": _l("In Northern Ireland, ask your health and social care trust."),
        "homelessness": _l("In Northern Ireland, ask the Housing Executive."),
    }
)


@dataclass(frozen=True)
class UrgentCard:
    """One card of numbers. `prefix` is for screen readers alone; `danger` and `aids` are sentences with links on numbers.

    `nation` is the one whose numbers stand on it; `is_for_all` where the same numbers hold everywhere. `ask` says whom
    to ask for at the council. `exit`: the page needs a way to leave it at once.
    """

    kind: str
    level: Literal["emergency", "urgent"]
    prefix: str
    heading: str
    danger: Markup
    signs: tuple[str, ...]
    aids: tuple[Markup, ...]
    lines: tuple[Helpline, ...]
    nation: str
    nation_name: str
    is_for_all: bool
    ask: tuple[str, ...] = ()
    exit: bool = False


def kinds_in(text: str, languages: Iterable[str] | None = None) -> tuple[str, ...]:
    """What danger the words tell of, worst first; nothing for everyday words.

    `languages` are those whose phrases are looked for besides English; all where none are given. Never raises, and takes
    a text of any length, of which the first part is read.
    """
    wanted = None if languages is None else _phrases().keys() & {"en", *languages}
    hits = _hits(text, None if wanted is None else frozenset(wanted))
    found = {kind for hit in hits for kind in hit.phrase.kinds}
    return tuple(sorted(found, key=_order(text, hits, found).index)) if found else ()


def kinds_of_needs(ids: Iterable[str]) -> tuple[str, ...]:
    """The urgent help that needs call for by themselves when they are chosen, worst first."""
    asked = frozenset(ids)
    return tuple(kind for kind, need in NEEDS_OF_KINDS.items() if need in asked)


def cards_for(
    kinds: Iterable[str], *, nation: str | None = None, place: Place | PlaceProblem | None = None
) -> tuple[UrgentCard, ...]:
    """The cards of several kinds, worst first, with the numbers of the nation that the place lies in. Counts them by kind."""
    asked = tuple(dict.fromkeys(kinds))
    known = nation or (place.nation if place is not None else None)
    cards = tuple(_card(kind, known, place) for kind in sorted(asked, key=lambda kind: RANKS.get(kind, 1)))
    for card in cards:
        URGENT_CARDS.labels(kind=card.kind).inc()
    return cards


def chapters() -> tuple[tuple[UrgentCard, ...], ...]:
    """Every card for every nation: by kind, one card where all nations share its numbers, else one a nation."""
    return tuple(_chapter(kind) for kind in KINDS)


def _chapter(kind: str) -> tuple[UrgentCard, ...]:
    anywhere = _card(kind, None, None)
    return (anywhere,) if anywhere.is_for_all else tuple(_card(kind, nation, None) for nation in NATIONS)


def _card(kind: str, nation: str | None, place: Place | PlaceProblem | None) -> UrgentCard:
    is_emergency = kind == "emergency"
    where = nation if nation in NATIONS else "england"
    lines = helplines_for(kind, where)
    return UrgentCard(
        kind=kind,
        level="emergency" if is_emergency else "urgent",
        prefix=_("Emergency:") if is_emergency else _("Urgent:"),
        heading=str(HEADINGS[kind]),
        danger=put(str(DANGER[kind]), number=linked(helplines()["emergency"])),
        signs=tuple(str(sign) for sign in SIGNS) if is_emergency else (),
        aids=_aids() if is_emergency else _aids()[:1],
        lines=lines,
        nation=where,
        nation_name=str(NATION_NAMES[where]),
        is_for_all=all(helplines_for(kind, other) == lines for other in NATIONS),
        ask=_ask(kind, nation, place),
        exit=kind == "abuse",
    )


def _aids() -> tuple[Markup, ...]:
    """How to call 999 without speaking, and without hearing."""
    lines = helplines()
    return (
        put(
            _("If you cannot speak, call %(number)s from a mobile, then press %(key)s."),
            number=linked(lines["emergency"]),
            key=linked(lines["press_55"]),
        ),
        put(
            _(
                "If you cannot hear or speak on the phone, call %(number)s with Relay UK, or use the video service %(name)s."
            ),
            number=linked(lines["relay_uk"]),
            name=linked(lines["bsl_999"]),
        ),
    )


def _ask(kind: str, nation: str | None, place: Place | PlaceProblem | None) -> tuple[str, ...]:
    """Whom to ask: the council by name where the place is known, since we hold no council's number."""
    if kind not in ASK_THE_COUNCIL:
        return ()
    if nation == "northern_ireland":
        return (str(ASK_IN_NORTHERN_IRELAND[kind]),)
    name = _council_name(kind, place)
    if name:
        return (str(ASK_THE_COUNCIL_OF[kind]) % {"name": name},)
    here = (str(ASK_THE_COUNCIL[kind]),)
    return here if nation in NATIONS else (*here, str(ASK_IN_NORTHERN_IRELAND[kind]))


def _council_name(kind: str, place: Place | PlaceProblem | None) -> str | None:
    """The council in charge: where there is a county above the district, the county looks after children and adults."""
    if place is None:
        return None
    county = next((code for code in sorted(getattr(place, "area_codes", ())) if code.startswith("E10")), None)
    if county is not None and kind != "homelessness":
        return area_name(county)
    return place.authority_name


def _order(text: str, hits: Iterable[Hit], found: Collection[str]) -> tuple[str, ...]:
    """Danger to life first, then whom it is about: a child or an older person who is hurt before what else is abuse.

    Who tells of a partner and of oneself is helped with that first.
    """
    words, lists = frozenset(plainly(text[:LONGEST_TEXT]).lower().split()), word_lists()
    is_of_partner = bool(words & (lists["partner"] | lists["grown"]))
    is_own = bool(words & {"me", "us"}) and (is_of_partner or bool(words & {"he", "she"}))
    is_of_things = "my" in words and bool(words & {"he", "she"}) and not words & lists["elder"]
    is_old, is_young = bool(words & lists["of_age"]), bool(words & lists["young"])
    is_told_by_child = not words & lists["grown"] and any(
        {"abuse", "safeguarding_child"} <= set(hit.phrase.kinds) for hit in hits
    )
    first = [kind for kind in ("emergency", "mental_health") if kind in found]
    if {"emergency", "abuse"} <= set(found) and words & lists["not_now"] and (is_own or is_of_partner):
        first.insert(0, "abuse")
    if "homelessness" in found and "out" in words and words & lists["put_out"]:
        first.append("homelessness")
    if "safeguarding_child" in found and (is_told_by_child or not is_own) and (is_young or not is_old):
        first.append("safeguarding_child")
    if "safeguarding_adult" in found and (is_old or not (is_of_partner or is_own or is_of_things)):
        first.append("safeguarding_adult")
    return (*first, *(kind for kind in KINDS if kind not in first))


def _hits(text: str, languages: frozenset[str] | None) -> list[Hit]:
    """The phrases found in what was typed and, where that differs, in its plain words."""
    book, typed = _book(languages), text[:LONGEST_TEXT]
    plain = plainly(typed)
    hits = without_long_ago(book.hits(typed), typed)
    return hits if plain == folded(typed) else [*hits, *without_long_ago(book.hits(plain), plain)]


@cache
def _book(languages: frozenset[str] | None) -> PhraseBook:
    return PhraseBook(
        phrase for code, phrases in _phrases().items() for phrase in phrases if languages is None or code in languages
    )


@cache
def _phrases() -> Mapping[str, tuple[Phrase, ...]]:
    """The phrases of the data file, by language. A phrase without a kind is an exception."""
    lists = word_lists()
    found = {code: [*_of_language(groups, lists)] for code, groups in _read(PHRASES)["languages"].items()}
    for path in _further_files():
        groups = {group: lines for group, lines in _read(path).items() if group != LISTS}
        found.setdefault(path.stem.partition("-")[0], []).extend(
            _of_language(groups, lists, FAMILIES if path.stem.endswith(FAMILIES) else "")
        )
    found["en"].extend(_plain_exceptions(found["en"], lists))
    return {code: tuple(phrases) for code, phrases in found.items()}


@cache
def word_lists() -> Mapping[str, frozenset[str]]:
    """The lists of words that phrases name with "@": those of the first file, and those that a further file brings."""
    lists: dict[str, frozenset[str]] = {}
    for path in (PHRASES, *_further_files()):
        for name, line in _read(path).get(LISTS, {}).items():
            if name in lists:
                raise ValueError(f"two lists are called “{name}”")
            lists[name] = frozenset(folded(line).split())
    return lists


def _further_files() -> list[Path]:
    return sorted(FURTHER_PHRASES.glob("*.yaml"))


@cache
def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), LOADER)  # noqa: S506 - it is a safe one


def _of_language(
    groups: Mapping[str, list[str]], lists: Mapping[str, frozenset[str]], family: str = ""
) -> Iterator[Phrase]:
    for group, lines in groups.items():
        kinds = () if group == "not_urgent" else tuple(group.split(" and "))
        for unknown in set(kinds) - set(KINDS):
            raise ValueError(f"“{unknown}” is no kind of urgent help")
        for line in lines:
            for one in (one for order in _orders_of(line) for one in _ends_of(order)):
                yield _bare(compiled(one, kinds, lists, family=f"{family} {group}" if family and kinds else ""))


def _plain_exceptions(phrases: Iterable[Phrase], lists: Mapping[str, frozenset[str]]) -> Iterator[Phrase]:
    """The exceptions as they read in plain words, which have no "is" and no "the"."""
    for phrase in phrases:
        plain = without_empty_words(phrase.text)
        if not phrase.kinds and plain != phrase.text and len(plain.strip("^$ *").split()) > 1:
            yield compiled(plain, (), lists)


def _bare(phrase: Phrase) -> Phrase:
    """Danger told by one word, without the words that may be missing: the word must then be long to be recognised misspelt."""
    fixed = tuple(one for one in phrase.elements if one.words is not None and one.least)
    if not phrase.kinds or len(fixed) > 1 or phrase.at_start or phrase.at_end:
        return phrase
    return replace(phrase, elements=fixed, anchor=0)


def _orders_of(line: str) -> Iterator[str]:
    """The lines that one stands for: "a + b" is "a", then "b" after a few words, or the other way round."""
    for parts in permutations(line.split(" + ")):
        yield " * * * ".join(parts)


def _ends_of(line: str) -> tuple[str, ...]:
    """The lines that one stands for: "a b|$" is "a b" and "a $"."""
    before, _space, last = line.rpartition(" ")
    if not last.endswith("|$"):
        return (line,)
    return (f"{before} {last.removesuffix('|$')}", f"{before.removesuffix(' *').removesuffix(' *')} $")

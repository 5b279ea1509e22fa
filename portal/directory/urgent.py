"""Urgent help: which words and needs call for it, and the cards with numbers that then stand first on a page.

The phrases are data under review by a clinical safety lead (`data/crisis_phrases.yaml`), the numbers are data that an
operator signs (`data/helplines.yaml`). A miss is a safety incident; a false alarm is a nuisance.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from portal.core.metrics import URGENT_CARDS
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
from portal.directory.phrases import Phrase, PhraseBook, compiled, folded
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
NEEDS_OF_KINDS: Mapping[str, str] = MappingProxyType(
    {"mental_health": "crisis", "abuse": "abuse", "homelessness": "homelessness"}
)
"""Which need the results of a kind of danger are about."""
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
    found = {
        kind for hit in _book(None if wanted is None else frozenset(wanted)).hits(text) for kind in hit.phrase.kinds
    }
    return tuple(kind for kind in KINDS if kind in found)


def kinds_of_needs(ids: Iterable[str]) -> tuple[str, ...]:
    """The urgent help that needs call for by themselves when they are chosen, worst first."""
    asked = frozenset(ids)
    return tuple(kind for kind, need in NEEDS_OF_KINDS.items() if need in asked)


def cards_for(
    kinds: Iterable[str], *, nation: str | None = None, place: Place | PlaceProblem | None = None
) -> tuple[UrgentCard, ...]:
    """The cards of several kinds, worst first, with the numbers of the nation that the place lies in. Counts them by kind."""
    asked = frozenset(kinds)
    known = nation or (place.nation if place is not None else None)
    cards = tuple(_card(kind, known, place) for kind in KINDS if kind in asked)
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


@cache
def _book(languages: frozenset[str] | None) -> PhraseBook:
    return PhraseBook(
        phrase for code, phrases in _phrases().items() for phrase in phrases if languages is None or code in languages
    )


@cache
def _phrases() -> Mapping[str, tuple[Phrase, ...]]:
    """The phrases of the data file, by language. A phrase without a kind is an exception."""
    data: Mapping[str, Mapping[str, Any]] = _read(PHRASES)
    lists = {name: frozenset(folded(line).split()) for name, line in data["lists"].items()}
    found = {code: [*_of_language(groups, lists)] for code, groups in data["languages"].items()}
    for path in sorted(FURTHER_PHRASES.glob("*.yaml")):
        found.setdefault(path.stem.partition("-")[0], []).extend(_of_language(_read(path), lists))
    return {code: tuple(phrases) for code, phrases in found.items()}


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), LOADER)  # noqa: S506 - it is a safe one


def _of_language(groups: Mapping[str, list[str]], lists: Mapping[str, frozenset[str]]) -> Iterator[Phrase]:
    for group, lines in groups.items():
        kinds = () if group == "not_urgent" else tuple(group.split(" and "))
        for unknown in set(kinds) - set(KINDS):
            raise ValueError(f"“{unknown}” is no kind of urgent help")
        for line in lines:
            yield compiled(line, kinds, lists)

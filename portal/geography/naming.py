"""Finds a place by its name: "clarendon park", "Newport, Isle of Wight", "near Camden Town", "Leicester, UK"."""

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from portal.geography import projection
from portal.geography.atlas import Atlas, Name
from portal.geography.gazetteer import council_key, folded

LEAD = re.compile(
    r"^(?:i (?:live|am|work) )?(?:somewhere )?(?:near to|near|close to|next to|around|in|by|at|from|ger|yn)\s+",
    re.IGNORECASE,
)
UK_WORDS = frozenset({"uk", "gb", "united kingdom", "great britain", "britain", "u k"})
NATION_WORDS = {
    "england": "E", "lloegr": "E", "wales": "W", "cymru": "W", "scotland": "S", "yr alban": "S", "alban": "S",
    "northern ireland": "N", "gogledd iwerddon": "N",
}  # fmt: skip
FILLERS = frozenset({"in", "near", "nr", "the", "area", "city", "town", "centre"})
SAME_WORD = {"on": "upon", "upon": "on"}
"""Newcastle upon Tyne is as often written Newcastle on Tyne."""
SAME_KM = 8.0
"""Two entries of one name nearer than this are one place."""
NEIGHBOUR_KM = 40.0
MOST_ALTERNATIVES = 4
MOST_WORDS = 12
CLOSE_SPELLING = 0.8

LookUp = Callable[[str], Sequence[Name]]


@dataclass(frozen=True)
class Found:
    """The likeliest place of a name, and others of the same name, each told apart by its council."""

    name: Name
    others: tuple[Name, ...]


def without_lead(text: str) -> str:
    """The text without "near", "in" and the like at its start."""
    return LEAD.sub("", text).strip() or text


def is_too_wide(text: str) -> bool:
    """True for the name of a whole country."""
    return folded(text) in NATION_WORDS or folded(text) in UK_WORDS


def find(text: str, atlas: Atlas, look_up: LookUp) -> Found | None:
    """The place that a text names, or none. `look_up` gives the places of exactly one name, weightiest first."""
    for name, qualifiers in _splits(text):
        candidates = [
            place for place in look_up(name) if all(_fits(place, word, atlas, look_up) for word in qualifiers)
        ]
        if candidates:
            return _choose(candidates, qualifiers, look_up)
    return None


def close_spelling(text: str, atlas: Atlas) -> str | None:
    """A name that is spelt nearly so, to offer and never to take unasked."""
    key = folded(text)
    if not 4 <= len(key) <= 40:
        return None
    alike = [name for name in atlas.names if name[0] == key[0] and abs(len(name) - len(key)) < 3]
    nearest = difflib.get_close_matches(key, alike, n=3, cutoff=CLOSE_SPELLING)
    return max((atlas.names[name][0] for name in nearest), key=lambda place: place.weight).name if nearest else None


def label_of(name: Name, atlas: Atlas) -> str:
    """A name told apart: "Newport, Isle of Wight"."""
    if name.nation == "N":
        return f"{name.name}, Northern Ireland"
    council = atlas.authorities[name.authority].name if name.authority >= 0 else ""
    is_said = f" {folded(name.name)} " in f" {folded(council)} " or council in name.name
    return name.name if not council or is_said else f"{name.name}, {council}"


def _splits(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Ways to read a text as a name and words that narrow it down, likeliest first."""
    yield text, ()
    parts = [part.strip() for part in text.split(",") if folded(part)]
    if len(parts) > 1:
        for place in range(len(parts)):
            yield parts[place], tuple(part for part in parts[place + 1 :] if folded(part) not in UK_WORDS)
    words = folded(text).split()[:MOST_WORDS]
    if "on" in words or "upon" in words:
        yield " ".join(SAME_WORD.get(word, word) for word in words), ()
    for cut in range(len(words) - 1, 0, -1):
        rest = " ".join(word for word in words[cut:] if word not in FILLERS)
        yield " ".join(words[:cut]), (rest,) if rest and rest not in UK_WORDS else ()
    for cut in range(1, len(words)):
        yield " ".join(words[cut:]), (" ".join(words[:cut]),)


def _fits(place: Name, qualifier: str, atlas: Atlas, look_up: LookUp) -> bool:
    word = folded(qualifier)
    if word in NATION_WORDS:
        return _nation(place, atlas) == NATION_WORDS[word]
    if place.authority >= 0:
        council = atlas.authorities[place.authority]
        known = {folded(council.name), council_key(council.name), folded(council.county_name)}
        if word in known or council_key(word) in known:
            return True
    return any(_km(place, near) <= NEIGHBOUR_KM for near in look_up(word)[:1] if near.key != place.key)


def _choose(candidates: list[Name], qualifiers: tuple[str, ...], look_up: LookUp) -> Found:
    best = candidates[0]
    centres = [place for word in qualifiers for place in look_up(folded(word))[:1]]
    if centres and best.authority != centres[0].authority:
        best = min(candidates, key=lambda place: _km(place, centres[0]))
    others: list[Name] = []
    for place in candidates:
        apart = all(_km(place, other) > SAME_KM for other in [best, *others])
        if place.weight > 0 and apart and place.kind != "neighbourhood":
            others.append(place)
    return Found(best, tuple(others[:MOST_ALTERNATIVES]))


def _nation(place: Name, atlas: Atlas) -> str:
    return place.nation or (atlas.authorities[place.authority].code[:1] if place.authority >= 0 else "")


def _km(one: Name, two: Name) -> float:
    return float(projection.distance_km(one.lat, one.lon, two.lat, two.lon))

"""A place that is named among typed words: "free counselling camden", "gym in Highfields, Leicester". No postcodes.

Around the areas that are served a small place is known by its name however it is typed, and nearly so where it is misspelt;
elsewhere it takes a town, or a word that leads to a place. A name that is an everyday word as well counts only where it is
written as a name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from string import ascii_lowercase
from typing import Any, Final

import numpy as np
import yaml

from portal.directory.lexicon import vocabulary
from portal.directory.typing_errors import SpellingTable, known_words
from portal.geography import current, projection, shown, sources
from portal.geography.atlas import Atlas
from portal.geography.gazetteer import OWN_WEIGHT, folded

LEAST_PEOPLE: Final = 20_000
"""People of a place that is known by its name alone. Parts of a town that neighbourhoods are named after weigh more."""
LEAST_NEARBY: Final = 1_000
"""The same for a place around those that are served, and for one that a word leads to and that is written as a name."""
CITY: Final = 100_000
NEARBY_KM: Final = 96.6
"""Sixty miles."""
_TOLD: Final[Mapping[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "place_words.yaml").read_text(encoding="utf-8")
)


def _words_of(name: str) -> frozenset[str]:
    return frozenset(_TOLD[name].split())


SURE_LEADS: Final = _words_of("leads")
LEADS: Final = SURE_LEADS | _words_of("may_lead")
BEHIND: Final = _words_of("behind")
NO_PLACE_BEHIND: Final = _words_of("no_place_behind")
NO_PLACE_BEFORE: Final = _words_of("no_place_before")
GONE: Final = _words_of("gone")
EVERYDAY: Final = _words_of("everyday")
EVERYDAY_TOGETHER: Final = frozenset(one.replace("_", " ") for one in _words_of("everyday_together"))
MOST_WORDS: Final = 40
SHORTEST_MISSPELT: Final = 6
ENDING: Final = 5
"""Letters of a case that may stand behind a name in another script."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_OTHER_SCRIPT = re.compile(r"[\u0400-\u0fff]")
_PART = re.compile(r"\s*[,.;:!?()/|\n–-]")
_FROM_WELSH = (("ngh", "c"), ("mh", "p"), ("nh", "t"), ("ng", "g"), ("m", "b"), ("n", "d"))
"""How names begin in Welsh behind "in", and what they begin with else."""


@dataclass(frozen=True)
class _Word:
    """One word as it was typed and as it is compared; whether a sign parts it from what stands before and behind."""

    typed: str
    key: str
    is_first: bool
    is_last: bool

    @property
    def is_name(self) -> bool:
        return self.typed[0].isupper()


def place_said(text: str) -> str | None:
    """The name of a place among the words, as it was typed; as it is spelt where it was typed otherwise. None where nobody can be
    sure. The longest, the last of several.
    """
    if (other := _in_another_script(text)) is not None:
        return other
    words, atlas = _words(text), current.atlas()
    nearby = _nearby(atlas, tuple(shown.shown_areas()))
    for size in (3, 2, 1):
        for at in range(len(words) - size, -1, -1):
            if _is_place(words, at, size, atlas, nearby):
                return " ".join(one.typed for one in words[at : at + size])
    return _otherwise_spelt(words, atlas, nearby)


def _words(text: str) -> list[_Word]:
    found = [*_WORD.finditer(text)][:MOST_WORDS]
    ends = [one.end() == len(text.rstrip()) or bool(_PART.match(text, one.end())) for one in found]
    starts = [True, *ends[:-1]][: len(found)]
    return [
        _Word(one[0], _key(one[0]), is_first, is_last)
        for one, is_first, is_last in zip(found, starts, ends, strict=True)
    ]


def _key(word: str) -> str:
    small = word.lower()
    return folded(word) if not small.isascii() or not small.isalpha() or small == "saint" else small


def _is_place(words: Sequence[_Word], at: int, size: int, atlas: Atlas, nearby: Mapping[str, int]) -> bool:
    said = words[at : at + size]
    key = " ".join(one.key for one in said)
    names = atlas.names.get(key)
    if not names or _is_no_place(words, at, size) or key in EVERYDAY_TOGETHER:
        return False
    led = words[at - 1].key if at else ""
    is_led = led in LEADS or (at > 0 and words[at - 1].typed.casefold() in LEADS)
    if size == len(words) and not is_led:
        return False  # a name alone is as likely that of a group
    is_written = all(one.is_name for one in said)
    if key == "march":
        return False  # a month, however it is written
    if size == 1 and key in EVERYDAY:
        return is_led and is_written and names[0].weight >= LEAST_PEOPLE
    if key in nearby and nearby[key] >= LEAST_NEARBY and _is_known_nearby(words, at, size, nearby[key], is_led=is_led):
        return True
    if names[0].weight < LEAST_PEOPLE:
        return is_led and is_written and names[0].weight >= LEAST_NEARBY and led in SURE_LEADS
    if is_led:
        return size > 1 or led in SURE_LEADS or is_written or not _is_word(key) or names[0].weight >= CITY
    if at == 0:
        # names of groups begin with those of neighbourhoods: "Saffron Singers"
        return any(one.kind != "neighbourhood" and LEAST_PEOPLE <= one.weight < OWN_WEIGHT for one in names)
    return at + size == len(words)


def _is_known_nearby(words: Sequence[_Word], at: int, size: int, weight: int, *, is_led: bool) -> bool:
    said, last = words[at : at + size], words[at + size - 1]
    behind = words[at + size] if at + size < len(words) else None
    is_apart = last.is_last or behind is None or behind.key in BEHIND
    is_everyday = all(_is_word(one.key) for one in said) and (size > 1 or weight < CITY)
    if is_led:
        return not is_everyday or size > 1 or words[at - 1].key in SURE_LEADS or said[0].is_name
    if at == 0 and behind is not None and not last.is_last:
        return (
            size > 1 or not is_everyday
        ) and not behind.is_name  # names of groups begin with those of places: "Saffron Singers"
    if is_everyday:
        return is_apart and (weight >= LEAST_PEOPLE or said[0].is_first)
    return is_apart or size > 1 or len(said[0].key) > 4


def _is_no_place(words: Sequence[_Word], at: int, size: int) -> bool:
    """True where it is a street, a club, a hospital or a person, or a place that somebody left."""
    before = [one.key for one in words[max(0, at - 4) : at]]
    if at + size < len(words) and not words[at + size - 1].is_last:
        behind = words[at + size]
        is_middle = (
            behind.key == "city" and at + size + 1 < len(words) and words[at + size + 1].key in {"centre", "center"}
        )
        if behind.key in NO_PLACE_BEHIND and not is_middle:
            return True
    return bool(before) and (
        before[-1] in NO_PLACE_BEFORE or (before[-1] in {"from", "in"} and not GONE.isdisjoint(before))
    )


def _is_word(key: str) -> bool:
    return key in known_words() or key in vocabulary()


def _in_another_script(text: str) -> str | None:
    """A town around those that are served, written in another script."""
    if _OTHER_SCRIPT.search(text) is None:
        return None
    typed = folded_script(text)
    found = [(typed.rfind(begin), name) for begin, name in _begins() if begin in typed]
    sure = [(at, name) for at, name in found if _stands_alone(typed, at, name)]
    return max(sure, default=(0, None))[1]


def _stands_alone(typed: str, at: int, name: str) -> bool:
    """True where a word begins here, perhaps behind an Arabic "in" or "the", and ends after the letters of a case at most."""
    before = typed[:at].rpartition(" ")[2]
    begin = max((one for one, called in _begins() if called == name and typed.startswith(one, at)), key=len)
    rest = typed[at + len(begin) :].partition(" ")[0]
    return before in {"", "ب", "ل", "و", "ال", "بال", "لل"} and len(rest) <= ENDING


def folded_script(text: str) -> str:
    """A text with small letters and single spaces in place of signs; the vowel signs of Indian scripts stay."""
    return " ".join(re.sub(r"[\s,.;:!?()/\"'،؟।-]+", " ", text.casefold()).split())


def _otherwise_spelt(words: Sequence[_Word], atlas: Atlas, nearby: Mapping[str, int]) -> str | None:
    """The name as it is spelt of a place that was misspelt, shortened, or changed at its beginning as Welsh does."""
    for at in range(len(words) - 1, -1, -1):
        one, led = words[at], words[at - 1].key if at else ""
        if led in {"yn", "yng", "ym"} and (name := _unmutated(one.key, atlas)) is not None:
            return name
        is_led = led in LEADS and led != "a"
        if len(words) == 1 or _is_no_place(words, at, 1) or not (is_led or one.is_last or _is_followed(words, at)):
            continue
        if (name := _short_names().get(one.key)) is not None and (is_led or one.key not in known_words()):
            return name
        is_unknown = len(one.key) >= SHORTEST_MISSPELT and one.key.isascii() and not _is_word(one.key)
        if is_unknown and (name := _misspelt(one.key, atlas, nearby)) is not None:
            return name
    return None


def _is_followed(words: Sequence[_Word], at: int) -> bool:
    """True at the end, and before what follows the name of a place."""
    return at + 1 == len(words) or words[at + 1].key in BEHIND


def _unmutated(key: str, atlas: Atlas) -> str | None:
    for changed, plain in _FROM_WELSH:
        names = atlas.names.get(plain + key.removeprefix(changed)) if key.startswith(changed) else None
        if names and names[0].weight >= LEAST_NEARBY and names[0].kind != "neighbourhood":
            return (plain + key.removeprefix(changed)).title()
    return None


def _misspelt(key: str, atlas: Atlas, nearby: Mapping[str, int]) -> str | None:
    """The largest town nearby whose name is a letter away, or two where it is long."""
    table = _spelling(atlas, tuple(shown.shown_areas()))
    if not table.meant_by(key) or any(one in known_words() and one not in nearby for one in _a_letter_away(key)):
        return None
    meant = [name for name in table.meant_by(key) if name[0] == key[0] and table.is_sure(name, key)]
    best = max(meant, key=lambda name: nearby[name], default=None)
    return None if best is None else _spelt(best, atlas)


def _a_letter_away(key: str) -> Iterator[str]:
    """What a word may have been meant to be: with one letter less, more, other, or two that changed places."""
    for at in range(len(key) + 1):
        head, tail = key[:at], key[at:]
        yield from (head + letter + tail for letter in ascii_lowercase)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in ascii_lowercase)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


def _spelt(key: str, atlas: Atlas) -> str:
    """The name itself, and not that of the place which also bears it."""
    return next((one.name for one in atlas.names[key] if folded(one.name) == key), key.title())


@lru_cache(maxsize=4)
def _spelling(atlas: Atlas, areas: tuple[str, ...]) -> SpellingTable:
    towns = (name for name, weight in _nearby(atlas, areas).items() if weight >= LEAST_PEOPLE // 2)
    return SpellingTable(name for name in towns if " " not in name)


@lru_cache(maxsize=4)
def _nearby(atlas: Atlas, areas: tuple[str, ...]) -> Mapping[str, int]:
    """Names of places within sixty miles of a neighbourhood set that is shown, and the people of the largest so called."""
    sets = [one for one in sources.own_document("neighbourhoods.json")["sets"] if not areas or one["slug"] in areas]
    middles = [np.mean([(hood["lat"], hood["lon"]) for hood in one["neighbourhoods"]], axis=0) for one in sets]
    names = [one for same in atlas.names.values() for one in same]
    lats, lons = np.array([one.lat for one in names]), np.array([one.lon for one in names])
    is_near = np.zeros(len(names), dtype=bool)
    for lat, lon in middles:
        is_near |= projection.distance_km(lat, lon, lats, lons) <= NEARBY_KM
    found: dict[str, int] = {}
    for one, near in zip(names, is_near, strict=True):
        if near:
            found[one.key] = max(found.get(one.key, 0), one.weight)
    return found


@cache
def _begins() -> tuple[tuple[str, str], ...]:
    """Beginnings in other scripts, and the place that each is."""
    return tuple(
        (folded_script(form), name) for name, forms in _TOLD["written"].items() for form in forms if not form.isascii()
    )


@cache
def _short_names() -> Mapping[str, str]:
    return {folded(form): name for name, forms in _TOLD["written"].items() for form in forms if form.isascii()}

"""Whether two listings are one: signs that speak for and against it, added up. Pure: nothing here asks a database.

`likeness(one, other)` compares two plain records. What a duplicate is, how the weights were found and how good they are
is told by docs/decisions/0046-moderation.md; `benchmarks/duplicates.py` measures it.
"""

import html
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from portal.moderation.duplicates_weights import LIKELY, START, WEIGHTS
from portal.moderation.duplicates_words import KIND_WORDS, NO_WORDS, SAME_WORDS, SETS_APART

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Spot:
    """One place of a listing: its address as one line, its postcode, and where it is in degrees (WGS 84)."""

    address: str = ""
    postcode: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class Record:
    """What is compared of a listing. `times`: day ("MO") and minute at which something begins.

    `registers`: numbers in public registers, such as "GB-CHC:1093556". `source`: the list it was imported from, if any.
    """

    name: str
    organisation: str = ""
    organisation_id: str = ""
    description: str = ""
    spots: tuple[Spot, ...] = ()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    registers: frozenset[str] = frozenset()
    times: frozenset[tuple[str, int]] = frozenset()
    source: str = ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of its name in one spelling."""
        return words_of(self.name) or words_of(self.organisation)

    @cached_property
    def place_words(self) -> frozenset[str]:
        """The words of its addresses."""
        return frozenset(word for spot in self.spots for word in words_of(spot.address))

    @cached_property
    def telling(self) -> frozenset[str]:
        """The words of its name that few others share."""
        return frozenset(word for word in self.words if word not in KIND_WORDS and len(word) > 2)


def words_of(text: str) -> tuple[str, ...]:
    """Words of a text: lower case, no accents, one spelling each, without those that tell nothing."""
    plain = unicodedata.normalize("NFKD", html.unescape(text).lower().replace("&", " and "))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"[’'`´]", "", plain)
    found = (SAME_WORDS.get(word, word) for word in re.findall(r"[a-z]+[0-9]*[a-z]*|[0-9]+[a-z]*|[^\W_a-z0-9]+", plain))
    return tuple(word for word in found if word and word not in NO_WORDS)


def point_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two near points (degrees, WGS 84)."""
    north = (one[0] - other[0]) * 111.2
    east = (one[1] - other[1]) * 111.2 * math.cos(math.radians((one[0] + other[0]) / 2))
    return math.hypot(north, east)


@dataclass(frozen=True)
class Likeness:
    """How alike two listings are: `score` from 0 to 1, and the signs that made it, each with its share (log odds)."""

    score: float
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_likely(self) -> bool:
        """True if moderators should be asked whether these two are one."""
        return self.score >= LIKELY


def likeness(one: Record, other: Record) -> Likeness:
    """How alike two listings are. Either order gives the same."""
    shares = {sign: WEIGHTS[sign] * value for sign, value in signs_of(one, other).items() if sign in WEIGHTS and value}
    return Likeness(1 / (1 + math.exp(-(START + sum(shares.values())))), shares)


def signs_of(one: Record, other: Record) -> dict[str, float]:
    """What speaks for and against two listings being one, each from 0 to 1; a sign that cannot be seen is left out."""
    signs: dict[str, float] = {}
    _of_names(one, other, signs)
    _of_places(one, other, signs)
    _of_numbers(one, other, signs)
    _of_times(one, other, signs)
    _of_texts(one, other, signs)
    _together(one, other, signs)
    return signs


def _of_names(one: Record, other: Record, signs: dict[str, float]) -> None:
    nearby = one.place_words | other.place_words
    jaccard, held = _alike(frozenset(one.words), frozenset(other.words), nearby)
    signs["name"] = jaccard
    signs["name held"] = held
    if jaccard > 0.97:
        signs["name same"] = 1.0
    if not one.telling or not other.telling:
        signs["common name"] = 1.0
    if _set_apart(one.words, other.words):
        signs["set apart"] = 1.0


def _of_places(one: Record, other: Record, signs: dict[str, float]) -> None:
    if not one.spots or not other.spots:
        signs["place unknown"] = 1.0
        return
    signs |= max((_of_spots(a, b) for a in one.spots for b in other.spots), key=lambda found: found["place"])
    venue = max(
        _held(frozenset(one.words), frozenset(other.words) | other.place_words),
        _held(frozenset(other.words), frozenset(one.words) | one.place_words),
    )
    signs["at venue"] = venue


def _together(one: Record, other: Record, signs: dict[str, float]) -> None:
    """Signs that say more together than each alone."""
    here = max(signs.get(sign, 0.0) for sign in ("postcode same", "within 150 m"))
    close = max(here, signs.get("within 1 km", 0.0))
    if here:
        signs["name here"] = signs["name"]
    if ("friends" in one.words) != ("friends" in other.words):
        signs["friends of"] = 1.0
    if one.telling and other.telling and not close:
        signs["name far"] = signs["name held"]
    if "register other" in signs and signs["name"] > 0.97 and "postcode same" in signs:
        del signs["register other"]
        signs["registered twice"] = 1.0
    elif signs["name"] > 0.97 and one.registers and other.registers and "register other" not in signs:
        signs["registered twice"] = 1.0
    if "common name" in signs and not close:
        signs["common name far"] = 1.0
    if one.source and one.source == other.source and signs["name"] > 0.97 and close:
        signs["one source, one name"] = 1.0
    if signs.get("times", 0.0) > 0.9 and signs.get("days", 0.0) > 0.9 and (close or signs["name"] > 0.97):
        signs["one timetable"] = 1.0


def _of_spots(one: Spot, other: Spot) -> dict[str, float]:
    signs = {"place": 0.0}
    same = False
    if one.postcode and other.postcode:
        same = one.postcode.replace(" ", "").upper() == other.postcode.replace(" ", "").upper()
        signs["postcode same" if same else "postcode other"] = 1.0
        signs["place"] += 2.0 * same
    if one.point and other.point and not same:
        km = point_km(one.point, other.point)
        signs["within 150 m"] = float(km <= 0.15)
        signs["within 1 km"] = float(0.15 < km <= 1)
        signs["beyond 3 km"] = float(km > 3)
        signs["beyond 20 km"] = float(km > 20)
        signs["place"] += 1.0 / (1.0 + km)
    if one.address and other.address:
        words, others = words_of(one.address), words_of(other.address)
        signs["address"] = fuzz.token_set_ratio(" ".join(words), " ".join(others)) / 100 if words and others else 0.0
        numbers, theirs = ({word for word in both if word[0].isdigit()} for both in (words, others))
        if numbers and theirs:
            signs["house number same" if numbers & theirs else "house number other"] = 1.0
    return signs


def _of_numbers(one: Record, other: Record, signs: dict[str, float]) -> None:
    if one.registers and other.registers:
        if one.registers & other.registers:
            signs["register same"] = 1.0
        elif {number.split(":")[0] for number in one.registers} & {number.split(":")[0] for number in other.registers}:
            signs["register other"] = 1.0
    if one.phones and other.phones:
        signs["phone same" if one.phones & other.phones else "phone other"] = 1.0
    if one.emails and other.emails and one.emails & other.emails:
        signs["mail same"] = 1.0
    if one.urls and other.urls:
        hosts, theirs = ({url.split("/")[0] for url in both} for both in (one.urls, other.urls))
        if not hosts & theirs:
            signs["web other"] = 1.0
    if one.source and one.source == other.source:
        signs["one source"] = 1.0
    if one.organisation_id and one.organisation_id == other.organisation_id:
        signs["one organisation"] = 1.0


def _of_times(one: Record, other: Record, signs: dict[str, float]) -> None:
    if not one.times or not other.times:
        return
    days, theirs = ({day for day, _minute in both} for both in (one.times, other.times))
    signs["days"] = len(days & theirs) / len(days | theirs)
    signs["times"] = max(_kept_times(one.times, other.times), _kept_times(other.times, one.times))
    if not days & theirs:
        signs["days other"] = 1.0


def _kept_times(mine: frozenset[tuple[str, int]], theirs: frozenset[tuple[str, int]]) -> float:
    """The share of these times that are also theirs, within half an hour."""
    return sum(any(day == there and abs(minute - then) <= 30 for there, then in theirs) for day, minute in mine) / len(
        mine
    )


def _of_texts(one: Record, other: Record, signs: dict[str, float]) -> None:
    if len(one.description) >= 40 and len(other.description) >= 40:
        signs["text"] = fuzz.token_set_ratio(one.description[:500].lower(), other.description[:500].lower()) / 100


def _weight(word: str, nearby: frozenset[str]) -> float:
    if word in nearby:
        return 0.35
    return 0.4 if word in KIND_WORDS or len(word) <= 2 else 1.0


def _alike(one: frozenset[str], other: frozenset[str], nearby: frozenset[str]) -> tuple[float, float]:
    """The weighed share of words in common: of all of them, and of the name that has fewer."""
    shared = {word for word in one if _found(word, other)}
    back = {word for word in other if _found(word, one)}
    both = (_sum(shared, nearby) + _sum(back, nearby)) / 2
    whole = both + _sum(one - shared, nearby) + _sum(other - back, nearby)
    least = min(_sum(one, nearby), _sum(other, nearby))
    return (both / whole if whole else 0.0), (min(both / least, 1.0) if least else 0.0)


def _held(words: frozenset[str], among: frozenset[str]) -> float:
    """The weighed share of these words that is found among those."""
    nowhere: frozenset[str] = frozenset()
    whole = _sum(words, nowhere)
    return _sum({word for word in words if _found(word, among)}, nowhere) / whole if whole else 0.0


def _sum(words: frozenset[str] | set[str], nearby: frozenset[str]) -> float:
    return sum(_weight(word, nearby) for word in words)


def _found(word: str, among: frozenset[str]) -> bool:
    """True if the word is there, or one a letter away in five."""
    if word in among:
        return True
    return len(word) >= 5 and any(
        len(one) >= 5 and one[0] == word[0] and OSA.normalized_similarity(word, one) >= 0.8 for one in among
    )


def _set_apart(one: Sequence[str], other: Sequence[str]) -> bool:
    """True if the names bear different words of one row, as "ladies" and "mens" do."""
    for row in SETS_APART:
        mine, theirs = ({row[word] for word in words if word in row} for words in (one, other))
        if mine and theirs and not mine & theirs:
            return True
    return False

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
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from portal.moderation.duplicates_weights import LIKELY, START, WEIGHTS
from portal.moderation.duplicates_words import KIND_WORDS, KINDS, NO_WORDS, SAME_WORDS, SETS_APART, SIDE_WORDS, one_form

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
HALF_A_DAY = 12 * 60
IN_BRACKETS = re.compile(r"\([^()]*\)")
INITIALS = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?\b")
A_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})\b")
FAR = ("postcode other", "common name far", "beyond 20 km")
"""What the offices of a body tell nothing about that bears one name and one web address in two registers."""
TEXT_READ = 600
"""So many letters of a description are compared."""


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
        return words_of(IN_BRACKETS.sub(" ", self.name)) or words_of(self.name) or words_of(self.organisation)

    @cached_property
    def in_one_word(self) -> str:
        """Its name without anything between the letters."""
        return re.sub(r"\W", "", IN_BRACKETS.sub("", html.unescape(self.name)).lower())

    @cached_property
    def initials(self) -> Mapping[str, tuple[str, ...]]:
        """Three to five words of its name that follow each other, by their first letters."""
        runs = (self.words[first : first + long] for long in (3, 4, 5) for first in range(len(self.words) - long + 1))
        return {"".join(word[0] for word in run): run for run in runs}

    @cached_property
    def place_words(self) -> frozenset[str]:
        """The words of its addresses, and those in brackets behind its name: mostly the place, or who runs it."""
        told = [spot.address for spot in self.spots] + IN_BRACKETS.findall(self.name)
        return frozenset(word for text in told for word in words_of(text))

    @cached_property
    def postcodes(self) -> frozenset[str]:
        """Its postcodes without a space; where its places have none, those that its description names."""
        told = frozenset(spot.postcode.replace(" ", "").upper() for spot in self.spots if spot.postcode)
        return told or frozenset("".join(found) for found in A_POSTCODE.findall(self.description[:TEXT_READ]))

    @cached_property
    def text_words(self) -> frozenset[str]:
        """The words of its description."""
        return frozenset(words_of(self.description[:TEXT_READ]))

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The hosts of its web addresses."""
        return frozenset(url.split("/")[0] for url in self.urls)

    @cached_property
    def telling(self) -> frozenset[str]:
        """The words of its name that few others share."""
        return frozenset(word for word in self.words if word not in KIND_WORDS and len(word) > 2)


def words_of(text: str) -> tuple[str, ...]:
    """Words of a text: lower case, no accents, one spelling each, without those that tell nothing."""
    plain = unicodedata.normalize("NFKD", html.unescape(text).lower().replace("&", " and "))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"[’'`´]", "", INITIALS.sub(lambda found: found[0].replace(".", ""), plain))
    found = (SAME_WORDS.get(word, word) for word in re.findall(r"[a-z]+[0-9]*[a-z]*|[0-9]+[a-z]*|[^\W_a-z0-9]+", plain))
    return tuple(one_form(word) for word in found if word and word not in NO_WORDS)


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
    mine, theirs = _in_one_spelling(one, other), _in_one_spelling(other, one)
    jaccard, held = _alike(mine, theirs, one.place_words | other.place_words)
    signs["name held"] = held
    if jaccard > 0.97:
        signs["name same"] = 1.0
    if not one.telling or not other.telling:
        signs["common name"] = 1.0
    if _set_apart(one.words, other.words):
        signs["set apart"] = 1.0
    if (SIDE_WORDS & mine) != (SIDE_WORDS & theirs):
        signs["side word"] = 1.0
    if KINDS & mine and KINDS & theirs and not KINDS & mine & theirs:
        signs["kind other"] = 1.0
    _of_names_elsewhere(one, other, signs)


def _of_names_elsewhere(one: Record, other: Record, signs: dict[str, float]) -> None:
    """How far the name of one stands in what the other tells of itself: its address, its description."""
    mine, theirs = _in_one_spelling(one, other), _in_one_spelling(other, one)
    signs["each told"] = min(
        _held(mine, theirs | other.place_words | other.text_words),
        _held(theirs, mine | one.place_words | one.text_words),
    )
    signs["at venue"] = max(_held(mine, theirs | other.place_words), _held(theirs, mine | one.place_words))


def _of_places(one: Record, other: Record, signs: dict[str, float]) -> None:
    if one.spots and other.spots:
        signs |= max((_of_spots(a, b) for a in one.spots for b in other.spots), key=lambda found: found["place"])
    if one.postcodes and other.postcodes and not {"postcode same", "postcode other"} & signs.keys():
        signs["postcode same" if one.postcodes & other.postcodes else "postcode other"] = 1.0


def _together(one: Record, other: Record, signs: dict[str, float]) -> None:
    """Signs that say more together than each alone."""
    same_name, other_register = "name same" in signs, "register other" in signs
    close = any(signs.get(sign) for sign in ("postcode same", "within 150 m", "within 1 km"))
    if not close and "common name" in signs:
        signs["common name far"] = 1.0
    if same_name and "register same" in signs:
        signs["one register, one name"] = 1.0
    if same_name and one.registers and other.registers and (not other_register or "postcode same" in signs):
        signs.pop("register other", None)
        signs["registered twice"] = 1.0
        if one.hosts & other.hosts and not other_register:
            for sign in FAR:
                signs.pop(sign, None)
    if same_name and close and "common name" not in signs and "one source" not in signs:
        signs["one name, two lists"] = 1.0
    if signs.get("times", 0.0) > 0.9 and signs.get("days", 0.0) > 0.9 and (close or same_name):
        signs["one timetable"] = 1.0
        if "postcode same" in signs and "own page" not in signs:
            signs["one timetable here"] = 1.0


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
        signs["beyond 20 km"] = float(km > 20)
        signs["place"] += 1.0 / (1.0 + km)
    if one.address and other.address:
        words, others = words_of(one.address), words_of(other.address)
        signs["address"] = fuzz.token_set_ratio(" ".join(words), " ".join(others)) / 100 if words and others else 0.0
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
    if one.hosts and other.hosts and not one.hosts & other.hosts:
        signs["web other"] = 1.0
    if one.source and one.source == other.source:
        signs["one source"] = 1.0
        if one.hosts & other.hosts and not one.urls & other.urls:
            signs["own page"] = 1.0
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
    """The share of these times that are also theirs, within half an hour; half past one is written 1:30 and 13:30."""
    return sum(
        any(
            day == there and min((minute - then) % HALF_A_DAY, (then - minute) % HALF_A_DAY) <= 30
            for there, then in theirs
        )
        for day, minute in mine
    ) / len(mine)


def _of_texts(one: Record, other: Record, signs: dict[str, float]) -> None:
    if len(one.description) >= 40 and len(other.description) >= 40:
        signs["text"] = fuzz.token_set_ratio(one.description[:500].lower(), other.description[:500].lower()) / 100


def _in_one_spelling(one: Record, other: Record) -> frozenset[str]:
    """Words of the name of one as the other writes them: two as one, initials in full."""
    if one.in_one_word and one.in_one_word == other.in_one_word:
        return frozenset(max(one.words, other.words))
    words = frozenset(one.words)
    for pair in pairwise(one.words):
        if "".join(pair) in other.words:
            words = words - set(pair) | {"".join(pair)}
    for short in other.initials.keys() & words:
        words = words - {short} | set(other.initials[short])
    return words


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

"""Guesses which column tells which fact, by its name and by what stands in it. People confirm; see `mapping`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from portal.core.formulas import armed
from portal.importing import contacts
from portal.importing.mapping import DAY_COLUMN, JOINED, Mapping
from portal.importing.places import WITHIN
from portal.importing.texts import says_nothing

ENOUGH = 50
"""A column is guessed from this score on: a full name alone, or contents with half a name."""
FULL_NAME, PART_OF_NAME, CONTENTS = 70, 35, 40
MOSTLY, SOME = 0.6, 0.3

NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "identifier", "uid", "uuid", "ref", "reference", "record id", "unique reference number", "org id", "urn"),
    "name": ("name", "service name", "title", "service", "charity name", "group name", "listing", "project name", "club name",
             "name of group", "name of service"),
    "organisation": ("organisation", "organization", "organisation name", "provider", "provider name", "run by", "org name"),
    "description": ("description", "about", "summary", "activities", "charity activities", "details", "what we do",
                    ),
    "address": ("address", "address 1", "address 2", "address 3", "address line 1", "address line 2", "address line 3", "street",
                "venue", "town", "city", "location", "where"),
    "postcode": ("postcode", "post code", "postal code", "zip", "charity contact postcode"),
    "lat": ("lat", "latitude", "geometry coordinates 1"),
    "lon": ("lon", "lng", "long", "longitude", "geometry coordinates 0"),
    "url": ("url", "website", "web", "web address", "link", "charity contact web", "homepage"),
    "email": ("email", "e mail", "email address", "contact email"),
    "phone": ("phone", "telephone", "tel", "phone number", "telephone number", "contact number", "contact phone", "mobile"),
    "tags": ("tags", "categories", "category", "keywords", "taxonomy", "topics", "type", "interests", "themes"),
    "opening_text": ("opening times", "opening hours", "times", "when", "opening text", "days and times", "session times",
                     "hours", "hours text"),
    "opening_hours": ("opening", "hours", "osm hours", "opening hours"),
    "age": ("age", "ages", "age range", "age group"),
    "minimum_age": ("minimum age", "min age", "age from"),
    "maximum_age": ("maximum age", "max age", "age to"),
    "gender": ("gender", "sex"),
    "language": ("language", "languages", "languages spoken"),
    "fees": ("fees", "cost", "costs", "price", "charges", "fee", "fees text", "is free"),
    "referral_method": ("referral method", "referral", "how to refer", "how to join", "referral route"),
    "eligibility": ("eligibility", "who for", "who is it for", "criteria"),
    "charity_number": ("charity number", "registered charity number", "reg number", "charity no", "registration number"),
    "active": ("active", "is active", "status"),
    "source": ("properties source",),
}  # fmt: skip

OSM = re.compile(r"24/7$|(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)(?:[-,] ?(?:Mo|Tu|We|Th|Fr|Sa|Su|PH))* \d\d:\d\d")
"""Opening hours in OpenStreetMap's notation begin so."""
ANSWERS = re.compile(r"(?:(?:true|false|yes|no|[ynx01])[; ,]*)+", re.IGNORECASE)
"""Answers to a question on times, which are no times."""
CONTENT_OF: dict[str, Callable[[str], bool]] = {
    "postcode": lambda cell: WITHIN.fullmatch(cell) is not None,
    "lat": lambda cell: _is_between(cell, 49.0, 61.5),
    "lon": lambda cell: _is_between(cell, -9.0, 2.5),
    "url": lambda cell: contacts.web_address(cell) is not None and "@" not in cell,
    "email": lambda cell: re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", cell) is not None,
    "phone": lambda cell: bool(contacts.telephone_numbers(cell)),
    "opening_text": lambda cell: ANSWERS.fullmatch(cell) is None,
    "opening_hours": lambda cell: OSM.match(cell) is not None,
    "charity_number": lambda cell: contacts.charity_number(cell) is not None,
    "minimum_age": lambda cell: cell.isdigit() and int(cell) <= 120 if len(cell) < 4 else False,
    "maximum_age": lambda cell: cell.isdigit() and int(cell) <= 120 if len(cell) < 4 else False,
    "name": lambda cell: any(map(str.isalpha, cell)) and len(cell) <= 250,
    "description": lambda cell: " " in cell and any(map(str.isalpha, cell)),
}
"""What a column must mostly hold to tell this fact. A column named so that holds something else is not guessed."""
ALONE = frozenset({"postcode", "email"})
"""Facts that are known by contents alone, whatever the column is called."""
CONFIRMED_BY_NAME = frozenset({"name", "description", "minimum_age", "maximum_age", "opening_text"})
"""Facts whose contents say too little to count for them."""

PARTS = re.compile(r"(?<=\w)\.(?=\w)|\*?: ")
"""What parts the names of a path ("region.name") and of a sheet and its column ("Location: City")."""
NEUTRAL = frozenset({"properties", "fields", "attributes", "details", "service", "listing", "record"})
"""Things that a listing's own facts stand in."""
ANOTHER = re.compile(r"\b(?:organi[sz]ation|provider|author|user|region|area|authority|ward)\b")
"""Things that are not the listing: what stands in them is theirs."""
OF_THE_THING = frozenset({"id", "name", "description", "organisation", "active", "source", "url", "tags"})
"""Facts that everything has: of another thing, they are that thing's."""
LED_BY = re.compile(r"^(?:criter?i?a|eligibility)(?: |$)")
LIKELY: tuple[tuple[str, re.Pattern[str], Callable[[list[str]], bool]], ...] = (
    ("name", re.compile(r"\b(?:name|title)$"), lambda cells: any(map(str.isalpha, "".join(cells)))),
    ("description", re.compile(r"\b(?:description|summary)$"), lambda cells: any(" " in cell for cell in cells)),
    ("id", re.compile(r"\b(?:id|reference|ref)$"), lambda cells: len(cells) > 1 and len(set(cells)) == len(cells)),
)


@dataclass(frozen=True)
class Guess:
    """What one column is taken to tell, how surely (0 to 110), and an example of what stands in it."""

    column: str
    fact: str | None
    score: int
    example: str


def guess(columns: tuple[str, ...], sample: list[tuple[str, ...]]) -> list[Guess]:
    """One guess a column, in order. Each fact goes to its best column; a few may have several."""
    cells = {column: _cells_of(place, sample) for place, column in enumerate(columns)}
    scored = [
        (_score(fact, column, cells[column]), -place, column, fact)
        for place, column in enumerate(columns)
        for fact in NAMES
    ]
    taken: dict[str, tuple[str, int]] = {}
    for score, _place, column, fact in sorted(scored, key=lambda item: (-item[0], -item[1])):
        is_free = fact in JOINED or fact not in {told for told, _score in taken.values()}
        if score >= ENOUGH and column not in taken and is_free:
            taken[column] = fact, score
    _take_likely(taken, columns, cells)
    found = ((column, taken.get(column, (None, 0))) for column in columns)
    return [Guess(column, fact, score, next(iter(cells[column]), "")[:60]) for column, (fact, score) in found]


def mapping_of(guesses: list[Guess]) -> Mapping:
    """The mapping that these guesses make."""
    return Mapping({one.column: one.fact for one in guesses if one.fact})


def names_of(column: str, fact: str) -> list[str]:
    """The names by which a column may tell a fact: its own, and without what it stands in where that is not another thing.

    "Location: Post Code*" may be the postcode; "Organisation: Phone" and "region.name" are not the listing's.
    """
    *outer, last = (_plain(part) for part in PARTS.split(column) if _plain(part)) if column.strip() else ("",)
    whole = " ".join([*outer, last])
    if not outer:
        return [LED_BY.sub("", whole) or whole]
    is_neutral = all(part in NEUTRAL for part in outer)
    is_anothers = any(ANOTHER.search(part) for part in outer)
    if is_neutral or (fact not in OF_THE_THING and not is_anothers):
        return [whole, *(" ".join([*outer, last][place:]) for place in range(1, len(outer) + 1))]
    return [whole]


def _plain(text: str) -> str:
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    return " ".join(re.findall(r"[^\W_]+", split.lower()))


def _take_likely(taken: dict[str, tuple[str, int]], columns: tuple[str, ...], cells: dict[str, list[str]]) -> None:
    """Where nothing is surely the name, the description or the id: the first column whose own name ends in such a word."""
    for fact, words, fits in LIKELY:
        if any(told == fact for told, _score in taken.values()):
            continue
        for column in columns:
            name = _plain(column)
            if column not in taken and not PARTS.search(column) and words.search(name) and fits(cells[column]):
                taken[column] = fact, PART_OF_NAME
                break


def _score(fact: str, column: str, cells: list[str]) -> int:
    names = names_of(column, fact)
    is_day = fact == "opening_text" and any(DAY_COLUMN.fullmatch(name) for name in names)
    score = FULL_NAME if is_day else max(_name_score(fact, name) for name in names)
    holds = CONTENT_OF.get(fact)
    if holds is None or not cells:
        return score
    share = sum(map(holds, cells)) / len(cells)
    if fact in CONFIRMED_BY_NAME:
        return score if share > SOME else 0
    if share < MOSTLY:
        return 0
    alone = 20 if fact in ALONE and share > 0.8 and not any(map(ANOTHER.search, PARTS.split(_plain(column)))) else 0
    return score + CONTENTS + alone if score or alone else 0


def _name_score(fact: str, name: str) -> int:
    """Full marks for a name in the list, a little less the farther down it stands; half for a name that holds one."""
    if name in NAMES[fact]:
        return FULL_NAME - NAMES[fact].index(name)
    words = set(re.findall(r"[a-z]+", name))
    return PART_OF_NAME if any(set(known.split()) <= words for known in NAMES[fact] if len(known) > 3) else 0


def _cells_of(place: int, sample: list[tuple[str, ...]]) -> list[str]:
    cells = (armed(row[place]).strip() for row in sample)
    return [cell for cell in cells if not says_nothing(cell)]


def _is_between(cell: str, lowest: float, highest: float) -> bool:
    return bool(re.fullmatch(r"-?\d{1,2}\.\d+", cell)) and lowest <= float(cell) <= highest

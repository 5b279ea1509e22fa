"""Documents and questions from a seed: few words and values, so that all that can meet does meet."""

from random import Random

import numpy as np

from portal.search.meaning import DIMENSIONS, pack, unit
from portal.search.port import EVERYWHERE, REMOTE, Clause, Document, Point, Query, Window

VOCABULARY = (
    *("walk", "walks", "walking", "group", "groups", "chess", "café", "cafe", "grief"),
    *("talk", "talking", "women's", "the", "and", "of", "garden", "debt"),
)
WELSH = ("cerdded", "grŵp", "caffi", "y", "a", "siarad", "gardd", "cymorth", "walking")
AREAS = ("E06000016", "E07000135", "W06000015")
FACETS = {
    "topic": ("grief", "debt", "lonely", "move"),
    "cost": ("free", "low"),
    "how": ("in-person", "online"),
    "access": ("step-free", "loop", "toilet"),
}
CAN_DENY = ("access",)
WINDOWS = (
    Window("today", ((1_000, 2_000),)),
    Window("week", ((1_000, 9_000),)),
    Window("evening", ((1_800, 2_000), (3_200, 3_400))),
    Window("never", ((50_000, 50_001),)),
)


def document(chance: Random, name: str) -> Document:
    language = chance.choice(("en", "en", "en-GB", "cy"))
    known = WELSH if language == "cy" else VOCABULARY
    facets = {facet: _some(chance, values) for facet, values in FACETS.items() if chance.random() < 0.8}
    denied = {facet: _some(chance, FACETS[facet]) - facets.get(facet, frozenset()) for facet in CAN_DENY}
    starts = sorted(chance.randrange(0, 10_000) for _ in range(chance.choice((0, 0, 1, 3))))
    return Document(
        id=name,
        language=language,
        texts={
            "name": " ".join(chance.choices(known, k=3)),
            "summary": " ".join(chance.choices(known, k=4)),
            "description": " ".join(chance.choices(known, k=chance.randrange(10))),
        },
        points=tuple(point(chance) for _ in range(chance.choice((0, 1, 1, 2)))),
        serves=_some(chance, (*AREAS, REMOTE, EVERYWHERE)) if chance.random() < 0.4 else frozenset(),
        facets={facet: values for facet, values in facets.items() if values},
        denied={facet: values for facet, values in denied.items() if values},
        sessions=tuple((start, start + chance.choice((30, 60, 600))) for start in starts),
        checked=chance.choice((0, 100, 200)),
        demerit=chance.choice((0, 0, 0, 3)),
        meaning=meaning(chance) if chance.random() < 0.8 else b"",
    )


def meaning(chance: Random) -> bytes:
    """About half of two such are near enough to answer for each other."""
    shared = np.ones(DIMENSIONS, dtype=np.float32)
    own = np.array([chance.gauss(0, 1.5) for _ in range(DIMENSIONS)], dtype=np.float32)
    return pack(unit(shared + own))


def documents(chance: Random, number: int) -> list[Document]:
    return [document(chance, f"document-{at:03}") for at in range(number)]


def point(chance: Random) -> Point:
    return Point(52.6 + chance.uniform(-0.3, 0.3), -1.1 + chance.uniform(-0.5, 0.5))


def query(chance: Random) -> Query:
    is_placed = chance.random() < 0.6
    values = [(facet, value) for facet, all_of_it in FACETS.items() for value in all_of_it]
    return Query(
        words=_typed(chance),
        language=chance.choice(("en", "cy")),
        topics=_some(chance, FACETS["topic"]) if chance.random() < 0.2 else frozenset(),
        meaning=meaning(chance) if chance.random() < 0.4 else b"",
        near=point(chance) if is_placed and chance.random() < 0.9 else None,
        area_codes=_some(chance, AREAS) if is_placed else frozenset(),
        within_km=chance.choice((None, 5.0, 15.0)),
        clauses=tuple(_clause(chance) for _ in range(chance.choice((0, 0, 1, 1, 2, 3)))),
        windows=WINDOWS if chance.random() < 0.7 else (),
        when=_some(chance, ("today", "evening")) if chance.random() < 0.3 else frozenset(),
        on_visit=frozenset(chance.sample(values, 2)) if chance.random() < 0.4 else frozenset(),
        now=chance.choice((0, 1_500, 9_000)),
        sort=chance.choice(("best", "nearest", "soonest", "checked")),
        limit=7,
        radii_km=(2.0, 8.0, 20.0),
    )


def _clause(chance: Random) -> Clause:
    facet = chance.choice(tuple(FACETS))
    is_every = chance.random() < (0.8 if facet == "access" else 0.1)
    return Clause(facet, _some(chance, (*FACETS[facet], "unheard-of")), every=is_every)


def _typed(chance: Random) -> str:
    kind = chance.randrange(6)
    known = (*VOCABULARY, *WELSH, "unheard")
    if kind == 0:
        return ""
    if kind == 1:
        return f'"{chance.choice(known)} {chance.choice(known)}"'
    if kind == 2:
        return f"{chance.choice(known)[:3]}* {chance.choice(known)}"
    return " ".join(chance.choices(known, k=chance.choice((1, 1, 2, 3, 5))))


def _some(chance: Random, values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(value for value in values if chance.random() < 0.5)

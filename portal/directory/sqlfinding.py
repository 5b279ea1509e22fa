"""Search without an index: the same question answered from the database, for the minutes while the index is built again.

It looks at some hundreds of listings that could fit, and filters, counts and sorts those exactly as the port says.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import cos, radians
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from portal.core.extensions import db
from portal.directory import queries
from portal.directory.cards import distance_km
from portal.directory.indexing import document_of
from portal.directory.models import Attribute, Location, Service, ServiceArea, ServiceAtLocation, TaxonomyTerm
from portal.directory.reading import has_aged_out, is_published
from portal.directory.snippets import stem, stems
from portal.organisations.models import Organization
from portal.search.port import (
    EVERYWHERE,
    REMOTE,
    TOPIC,
    UNTOLD,
    WHEN,
    Clause,
    Document,
    Hit,
    Point,
    Query,
    Reach,
    Result,
)

MOST = 400
MOST_WORDS = 8
KM_A_DEGREE = 111.2
WEIGHTS = {"name": 8, "needs": 5, "organisation": 3, "summary": 3, "description": 1}


def search(query: Query) -> Result:
    """The answer, from at most some hundreds of listings. Never raises IndexUnavailable."""
    return _answer(query, [document_of(one) for one in queries.in_batches(_candidates(query, is_published()))])


def search_aged_out(query: Query) -> tuple[Result, bool]:
    """The answer from those that are out of public results, and of the index, because they are too long unconfirmed.

    And whether so many could fit that not all were looked at.
    """
    ids = _candidates(query, has_aged_out())
    found = queries.known_listings(ids)
    return _answer(query, [document_of(one) for one in found.values()]), len(ids) == MOST


def _answer(query: Query, documents: Sequence[Document]) -> Result:
    matched = [(one, score) for one in documents if (score := _score(one, query)) is not None]
    everything = [(one, score, *_reach(one, query, query.within_km)) for one, score in matched]
    inside = [row for row in everything if row[2] is not None]
    passing = [(one, score, reach, km) for one, score, reach, km in inside if reach and _passes(one, query, None)]
    checked = {one.id: one.checked for one in documents}
    hits = sorted((_hit(one, score, reach, km, query) for one, score, reach, km in passing), key=_order(query, checked))
    reachable = [one for one, _score, _reach, _km in inside]
    return Result(
        total=len(hits),
        hits=tuple(hits[query.offset : query.offset + query.limit]),
        facets=_facets(reachable, query),
        untold=_untold(reachable, query),
        radii=_radii([one for one, _score in matched], query),
    )


def _candidates(query: Query, is_among: ColumnElement[bool]) -> list[UUID]:
    """Ids of listings among some with one of the words or needs, around the place if there is one."""
    question = select(Service.id).join(Organization, Organization.id == Service.organization_id).where(is_among)
    words = list(stems(query.words))[:MOST_WORDS]
    if words or query.topics:
        question = question.where(or_(*(_holds(word) for word in words), _about(query.topics)))
    if query.near is not None:
        question = question.where(_around(query.near, query))
    newest = Service.assured_date.desc().nulls_last()
    return list(db.session.scalars(question.order_by(newest, Service.id).limit(MOST)))


def _holds(word: str) -> ColumnElement[bool]:
    columns = (Service.name, Service.summary, Service.description, Organization.name)
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _about(topics: Iterable[str]) -> ColumnElement[bool]:
    labelled = select(Attribute.link_id).join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
    return Service.id.in_(labelled.where(TaxonomyTerm.term.in_(topics)))


def _around(near: Point, query: Query) -> ColumnElement[bool]:
    """With a place in a box around the point, or with none at all, or reaching people in an area."""
    north = query.reach_km / KM_A_DEGREE
    east = north / max(cos(radians(near.lat)), 0.1)
    box = and_(
        Location.latitude.between(near.lat - north, near.lat + north),
        Location.longitude.between(near.lon - east, near.lon + east),
    )
    places = select(ServiceAtLocation.service_id).join(Location, Location.id == ServiceAtLocation.location_id)
    reaching = select(ServiceArea.service_id)
    return or_(
        Service.id.in_(places.where(or_(box, Location.location_type == "virtual", Location.privacy != "public"))),
        Service.id.in_(reaching),
    )


def _score(document: Document, query: Query) -> float | None:
    """How well a document fits the words and needs; none where it does not."""
    topics = query.topics & document.facets.get(TOPIC, frozenset())
    wanted = [stem(word) for word in re.findall(r"\w+", query.words) if len(word) > 2]
    if not wanted and not query.topics:
        return 0.0
    score = 10.0 * len(topics)
    for field, text in document.texts.items():
        score += WEIGHTS.get(field, 1) * len(stems(text) & set(wanted))
    return score if score > 0 else None


def _reach(document: Document, query: Query, within_km: float | None) -> tuple[Reach | None, float | None]:
    """Why a document is in reach, and how far it is; none where it is not."""
    if query.near is None and not query.area_codes:
        return "none", None
    if query.near is not None and document.points:
        here = (query.near.lat, query.near.lon)
        km = min(distance_km(here, (point.lat, point.lon)) for point in document.points)
        if km <= (within_km or query.reach_km):
            return "near", km
    if query.area_codes & document.serves:
        return "serves", None
    if REMOTE in document.serves:
        return "remote", None
    return ("everywhere", None) if EVERYWHERE in document.serves else (None, None)


def _told(document: Document, facet: str, query: Query) -> frozenset[str]:
    """What a document has told, without what holds only at a place that is too far away."""
    told = document.facets.get(facet, frozenset())
    if query.near is None or _reach(document, query, query.within_km)[0] == "near":
        return told
    return told - {value for name, value in query.on_visit if name == facet}


def _has(document: Document, clause: Clause, query: Query) -> bool:
    told = _told(document, clause.facet, query)
    return clause.values <= told if clause.every else bool(clause.values & told)


def _times(document: Document, query: Query) -> frozenset[str]:
    """Values of "when" that a document has."""
    return frozenset(
        window.value
        for window in query.windows
        if any(
            begin < end and start < until for start, until in window.intervals for begin, end in _over(document, start)
        )
    )


def _over(document: Document, start: int) -> list[tuple[int, int]]:
    return [(begin, end) for begin, end in document.sessions if end > start]


def _passes(document: Document, query: Query, but: str | None) -> bool:
    """Whether a document passes every filter but one. Filters that need every tick are never left out."""
    clauses = all(_has(document, one, query) for one in query.clauses if one.facet != but or one.every)
    return clauses and (but == WHEN or not query.when or bool(query.when & _times(document, query)))


def _facets(documents: Sequence[Document], query: Query) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for document in documents:
        for facet in (*document.facets, WHEN):
            if _passes(document, query, facet):
                values = _times(document, query) if facet == WHEN else _told(document, facet, query)
                counts.setdefault(facet, Counter()).update(values)
    return {facet: dict(values) for facet, values in counts.items() if values}


def _untold(documents: Sequence[Document], query: Query) -> dict[str, dict[str, int]]:
    """How many pass all other filters but have told nothing about a facet that is filtered by."""
    counts: dict[str, dict[str, int]] = {}
    for clause in query.clauses:
        others = [one for one in query.clauses if one is not clause]
        for document in documents:
            if not all(_has(document, one, query) for one in others) or _has(document, clause, query):
                continue
            denied = document.denied.get(clause.facet, frozenset())
            is_silent = (
                not denied & clause.values if clause.every else not (denied or document.facets.get(clause.facet))
            )
            if is_silent:
                found = counts.setdefault(clause.facet, {})
                found[UNTOLD] = found.get(UNTOLD, 0) + 1
    return counts


def _radii(documents: Sequence[Document], query: Query) -> dict[float | None, int]:
    def count(km: float | None) -> int:
        return sum(1 for one in documents if _reach(one, query, km)[0] and _passes(one, query, None))

    return {radius: count(radius) for radius in (*query.radii_km, None)} if query.radii_km else {}


def _hit(document: Document, score: float, reach: Reach, km: float | None, query: Query) -> Hit:
    chosen = [stretch for window in query.windows if window.value in query.when for stretch in window.intervals]
    times = [
        begin
        for begin, end in document.sessions
        if end > query.now and (not chosen or any(begin < until and end > start for start, until in chosen))
    ]
    return Hit(document.id, score - document.demerit, km, reach, min(times, default=None))


def _order(query: Query, checked: Mapping[str, int]) -> Callable[[Hit], tuple[Any, ...]]:
    far = 10**9
    keys: dict[str, Callable[[Hit], tuple[Any, ...]]] = {
        "best": lambda hit: (-hit.score, hit.distance_km or 0.0, hit.next_start or far, hit.id),
        "nearest": lambda hit: (far if hit.distance_km is None else hit.distance_km, -hit.score, hit.id),
        "soonest": lambda hit: (hit.next_start or far, -hit.score, hit.id),
        "checked": lambda hit: (-checked[hit.id], -hit.score, hit.id),
    }
    return keys[query.sort]

"""A search as it was asked, and what its words were read to mean, as a question to the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from portal.core import clock
from portal.core.wording import KM_A_MILE
from portal.directory import meanings
from portal.directory.asking import SearchRequest
from portal.directory.filters import BY_NAME, FACETS, FILTERS
from portal.directory.understanding import Understanding
from portal.directory.windows import windows
from portal.geography.places import Place
from portal.search.port import Clause, Point, Query

REACH_MILES = 25.0
"""How far away something is still "in the area" where nobody said how far they would go."""
RADII_MILES = tuple(value for value in BY_NAME["within"].ids if value != "all")
MOST_LEADING = 3
"""Needs read from the words that each have a result among the first."""
LEADS_FROM = 0.5
"""How certain of a need we must be for it to have a result among the first."""
ON_VISIT = frozenset((one.name, value) for one in FACETS for value in one.at_venue)


@dataclass(frozen=True)
class Guesses:
    """What was read from the words and not sent away: needs, most certain first, how certain each is, and values of filters.

    A filter that the person has set is theirs alone: nothing is guessed into it.
    """

    needs: tuple[str, ...] = ()
    confidence: Mapping[str, float] = field(default_factory=dict)
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    near: str = ""


def guesses_of(request: SearchRequest, understanding: Understanding) -> Guesses:
    """What holds of an understanding for this request."""
    refused = set(request.refused)
    read: dict[str, tuple[str, ...]] = {}
    for one in FILTERS:
        if one.source == "within" or one.name == "topic" or request.chosen(one.name):
            continue
        known = understanding.filters.get(one.name, frozenset())
        values = tuple(value for value in one.ids if value in known and f"{one.name}:{value}" not in refused)
        if values:
            read[one.name] = values
    near = next(iter(sorted(understanding.filters.get("near", frozenset()))), "")
    return Guesses(
        needs=tuple(need for need in understanding.needs if need not in refused),
        confidence=understanding.confidence,
        filters=read,
        near="" if request.near or f"near:{near}" in refused else near,
    )


def ticked(request: SearchRequest, guesses: Guesses, name: str) -> tuple[str, ...]:
    """The values of a filter that narrow this search: those chosen, else those guessed."""
    return request.chosen(name) or guesses.filters.get(name, ())


def query_of(
    request: SearchRequest,
    guesses: Guesses,
    place: Place | None,
    *,
    words: str | None = None,
    now: datetime | None = None,
) -> Query:
    """The question for the engine. `words` stand in for the request's own."""
    moment = now or clock.now()
    miles = request.within_miles if place is not None else None
    return Query(
        words=words_left(request.words if words is None else words, guesses),
        language=request.language,
        topics=frozenset(guesses.needs),
        certain=tuple((need, guesses.confidence.get(need, 1.0)) for need in guesses.needs),
        leading=tuple(need for need in guesses.needs if guesses.confidence.get(need, 1.0) >= LEADS_FROM)[:MOST_LEADING],
        meaning=meanings.of_search(request.words if words is None else words, guesses.needs, guesses.confidence),
        near=Point(place.lat, place.lon) if place is not None else None,
        area_codes=place.area_codes if place is not None else frozenset(),
        within_km=miles * KM_A_MILE if miles is not None else None,
        reach_km=REACH_MILES * KM_A_MILE,
        clauses=tuple(
            Clause(one.name, frozenset(values), every=one.every)
            for one in FACETS
            if (values := ticked(request, guesses, one.name))
        ),
        windows=windows(moment),
        when=frozenset(ticked(request, guesses, "when")),
        on_visit=ON_VISIT,
        now=clock.epoch_minutes(moment),
        sort=request.sort if place is not None or request.sort != "nearest" else "best",
        offset=request.offset,
        limit=request.limit,
        radii_km=tuple(float(miles) * KM_A_MILE for miles in RADII_MILES) if place is not None else (),
    )


def words_left(words: str, guesses: Guesses) -> str:
    """The words without those that only name a filter or place already read from them: "free yoga" looks for "yoga"."""
    spent = {
        word
        for name, values in guesses.filters.items()
        for value in values
        for word in (*BY_NAME[name].label_of(value).casefold().split(), value.replace("_", " "))
    }
    spent |= set(guesses.near.casefold().split())
    if not spent:
        return words
    kept = [word for word in words.split() if word.casefold().strip(".,;:!?") not in spent]
    return " ".join(kept)

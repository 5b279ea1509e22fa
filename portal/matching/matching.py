"""Every listing in reach that helps with what is asked for, judged by the rules. Nothing is filtered away."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from portal.directory import queries
from portal.directory.asking import SearchRequest
from portal.directory.listings import Listing
from portal.directory.one_search import answered
from portal.directory.querying import Guesses, query_of
from portal.geography.queries import area_names
from portal.matching.looks import Look
from portal.matching.rules import RULES
from portal.matching.verdicts import Judged, Rule, Verdict, judge
from portal.matching.wanted import Wanted
from portal.search.port import TOPIC, Clause, Hit, Query

MOST = 200
"""So many are looked at, the best matches of the search. Where there are more, the page says so."""
MoreRules = Callable[[Sequence[UUID]], Iterable[Rule]]
"""Rules of somebody who asks, for the listings with these ids."""


@dataclass(frozen=True)
class Matches:
    """What was found. `suiting`: those that fit, then those that may, fewest questions first; within each as the search orders.

    `total`: how many there are; only the first 200 of them were looked at.
    """

    suiting: tuple[Judged, ...] = ()
    misfits: tuple[Judged, ...] = ()
    total: int = 0
    hits: Mapping[UUID, Hit] = field(default_factory=dict)
    from_sql: bool = False

    @property
    def fitting(self) -> int:
        """How many fit without a question."""
        return sum(1 for one in self.suiting if one.verdict is Verdict.FITS)

    @property
    def looked_at(self) -> int:
        """How many were judged."""
        return len(self.suiting) + len(self.misfits)

    @property
    def is_cut(self) -> bool:
        """Whether there are more than were looked at."""
        return self.total > MOST


def match(wanted: Wanted, *, language: str = "en", more: MoreRules = lambda _ids: ()) -> Matches:
    """What there is for somebody. Four statements, one more for an index in PostgreSQL, and one where names of areas were loaded.

    `more`: rules beside those of the table, for whoever knows more of listings.
    """
    result, from_sql = answered(_query(wanted, language))
    hits = {UUID(hit.id): hit for hit in result.hits}
    listings = queries.public_listings(list(hits))
    rules = (*RULES, *more(list(listings)))
    names = _names(wanted, listings.values())
    judged = [judge(Look(one, wanted, hits[one.id].distance_km, names), rules) for one in listings.values()]
    suiting = [one for one in judged if one.verdict is not Verdict.MISFIT]
    return Matches(
        suiting=tuple(sorted(suiting, key=lambda one: len(one.asks))),
        misfits=tuple(one for one in judged if one.verdict is Verdict.MISFIT),
        total=result.total,
        hits=hits,
        from_sql=from_sql,
    )


def _query(wanted: Wanted, language: str) -> Query:
    """The search with needs and place alone: the rest is for the rules. Counts for filters are of no use here."""
    query = query_of(SearchRequest(language=language), Guesses(needs=wanted.needs), wanted.place)
    topics = (Clause(TOPIC, frozenset(wanted.needs)),) if wanted.needs else ()
    return replace(query, clauses=topics, offset=0, limit=MOST, windows=(), radii_km=())


def _names(wanted: Wanted, listings: Iterable[Listing]) -> Mapping[str, str]:
    """What the areas are called for whose people alone something is."""
    codes = {code for one in listings for code in one.areas if not one.is_everywhere}
    return area_names(codes - wanted.place.area_codes) if wanted.place is not None and codes else {}

"""The search as people know it: place and words understood, the engine asked, and the answer made ready for a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from uuid import UUID

from flask_babel import gettext as _

from portal.directory import explaining, panel, queries, urgent, widening
from portal.directory.asking import LONGEST_WORDS, SearchRequest
from portal.directory.cards import card_of
from portal.directory.correcting import correction_of
from portal.directory.explaining import Explained
from portal.directory.found import Found, Way, row_of, spots_of
from portal.directory.listings import Listing
from portal.directory.loosening import without_guesses
from portal.directory.needs import is_any_sensitive
from portal.directory.one_search import Search, first_answer, is_remote_first
from portal.directory.querying import Guesses, query_of
from portal.directory.understanding import Understanding, understand
from portal.geography.places import Place
from portal.geography.queries import locate
from portal.search.port import Clause, Hit, Query, Result, Sort
from portal.search.words import fold

MOST_AT_ONCE = 5_000
"""How many results can be had at once, without pages."""
FEW = 3
"""With fewer results than this, a close spelling is tried."""


def find(request: SearchRequest, *, saved: frozenset[UUID] = frozenset(), with_rows: bool = False) -> Found:
    """What somebody looks for. `saved`: services that the viewer keeps on a list. Never raises for what was typed.

    `with_rows`: results are also told as programs read them.
    """
    started = perf_counter()
    if request.is_too_long:
        return _too_long(request)
    search = replace(_understood(request), with_rows=with_rows)
    if search.problem is not None:
        return _nowhere(search)
    result = first_answer(search)
    result, corrected = _corrected(search, result)
    result = without_guesses(search, result)
    result = _within_pages(search, result)
    found = _found(search, result, corrected, saved)
    return replace(found, took_ms=round((perf_counter() - started) * 1000, 2))


@dataclass(frozen=True)
class Hits:
    """What a search finds, in the order of its page, before any listing is read. `total` counts all of it."""

    hits: tuple[Hit, ...]
    total: int
    place: Place | None = None


def hits_of(request: SearchRequest) -> Hits | None:
    """What the page of a search would show, for pages that show several searches. None where it was not understood."""
    if request.is_too_long:
        return None
    search = _understood(request)
    if search.problem is not None:
        return None
    result, _corrected_to = _corrected(search, first_answer(search))
    result = without_guesses(search, result)
    return Hits(tuple(result.hits), result.total, search.place)


def every_id(request: SearchRequest) -> list[UUID] | None:
    """Ids of all that a search finds, in the order of its pages, at most `MOST_AT_ONCE`. None where it was not understood."""
    found = hits_of(replace(request, page=1, limit=MOST_AT_ONCE))
    return None if found is None else [UUID(hit.id) for hit in found.hits]


def _too_long(request: SearchRequest) -> Found:
    """Too many words to search. They still raise what urgent help they call for."""
    sentence = _("Use %(number)s letters or fewer to say what you need help with", number=LONGEST_WORDS)
    search = _understood(request)
    danger = Understanding(urgent=search.understanding.urgent)
    return Found(request, danger, 0, place=search.place, words_problem=sentence, notices=request.notices)


def _understood(request: SearchRequest) -> Search:
    understanding = understand(request.words, request.language)
    kinds = tuple(dict.fromkeys((*understanding.urgent, *urgent.kinds_of_needs(request.chosen("topic")))))
    search = Search(request, replace(understanding, urgent=kinds), words=request.words)
    typed = request.near or search.guesses.near
    if typed:
        found = locate(typed)
        if isinstance(found, Place):
            search.place = found
        elif request.near:
            search.problem = found
        else:
            search.request = request.refusing(f"near:{typed}")
    if search.place is None and search.problem is None:
        search.request = _without_distance(search.request)
    if "mental_health" in kinds and search.place is not None and not search.request.is_sort_chosen:
        search.request = replace(search.request, sort="soonest")
    return search


def _without_distance(request: SearchRequest) -> SearchRequest:
    """Without a place nothing is near: distance is left out, and the reader is told."""
    if not request.within and request.sort != "nearest":
        return request
    notice = _("Enter a postcode or place to search by distance.")
    sort: Sort = "best" if request.sort == "nearest" else request.sort
    return replace(request, within="", sort=sort, notices=(*request.notices, notice))


def _nowhere(search: Search) -> Found:
    """The place was not understood: nothing is searched until it is put right, but urgent help still shows."""
    request = search.request
    return Found(
        request,
        search.understanding,
        0,
        place_problem=search.problem,
        removables=panel.removables(request),
        clear=request.without_filters().params(),
        notices=request.notices,
        is_sensitive=_is_sensitive(search),
    )


def _corrected(search: Search, result: Result) -> tuple[Result, str | None]:
    """A close spelling, searched in place of words that find next to nothing, if it finds more."""
    request = search.request
    is_plain = search.understanding.intent == "find" and not search.understanding.urgent
    if request.exact or not request.words or search.from_sql or not is_plain:
        return result, None
    if result.total >= FEW and not result.relaxed:
        return result, None
    suggested = correction_of(request.words, request.language)
    if suggested is None:
        return result, None
    meant = understand(suggested, request.language)
    kinds = tuple(dict.fromkeys((*search.understanding.urgent, *meant.urgent)))
    other = replace(search, words=suggested, understanding=replace(meant, urgent=kinds))
    better = first_answer(other)
    is_surer = result.relaxed and not better.relaxed and better.total > 0
    if not (is_surer or better.total > result.total or len(meant.needs) > len(search.understanding.needs)):
        return result, None
    search.words, search.understanding = suggested, other.understanding
    return better, suggested


def _within_pages(search: Search, result: Result) -> Result:
    """A page after the last is the last, with a notice."""
    request = search.request
    page = panel.paging_of(request, result.total).page
    if page == request.page:
        return result
    notice = _("We do not have page %(asked)s. This is page %(page)s.", asked=request.page, page=page)
    search.request = replace(request, page=page, notices=(*request.notices, notice))
    return first_answer(search)


def _found(search: Search, result: Result, corrected: str | None, saved: frozenset[UUID]) -> Found:
    request, guesses, place = search.request, search.guesses, search.place
    listings = queries.public_listings([UUID(hit.id) for hit in result.hits])
    shown = [(hit, listings[UUID(hit.id)]) for hit in result.hits if UUID(hit.id) in listings]
    return Found(
        request=request,
        understanding=_named(search, [one for _hit, one in shown]),
        total=result.total,
        place=place,
        is_outside=place is not None and _is_outside(search, place, result),
        corrected=corrected,
        instead=_instead(request) if corrected else None,
        is_relaxed=result.relaxed,
        guesses=panel.guessed(request, guesses),
        removables=panel.removables(request),
        clear=request.without_filters().params(),
        groups=panel.groups_of(request, place, result),
        sorts=panel.sorts_of(request, place),
        cards=tuple(card_of(one, place=place, hit=hit, saved=saved, words=search.words) for hit, one in shown),
        rows=tuple(row_of(hit, one) for hit, one in shown) if search.with_rows else (),
        spots=tuple(spot for _hit, one in shown for spot in spots_of(one)) if request.view == "map" else (),
        paging=panel.paging_of(request, result.total),
        widenings=() if result.total else _widenings(search),
        shared=replace(request, aged_out=False, explain=False).params(
            page=request.page, near=place.shared if place else None
        ),
        notices=request.notices,
        facets=panel.counts_of(result),
        untold=result.untold,
        is_sensitive=_is_sensitive(search),
        from_sql=search.from_sql,
        loosened=search.loosened,
        whys=_whys(search, result, [one for _hit, one in shown]) if request.explain else {},
    )


def _whys(search: Search, result: Result, shown: Sequence[Listing]) -> Mapping[UUID, Explained]:
    """Why each result is here, by the question that put it there; nothing where the index cannot say."""
    questions = [explaining.Question(search.query)]
    if search.narrow:
        questions[:0] = [explaining.Question(one, "filters", _said_by(one, search.query)) for one in search.narrow]
    elif is_remote_first(search) and not result.relaxed:
        questions.insert(0, explaining.Question(search.remote, "remote"))
    read = explaining.evidence(search.words, search.understanding, search.guesses.needs)
    return {} if search.from_sql else explaining.explained(questions, shown, read)


def _said_by(narrow: Query, wider: Query) -> Mapping[str, tuple[str, ...]]:
    """The values of filters that hold of what one question finds and not of all that another finds."""
    said = {one.facet: tuple(sorted(one.values)) for one in narrow.clauses if one not in wider.clauses}
    return said | ({"when": tuple(sorted(narrow.when))} if narrow.when != wider.when else {})


def _named(search: Search, shown: Sequence[Listing]) -> Understanding:
    """What the words were read to mean; they are a name where a group or an organisation found is called just that."""
    understanding, typed = search.understanding, fold(search.words).strip()
    if understanding.intent != "find" or understanding.sure or not typed:
        return understanding
    is_name = any(typed in (fold(one.organisation).strip(), fold(one.service.name).strip()) for one in shown)
    return replace(understanding, intent="name") if is_name else understanding


def _instead(request: SearchRequest) -> Way:
    exact = replace(request, exact=True, page=1)
    return Way(_("Search instead for “%(words)s”", words=request.words), exact.params())


def _is_outside(search: Search, place: Place, result: Result) -> bool:
    """True where nobody we know meets near the place or comes to people there."""
    if any(hit.reach == "near" for hit in result.hits):
        return False
    anyone = query_of(SearchRequest(language=search.request.language), Guesses(), place)
    there = Clause("how", frozenset({"in_person", "home_visit"}))
    return search.count(replace(anyone, clauses=(there,), radii_km=())) == 0


def _widenings(search: Search) -> tuple[Way, ...]:
    """Each candidate is counted as its own page would count it."""
    nothing = SearchRequest(near=search.request.near, within=search.request.within)
    topics = search.ask(query_of(nothing, Guesses(), search.place)).facets.get("topic", {})

    def count(request: SearchRequest) -> int:
        other = _understood(request)
        other.from_sql = search.from_sql
        return search.count(other.query) if other.problem is None else 0

    request = replace(search.request, words=search.words)
    return widening.widenings(request, search.guesses, search.place, topics, count)


def _is_sensitive(search: Search) -> bool:
    """Whether the tab must not say what this is about, and nothing of it may be kept."""
    sought = frozenset((*search.understanding.needs, *search.request.chosen("topic")))
    return bool(search.understanding.urgent) or is_any_sensitive(sought)

"""The search as people know it: place and words understood, the engine asked, and the answer made ready for a page.

Where the index cannot be read, the same question is answered from the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.wording import comma_list
from portal.directory import explaining, panel, queries, sqlfinding, urgent, widening
from portal.directory.asking import LONGEST_WORDS, SearchRequest
from portal.directory.cards import card_of
from portal.directory.correcting import correction_of
from portal.directory.explaining import Explained
from portal.directory.filters import BY_NAME
from portal.directory.found import Found, Way, row_of, spots_of
from portal.directory.listings import REMOTE_MODES, Listing
from portal.directory.needs import is_any_sensitive
from portal.directory.querying import Guesses, guesses_of, query_of, ticked
from portal.directory.understanding import Understanding, understand
from portal.geography.places import Place, PlaceProblem
from portal.geography.queries import locate
from portal.search.current import engine
from portal.search.port import Clause, Hit, IndexUnavailable, Query, Result, Sort
from portal.search.words import fold

FEW = 3
"""With fewer results than this, a close spelling is tried."""
FEW_GUESSED = 5
"""With fewer results than this under filters that were only read from the words, others follow those."""


@dataclass
class _Search:
    """One search under way: what was asked, what it was read to mean, and what answered it.

    `narrow`: questions whose results stand before all others, in this order, where the rest only makes up for their being few.
    """

    request: SearchRequest
    understanding: Understanding
    place: Place | None = None
    problem: PlaceProblem | None = None
    words: str = ""
    from_sql: bool = False
    with_rows: bool = False
    loosened: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    narrow: tuple[Query, ...] = ()

    @property
    def guesses(self) -> Guesses:
        return guesses_of(self.request, self.understanding)

    @property
    def query(self) -> Query:
        return query_of(self.request, self.guesses, self.place, words=self.words)

    @property
    def remote(self) -> Query:
        """The question to those online and by phone alone."""
        query = self.query
        return replace(query, clauses=(*query.clauses, Clause("how", REMOTE_MODES)))

    def ask(self, query: Query) -> Result:
        """The answer of the index, or of the database where the index cannot be read."""
        if not self.from_sql:
            try:
                return engine().search(query)
            except IndexUnavailable:
                self.from_sql = True
        return sqlfinding.search(query)

    def count(self, query: Query) -> int:
        """How many results a question has."""
        if not self.from_sql:
            try:
                return engine().count(query)
            except IndexUnavailable:
                self.from_sql = True
        return sqlfinding.search(query).total


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
    result = _first_answer(search)
    result, corrected = _corrected(search, result)
    result = _without_guesses(search, result)
    result = _within_pages(search, result)
    found = _found(search, result, corrected, saved)
    return replace(found, took_ms=round((perf_counter() - started) * 1000, 2))


def _too_long(request: SearchRequest) -> Found:
    """Too many words to search. They still raise what urgent help they call for."""
    sentence = _("Use %(number)s letters or fewer to say what you need help with", number=LONGEST_WORDS)
    search = _understood(request)
    danger = Understanding(urgent=search.understanding.urgent)
    return Found(request, danger, 0, place=search.place, words_problem=sentence, notices=request.notices)


def _understood(request: SearchRequest) -> _Search:
    understanding = understand(request.words, request.language)
    kinds = tuple(dict.fromkeys((*understanding.urgent, *urgent.kinds_of_needs(request.chosen("topic")))))
    search = _Search(request, replace(understanding, urgent=kinds), words=request.words)
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


def _nowhere(search: _Search) -> Found:
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


def _first_answer(search: _Search) -> Result:
    result = search.ask(search.query)
    if search.narrow:
        first: dict[str, Hit] = {}
        for narrow in search.narrow:
            for hit in search.ask(replace(narrow, offset=0, limit=FEW_GUESSED)).hits:
                first.setdefault(hit.id, hit)
        return _joined(search, list(first.values()), result)
    return _remote_first(search, result) if _is_remote_first(search) and not result.relaxed else result


def _is_remote_first(search: _Search) -> bool:
    """Without a place, what can be used from anywhere comes first."""
    request = search.request
    return search.place is None and request.sort == "best" and not ticked(request, search.guesses, "how")


def _remote_first(search: _Search, result: Result) -> Result:
    """The same results, those online and by phone before all others."""
    query = search.query
    last = query.offset + query.limit
    remote = search.ask(replace(search.remote, offset=0, limit=last))
    if remote.total >= last or not remote.total:
        hits: Sequence[Hit] = remote.hits[query.offset :] or result.hits
        return replace(result, hits=tuple(hits))
    return _joined(search, remote.hits, result)


def _joined(search: _Search, first: Sequence[Hit], result: Result) -> Result:
    """The page of a result on which these hits, which are among its own, stand before all others."""
    query = search.query
    last = query.offset + query.limit
    every = search.ask(replace(query, offset=0, limit=last))
    ids = {hit.id for hit in first}
    joined = [*first, *(hit for hit in every.hits if hit.id not in ids)]
    return replace(result, hits=tuple(joined[query.offset : last]))


def _corrected(search: _Search, result: Result) -> tuple[Result, str | None]:
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
    better = _first_answer(other)
    is_surer = result.relaxed and not better.relaxed and better.total > 0
    if not (is_surer or better.total > result.total or len(meant.needs) > len(search.understanding.needs)):
        return result, None
    search.words, search.understanding = suggested, other.understanding
    return better, suggested


def _without_guesses(search: _Search, result: Result) -> Result:
    """Where filters that were only read from the words leave few or nothing, one of them is left out, else all.

    Those that pass stay first. The reader is told.
    """
    read = search.guesses.filters
    if result.total >= FEW_GUESSED or not read:
        return result
    before = search.request
    narrow = [search.query] if result.total else []
    wider = result
    for names in (*((name,) for name in read), *([tuple(read)] if len(read) > 1 else [])):
        dropped = [(name, value) for name in names for value in read[name]]
        refused = tuple(dict.fromkeys((*before.refused, *(f"{name}:{value}" for name, value in dropped))))
        search.request = replace(before, refused=refused)
        search.narrow = tuple(narrow)
        found = _first_answer(search)
        if found.total > wider.total:
            wider, asked, search.loosened = found, search.request, {name: read[name] for name in names}
            told = dropped
            narrow.append(search.query)
        if wider.total >= FEW_GUESSED:
            break
    if wider is result:
        search.request, search.narrow = before, ()
        return result
    search.narrow = tuple(narrow[:-1])
    search.request = replace(asked, notices=(*before.notices, _not_said(told, result.total)))
    return wider


def _not_said(values: Sequence[tuple[str, str]], number: int) -> str:
    """Tells that only so many say these values of filters, and that the others do not."""
    labels = comma_list([str(BY_NAME[name].label_of(value)) for name, value in values])
    if not number:
        return _("Nothing here says: %(filters)s. These results do not say it.", filters=labels)
    return ngettext(
        "Only %(num)s says: %(filters)s. It stands first. The others do not say it.",
        "Only %(num)s say: %(filters)s. They stand first. The others do not say it.",
        number,
        filters=labels,
    )


def _within_pages(search: _Search, result: Result) -> Result:
    """A page after the last is the last, with a notice."""
    request = search.request
    page = panel.paging_of(request, result.total).page
    if page == request.page:
        return result
    notice = _("We do not have page %(asked)s. This is page %(page)s.", asked=request.page, page=page)
    search.request = replace(request, page=page, notices=(*request.notices, notice))
    return _first_answer(search)


def _found(search: _Search, result: Result, corrected: str | None, saved: frozenset[UUID]) -> Found:
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


def _whys(search: _Search, result: Result, shown: Sequence[Listing]) -> Mapping[UUID, Explained]:
    """Why each result is here, by the question that put it there; nothing where the index cannot say."""
    questions = [explaining.Question(search.query)]
    if search.narrow:
        questions[:0] = [explaining.Question(one, "filters", _said_by(one, search.query)) for one in search.narrow]
    elif _is_remote_first(search) and not result.relaxed:
        questions.insert(0, explaining.Question(search.remote, "remote"))
    read = explaining.evidence(search.words, search.understanding, search.guesses.needs)
    return {} if search.from_sql else explaining.explained(questions, shown, read)


def _said_by(narrow: Query, wider: Query) -> Mapping[str, tuple[str, ...]]:
    """The values of filters that hold of what one question finds and not of all that another finds."""
    said = {one.facet: tuple(sorted(one.values)) for one in narrow.clauses if one not in wider.clauses}
    return said | ({"when": tuple(sorted(narrow.when))} if narrow.when != wider.when else {})


def _named(search: _Search, shown: Sequence[Listing]) -> Understanding:
    """What the words were read to mean; they are a name where a group or an organisation found is called just that."""
    understanding, typed = search.understanding, fold(search.words).strip()
    if understanding.intent != "find" or understanding.sure or not typed:
        return understanding
    is_name = any(typed in (fold(one.organisation).strip(), fold(one.service.name).strip()) for one in shown)
    return replace(understanding, intent="name") if is_name else understanding


def _instead(request: SearchRequest) -> Way:
    exact = replace(request, exact=True, page=1)
    return Way(_("Search instead for “%(words)s”", words=request.words), exact.params())


def _is_outside(search: _Search, place: Place, result: Result) -> bool:
    """True where nobody we know meets near the place or comes to people there."""
    if any(hit.reach == "near" for hit in result.hits):
        return False
    anyone = query_of(SearchRequest(language=search.request.language), Guesses(), place)
    there = Clause("how", frozenset({"in_person", "home_visit"}))
    return search.count(replace(anyone, clauses=(there,), radii_km=())) == 0


def _widenings(search: _Search) -> tuple[Way, ...]:
    """Each candidate is counted as its own page would count it."""
    nothing = SearchRequest(near=search.request.near, within=search.request.within)
    topics = search.ask(query_of(nothing, Guesses(), search.place)).facets.get("topic", {})

    def count(request: SearchRequest) -> int:
        other = _understood(request)
        other.from_sql = search.from_sql
        return search.count(other.query) if other.problem is None else 0

    request = replace(search.request, words=search.words)
    return widening.widenings(request, search.guesses, search.place, topics, count)


def _is_sensitive(search: _Search) -> bool:
    """Whether the tab must not say what this is about, and nothing of it may be kept."""
    sought = frozenset((*search.understanding.needs, *search.request.chosen("topic")))
    return bool(search.understanding.urgent) or is_any_sensitive(sought)

"""One search under way: what was asked and read, and the answer of the index, or of the database where that cannot be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from portal.directory import sqlfinding
from portal.directory.asking import SearchRequest
from portal.directory.listings import REMOTE_MODES
from portal.directory.querying import Guesses, guesses_of, query_of, ticked
from portal.directory.understanding import Understanding
from portal.geography.places import Place, PlaceProblem
from portal.search.current import engine
from portal.search.port import Clause, Hit, IndexUnavailable, Query, Result

FEW_GUESSED = 5
"""With fewer results than this under filters that were only read from the words, others follow those."""


@dataclass
class Search:
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
        """What was read from the words and not sent away."""
        return guesses_of(self.request, self.understanding)

    @property
    def query(self) -> Query:
        """The question as it stands now."""
        return query_of(self.request, self.guesses, self.place, words=self.words)

    @property
    def remote(self) -> Query:
        """The question to those online and by phone alone."""
        query = self.query
        return replace(query, clauses=(*query.clauses, Clause("how", REMOTE_MODES)))

    def ask(self, query: Query) -> Result:
        """The answer of the index, or of the database where the index cannot be read."""
        if self.from_sql:
            return sqlfinding.search(query)
        result, self.from_sql = answered(query)
        return result

    def count(self, query: Query) -> int:
        """How many results a question has."""
        if not self.from_sql:
            try:
                return engine().count(query)
            except IndexUnavailable:
                self.from_sql = True
        return sqlfinding.search(query).total


def answered(query: Query) -> tuple[Result, bool]:
    """The answer to a question, and whether it is the database's, since the index cannot be read."""
    try:
        return engine().search(query), False
    except IndexUnavailable:
        return sqlfinding.search(query), True


def first_answer(search: Search) -> Result:
    """The page of results that a search asks for: first those of its narrower questions, or those that need no journey."""
    result = search.ask(search.query)
    if search.narrow:
        first: dict[str, Hit] = {}
        for narrow in search.narrow:
            for hit in search.ask(replace(narrow, offset=0, limit=FEW_GUESSED)).hits:
                first.setdefault(hit.id, hit)
        return _joined(search, list(first.values()), result)
    return _remote_first(search, result) if is_remote_first(search) and not result.relaxed else result


def is_remote_first(search: Search) -> bool:
    """Without a place, what can be used from anywhere comes first."""
    request = search.request
    return search.place is None and request.sort == "best" and not ticked(request, search.guesses, "how")


def _remote_first(search: Search, result: Result) -> Result:
    """The same results, those online and by phone before all others."""
    query = search.query
    last = query.offset + query.limit
    remote = search.ask(replace(search.remote, offset=0, limit=last))
    if remote.total >= last or not remote.total:
        hits: Sequence[Hit] = remote.hits[query.offset :] or result.hits
        return replace(result, hits=tuple(hits))
    return _joined(search, remote.hits, result)


def _joined(search: Search, first: Sequence[Hit], result: Result) -> Result:
    """The page of a result on which these hits, which are among its own, stand before all others."""
    query = search.query
    last = query.offset + query.limit
    every = search.ask(replace(query, offset=0, limit=last))
    ids = {hit.id for hit in first}
    joined = [*first, *(hit for hit in every.hits if hit.id not in ids)]
    return replace(result, hits=tuple(joined[query.offset : last]))

"""What a search engine is asked and answers. Generic: it knows words, places, times and facets, but nothing of services.

Times are whole minutes since 1970-01-01 UTC, days whole days since then, distances kilometres, points degrees WGS 84.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

FIELDS: Final = ("name", "needs", "organisation", "summary", "description")
"""The texts of a document that are searched, weightiest first."""

TOPIC: Final = "topic"
"""The facet that `Query.topics` is compared with."""

WHEN: Final = "when"
"""The facet under which the counts of `Query.windows` stand."""

EVERYWHERE: Final = "*"
"""In `Document.serves`: reaches people wherever they live, such as a national body. Gives the reach "everywhere"."""

REMOTE: Final = "@"
"""In `Document.serves`: can be used from anywhere, online or by phone. Gives the reach "remote"."""

UNTOLD: Final = "*"
"""In `Result.untold`: those that could still match if they told us more about the whole facet."""

Reach = Literal["near", "serves", "remote", "everywhere", "none"]
Sort = Literal["best", "nearest", "soonest", "checked"]
Journey = Literal["known", "none", "unknown"]


class IndexUnavailable(Exception):
    """The index is missing, torn or not built yet. Callers answer from the database meanwhile."""


@dataclass(frozen=True)
class Point:
    """A place on earth: degrees, WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Document:
    """One thing that can be found.

    `language` is that of its texts (BCP 47). `texts` has the names of FIELDS. `points` are where it can be visited: hidden
    addresses are absent and area-only ones already coarsened. `serves` are area codes whose residents it reaches
    without their coming, or EVERYWHERE or REMOTE. `facets` are values told, `denied` values told "no"; a value that stands in
    neither is "not told us". `sessions` are (start, end) in minutes, ascending. `checked` is the day of the last
    confirmation, 0 for never. `demerit` is 0 normally; 1 to 9 sink it below equal matches, the more the deeper.
    `meaning` is what its texts are about, as `portal.search.meaning.pack` gives it; empty where that is not known.
    """

    id: str
    language: str = "en"
    texts: Mapping[str, str] = field(default_factory=dict)
    points: tuple[Point, ...] = ()
    serves: frozenset[str] = frozenset()
    facets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    denied: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sessions: tuple[tuple[int, int], ...] = ()
    checked: int = 0
    demerit: int = 0
    meaning: bytes = b""


@dataclass(frozen=True)
class Clause:
    """A filter that is on: one of the values is enough, or with `every` all of them are needed."""

    facet: str
    values: frozenset[str]
    every: bool = False


@dataclass(frozen=True)
class Window:
    """A value of WHEN, such as "today", as the intervals that it means: half open, [start, end) in minutes.

    A document has it if one of its sessions overlaps one of them.
    """

    value: str
    intervals: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Query:
    """A question.

    A document answers it if it has the words or one of `topics`, is in reach, and passes every filter.

    `topics` are needs understood: a document with one answers even without the words, and ranks up. `certain` says of some how
    certain they are, 0 to 1, where it is not 1: they count so much less. `leading` are those that each have their best document
    among the first, under "best". `meaning` is what the question is about, packed
    as in a Document: what is about the like ranks up.
    Where fewer than five in reach have the words or a topic, whatever the filters, those with at least half of the words answer
    too, or where there are none of either those with most of them, and those nearest in meaning. However sorted, they stand
    after those with all.
    In reach is, where `near` or `area_codes` are given: a point within `within_km` of `near` (or `reach_km` where that is
    None), or one of `area_codes` served, or REMOTE or EVERYWHERE served. Without a place everything is in reach.
    `on_visit` are (facet, value) pairs that a document has only where one of its points is that near, so that
    "in person" does not bring an online group whose hall is in another city.
    `windows` are all values of WHEN that are counted, `when` those chosen; `radii_km` the distances that are counted.
    """

    words: str = ""
    language: str = "en"
    topics: frozenset[str] = frozenset()
    certain: tuple[tuple[str, float], ...] = ()
    leading: tuple[str, ...] = ()
    meaning: bytes = b""
    near: Point | None = None
    area_codes: frozenset[str] = frozenset()
    within_km: float | None = None
    reach_km: float = 40.2336
    clauses: tuple[Clause, ...] = ()
    windows: tuple[Window, ...] = ()
    when: frozenset[str] = frozenset()
    on_visit: frozenset[tuple[str, str]] = frozenset()
    now: int = 0
    sort: Sort = "best"
    offset: int = 0
    limit: int = 10
    radii_km: tuple[float, ...] = ()


@dataclass(frozen=True)
class Hit:
    """One answer. `distance_km` only where `reach` is "near". `next_start`: minutes, of the first session not over.

    Where times were chosen, `next_start` is the first session within them. `reach` is "none" where no place was given.
    """

    id: str
    score: float
    distance_km: float | None
    reach: Reach
    next_start: int | None


@dataclass(frozen=True)
class Gain:
    """What one part of a question adds to a score: 0 where a document has not got it. `part`: a word, a phrase in quotes, the
    start of a word with a star, or a topic. `certainty` is that of a topic, 0 to 1; `gain` is after it.
    """

    part: str
    gain: float
    certainty: float = 1.0


@dataclass(frozen=True)
class Why:
    """What the score of one answer is made of; `total` puts it together again. Shares are what is left, 1 for all.

    `asked_nothing`: there were neither words nor topics, so that all fit alike. `is_partial`: only some of the words were found,
    or none and the meaning is near; then the words count `words_share`. `likeness` in meaning is -1 to 1 and adds `meaning`.
    `kilometres` are as the order counts them; `journey` says whether they are true ("known"), stand for no journey at
    all ("none"), or for a place that nobody knows the way to, since the question named none ("unknown"). `demerit` is as in
    Document. `leads`: the topics that it stands among the first for, whatever its score.
    """

    words: tuple[Gain, ...]
    topics: tuple[Gain, ...]
    asked_nothing: bool
    is_partial: bool
    words_share: float
    likeness: float
    meaning: float
    kilometres: float
    journey: Journey
    distance_share: float
    is_soon: bool
    soon_share: float
    demerit: int
    demerit_share: float
    leads: tuple[str, ...]
    score: float

    @property
    def total(self) -> float:
        """The parts put together in the order in which the engine does: just the score."""
        fit = 0.0
        for one in (*self.topics, *self.words):
            fit += one.gain
        fit = 1.0 if self.asked_nothing else fit * self.words_share + self.meaning
        return fit * self.distance_share * self.soon_share * self.demerit_share


@dataclass(frozen=True)
class Result:
    """What was found. Counts are exact.

    `facets`: how many results each value would give after all other filters: a group where one value is enough leaves
    its own ticks out, a group where every tick is needed counts with them. Values without any are left out.
    `untold`: facet to value to how many would pass all else but have said neither yes nor no to it (for
    facets in which "no" can be told); under UNTOLD those kept back by silence alone: with ticks in an every-group those
    that deny none of them and lack one, otherwise those that have told nothing at all about the facet.
    `radii`: results for each of `radii_km` and, under None, for `reach_km`. `relaxed`: some of the words were enough.
    `corrected` is for callers that searched a suggestion instead; engines leave it None.
    """

    total: int
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    untold: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    radii: Mapping[float | None, int] = field(default_factory=dict)
    corrected: str | None = None
    relaxed: bool = False
    took_ms: float = 0.0


class Engine(Protocol):
    """A search engine. Every method that reads raises IndexUnavailable where there is nothing sound to read."""

    def still(self) -> AbstractContextManager[None]:
        """While inside, every question is answered from the same commit, the newest at the first of them."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """While inside, nobody else writes: what is read there and then put in is not older than what others put in.

        Raises IndexUnavailable where another writes for long.
        """
        ...

    def search(self, query: Query) -> Result:
        """Results of one page with their counts."""
        ...

    def explain(self, query: Query, ids: Iterable[str]) -> Mapping[str, Why]:
        """What the score of each of these documents is made of that answer the query, on whatever page of it they stand."""
        ...

    def count(self, query: Query) -> int:
        """How many results the query has: its `total`, without the cost of a page."""
        ...

    def update(self, documents: Sequence[Document], removed_ids: Iterable[str] = ()) -> None:
        """Put documents in, in place of those with the same id, and take others out, in one commit."""
        ...

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Make these the whole index. Searches go on in the old one until the new one is complete."""
        ...

    def ids(self) -> frozenset[str]:
        """Ids of everything that can be found."""
        ...

    def stored(self, id: str) -> Document | None:
        """The document as it was indexed; none where it is not there."""
        ...

    def suggest(self, words: str, language: str = "en") -> str | None:
        """The words with misspelt ones put right from words that occur in documents; none where all is well or unsure."""
        ...

    def ready(self) -> bool:
        """Whether there is a sound index to search."""
        ...

    def mend(self) -> bool:
        """Make an empty index where there is none that can be read. True if the caller must rebuild it now."""
        ...

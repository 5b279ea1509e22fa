"""What a snapshot reads words and documents from, whichever engine keeps them."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from portal.search.columns import Ints
from portal.search.postings import Postings

Wanted = tuple[str, str, str]
"""A posting list: the name of its segment, "stems" or "forms", and the term."""

Placed = tuple[Postings, Ints]
"""A posting list and where the term stands: the number of the document times AT plus the place, ascending."""


class Shelf(Protocol):
    """Keeps the words and documents of segments. Raises IndexUnavailable where it is away, anything else where it is torn.

    Several lists are asked for at once, because some shelves stand far away.
    """

    @property
    def is_far(self) -> bool:
        """Whether each request is a journey, so that it pays to ask for all words of a question at once."""
        ...

    def postings(self, wanted: Sequence[Wanted]) -> Sequence[Postings]:
        """Posting lists, deleted documents perhaps among them; an empty one where the term is not there."""
        ...

    def places(self, wanted: Sequence[Wanted]) -> Sequence[Placed]:
        """The same with places, for stems."""
        ...

    def starting(self, segment: str, start: str) -> Sequence[str]:
        """The forms of a segment that start so."""
        ...

    def forms(self, segment: str) -> Iterable[tuple[int, str]]:
        """Every form of a segment, after the number of documents that have it."""
        ...

    def stored(self, segment: str, number: int) -> str:
        """A document of a segment, as JSON text."""
        ...

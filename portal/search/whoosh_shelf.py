"""Words and documents read from Whoosh's files."""

from collections.abc import Iterable, Mapping, Sequence
from threading import RLock

from whoosh.reading import SegmentReader

from portal.search.postings import Postings, places_of, postings_of
from portal.search.shelf import Placed, Wanted


class WhooshShelf:
    """The readers of one commit's segments, by name. They serve one thread at a time."""

    is_far = False

    def __init__(self, readers: Mapping[str, SegmentReader]) -> None:
        self.readers = readers
        self._lock = RLock()

    def postings(self, wanted: Sequence[Wanted]) -> Sequence[Postings]:
        """Posting lists, deleted documents perhaps among them."""
        with self._lock:
            return [postings_of(self.readers[segment], field, term) for segment, field, term in wanted]

    def places(self, wanted: Sequence[Wanted]) -> Sequence[Placed]:
        """Posting lists and where the terms stand."""
        with self._lock:
            return [places_of(self.readers[segment], field, term) for segment, field, term in wanted]

    def starting(self, segment: str, start: str) -> Sequence[str]:
        """The forms of a segment that start so."""
        with self._lock:
            return [form.decode() for form in self.readers[segment].expand_prefix("forms", start.encode())]

    def forms(self, segment: str) -> Iterable[tuple[int, str]]:
        """Every form of a segment, after the number of documents that have it."""
        with self._lock:
            reader = self.readers[segment]
            return [(reader.doc_frequency("forms", form), form.decode()) for form in list(reader.lexicon("forms"))]

    def stored(self, segment: str, number: int) -> str:
        """A document of a segment, as JSON text."""
        with self._lock:
            body: str = self.readers[segment].stored_fields(number)["body"]
            return body

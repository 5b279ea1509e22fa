"""Words and documents read from rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from portal.search.lexicon import Lexicon
from portal.search.packing import Torn, body_from, placed_from, postings_from
from portal.search.postings import NONE, Postings
from portal.search.shelf import Placed, Wanted

Rows = Callable[[str, Sequence[object]], Sequence[Sequence[Any]]]
"""Runs a statement with its parameters and gives the rows."""

_TERMS: Final = """
    select search_term.segment_id, search_term.field, search_term.term, docs, weights, checksum
    from unnest(%s::uuid[], %s::text[], %s::bytea[]) as wanted (segment_id, field, term)
    join search_term on search_term.segment_id = wanted.segment_id
        and search_term.field = wanted.field and search_term.term = wanted.term
"""
_TERMS_WITH_PLACES: Final = _TERMS.replace("checksum\n", "checksum, places\n", 1)
_DOCUMENT: Final = "select body, checksum from search_document where segment_id = %s and number = %s"


class RowsShelf:
    """The segments of one state, by name. A row that the lexicon promises and that is not there is torn out."""

    is_far = True

    def __init__(self, rows: Rows, lexicons: Mapping[str, Lexicon]) -> None:
        self._rows = rows
        self._lexicons = lexicons

    def postings(self, wanted: Sequence[Wanted]) -> Sequence[Postings]:
        """Posting lists, deleted documents perhaps among them, in one statement."""
        found = self._found(wanted, _TERMS)
        return [postings_from(*found[key]) if key in found else NONE for key in wanted]

    def places(self, wanted: Sequence[Wanted]) -> Sequence[Placed]:
        """Posting lists and where the terms stand, in one statement."""
        found = self._found(wanted, _TERMS_WITH_PLACES)
        return [
            placed_from(postings_from(*found[key][:-1]), found[key][-1]) if key in found else (NONE, NONE[0])
            for key in wanted
        ]

    def _found(self, wanted: Sequence[Wanted], statement: str) -> dict[Wanted, Sequence[Any]]:
        there = [
            (segment, field, term.encode())
            for segment, field, term in dict.fromkeys(wanted)
            if self._lexicons[segment].has(field, term.encode())
        ]
        if not there:
            return {}
        rows = self._rows(statement, [list(part) for part in zip(*there, strict=True)])
        found: dict[Wanted, Sequence[Any]] = {(row[0].hex, row[1], row[2].decode()): row[1:] for row in rows}
        if len(found) != len(there):
            raise Torn("posting lists are missing")
        return found

    def starting(self, segment: str, start: str) -> Sequence[str]:
        """The forms of a segment that start so."""
        return [form.decode() for form in self._lexicons[segment].starting("forms", start.encode())]

    def forms(self, segment: str) -> Iterable[tuple[int, str]]:
        """Every form of a segment, after the number of documents that have it."""
        return [(often, form.decode()) for often, form in self._lexicons[segment].counted("forms")]

    def stored(self, segment: str, number: int) -> str:
        """A document of a segment, as JSON text."""
        rows = self._rows(_DOCUMENT, (segment, number))
        if not rows:
            raise Torn("a document is missing")
        return body_from(number, *rows[0])

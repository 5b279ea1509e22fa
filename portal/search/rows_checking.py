"""Comparing every row of an index with its checksum."""

from collections.abc import Iterator
from typing import Any, Final

import psycopg

from portal.search.connections import Connections
from portal.search.lexicon import FIELDS
from portal.search.packing import Torn, body_from, placed_from, postings_from
from portal.search.rows_reading import Held, Opener

_AT_ONCE: Final = 500
_TERMS: Final = """
    select field, term, docs, weights, checksum, places from search_term where segment_id = %s order by field, term
"""
_DOCUMENTS: Final = "select number, body, checksum from search_document where segment_id = %s order by number"


def check(connections: Connections, version: str) -> None:
    """Raises Missing where there is no index, Torn where one is not as it was written, and Away."""
    with connections.transaction() as driver:
        driver.execute("set transaction isolation level repeatable read")
        opener = Opener(version)

        def rows(statement: str, parameters: Any) -> Any:
            return driver.execute(statement, tuple(parameters)).fetchall()

        for name, held in opener.held(rows, opener.state(rows)).items():
            _check_terms(driver, name, held)
            _check_documents(driver, name, held.columns.count)


def _check_terms(driver: psycopg.Connection[Any], name: str, held: Held) -> None:
    expected = ((field, often, term) for field in FIELDS for often, term in held.lexicon.counted(field))
    read = _streamed(driver, _TERMS, name)
    for field, often, term in expected:
        row = next(read, None)
        if row is None or row[:2] != (field, term):
            raise Torn("a posting list is missing")
        postings = postings_from(*row[:5])
        if len(postings[0]) != often:
            raise Torn("a posting list is not the one that was promised")
        if field == "stems":
            placed_from(postings, row[5])
    if next(read, None) is not None:
        raise Torn("there are posting lists that nobody wrote")


def _check_documents(driver: psycopg.Connection[Any], name: str, count: int) -> None:
    numbers = [
        number for number, body, checksum in _streamed(driver, _DOCUMENTS, name) if body_from(number, body, checksum)
    ]
    if numbers != list(range(count)):
        raise Torn("a document is missing")


def _streamed(driver: psycopg.Connection[Any], statement: str, segment: str) -> Iterator[tuple[Any, ...]]:
    with driver.cursor(name="check", binary=True) as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(statement, (segment,))
        yield from cursor

"""Listings that nobody has confirmed for a year. The public does not find them: they are in no index. Staff may, at the end.

They are looked for in the database with the same words, place and filters, whichever engine answers for the rest.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from portal.directory import queries, sqlfinding
from portal.directory.cards import Card, card_of
from portal.directory.found import Found
from portal.directory.querying import guesses_of, query_of

MOST_SHOWN = 50


@dataclass(frozen=True)
class AgedOut:
    """Those that fit a search: how many, and the first of them as cards, each marked with when it was last confirmed.

    They go on no list: whoever gets the list would not find them.

    `is_cut`: so many could fit that not all were looked at; `total` counts those that were and fit.
    """

    total: int
    cards: tuple[Card, ...]
    is_cut: bool = False


def aged_out(found: Found) -> AgedOut | None:
    """What fits the search that was answered; none where it is not asked for, or was not understood."""
    request = found.request
    if not request.aged_out or found.errors:
        return None
    words = found.corrected or request.words
    guesses = guesses_of(request, found.understanding)
    question = query_of(request, guesses, found.place, words=words)
    result, is_cut = sqlfinding.search_aged_out(replace(question, offset=0, limit=MOST_SHOWN))
    listings = queries.known_listings([UUID(hit.id) for hit in result.hits])
    cards = (card_of(listings[UUID(hit.id)], place=found.place, hit=hit, words=words) for hit in result.hits)
    return AgedOut(result.total, tuple(replace(card, can_save=False) for card in cards), is_cut)

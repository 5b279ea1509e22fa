"""Another listing that a group has in mind for somebody: found by its words, as the public finds it."""

from collections.abc import Sequence
from uuid import UUID

from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.directory import queries as directory
from portal.directory.asking import SearchRequest
from portal.directory.cards import Card
from portal.directory.finding import find

MOST = 5


def found_for(words: str, *, but: UUID | None) -> list[tuple[str, str]]:
    """Public listings that these words may mean: id, and name with its group. Without the listing in hand.

    Those near the group's own place come first, which tells nothing of where the person lives; then any, best first.
    """
    near = _near(but)
    found = [*(_found(words, near) if near else ()), *_found(words)]
    cards = {card.id: card for card in reversed(found) if card.id != but}
    first = list(dict.fromkeys(card.id for card in found if card.id in cards))[:MOST]
    return [
        (str(one), _("%(listing)s, %(group)s", listing=cards[one].name, group=cards[one].organisation)) for one in first
    ]


def _found(words: str, near: str = "") -> Sequence[Card]:
    asked = SearchRequest(words=words, near=near, exact=True, language=current_locale().code, limit=MOST + 1)
    return find(asked).cards


def _near(service_id: UUID | None) -> str:
    """The postcode where the group meets, if it tells one."""
    listing = directory.listing(service_id) if service_id else None
    venues = listing.visited if listing else ()
    return next((venue.postcode for venue in venues if venue.privacy == "public" and venue.postcode), "")

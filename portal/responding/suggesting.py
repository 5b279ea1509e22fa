"""Another listing that a group has in mind for somebody: found by its words, as the public finds it."""

from uuid import UUID

from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.directory.asking import SearchRequest
from portal.directory.finding import find

MOST = 5


def found_for(words: str, *, but: UUID | None) -> list[tuple[str, str]]:
    """Public listings that these words may mean, best first: id, and name with its group. Without the listing in hand."""
    found = find(SearchRequest(words=words, within="all", exact=True, language=current_locale().code, limit=MOST + 1))
    return [
        (str(card.id), _("%(listing)s, %(group)s", listing=card.name, group=card.organisation))
        for card in found.cards
        if card.id != but
    ][:MOST]

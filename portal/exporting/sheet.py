"""One row a service: columns for people first, then every fact for machines. Words are English."""

from collections.abc import Iterable, Iterator

from portal.directory import costs, timing
from portal.directory.details import Details
from portal.directory.filters import BY_NAME
from portal.directory.listings import Listing
from portal.directory.needs import NEEDS
from portal.directory.showing import where_of
from portal.openreferral import onerow
from portal.openreferral.cells import cell_of
from portal.openreferral.flattening import Document
from portal.openreferral.tables import OURS_PREFIX

FOR_PEOPLE = ("organisation", "where", "address", "postcode", "when", "how", "cost", "languages", "needs", "phone")
"""Columns that say in words what stands in the others too. An import leaves them aside."""
FIRST = ("id", "name", "organisation", f"{OURS_PREFIX}summary", "description", *FOR_PEOPLE[1:], "email", "url")
BETWEEN = "; "


def _header() -> tuple[str, ...]:
    known = (*onerow.FACTS, *(OURS_PREFIX + name for name in (*onerow.OWN, *onerow.PARTS)))
    return (*FIRST, *(name for name in known if name not in FIRST))


HEADER = _header()


def cells_of(listing: Listing, document: Document) -> list[str]:
    """The cells of a service, in the order of the header."""
    row = onerow.row_of(document) | _in_words(listing, document)
    return [cell_of(row.get(name)) for name in HEADER]


def _in_words(listing: Listing, document: Document) -> Document:
    places = [where_of(venue, Details()) for venue in listing.visited]
    numbers = (phone["number"] for contact in document.get("contacts", ()) for phone in contact.get("phones", ()))
    return {
        "organisation": listing.organisation,
        "where": _joined(place.name or place.note for place in places),
        "address": _joined(place.lines for place in places),
        "postcode": _joined(place.postcode for place in places),
        "when": _joined(_times(listing)),
        "how": _joined(BY_NAME["how"].label_of(mode) for mode in BY_NAME["how"].ids if mode in listing.modes),
        "cost": costs.label(listing.costs),
        "languages": _joined(sorted(language["name"] for language in document.get("languages", ()))),
        "needs": _joined(str(NEEDS[need].label) for need in listing.needs if need in NEEDS),
        "phone": _joined(numbers),
    }


def _times(listing: Listing) -> Iterator[str]:
    for timetable in timing.in_week_order(listing.all_timetables):
        rule = timing.rule_label(timetable)
        yield f"{timetable.name}: {rule}" if timetable.name else rule
    if listing.service.opening_text:
        yield listing.service.opening_text


def _joined(words: Iterable[str | None]) -> str:
    """Words in a row, each once, without the spaces that only keep a page from breaking its lines."""
    return BETWEEN.join(dict.fromkeys(word.replace("\u00a0", " ") for word in words if word))

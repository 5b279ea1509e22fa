"""The services of a page on paper: when, where, whom to ring."""

from dataclasses import dataclass
from uuid import UUID

from portal.bundles.assembling import Page
from portal.directory import on_paper
from portal.directory.cards import nearest_venue
from portal.directory.details import contacts_of

MOST_RULES = 3
MOST_PHONES = 2
LONGEST_TEXT = 200


@dataclass(frozen=True)
class Entry:
    """One service on paper. `phones` are as they are read."""

    when: tuple[str, ...]
    where: tuple[str, ...]
    postcode: str | None
    phones: tuple[str, ...]


def leaflet_of(told: Page) -> dict[UUID, Entry]:
    """Each service of a page, by its id: one statement."""
    contacts = contacts_of(told.listings) if told.listings else {}
    entries = {}
    for one in told.listings:
        venue = nearest_venue(one, told.place)
        where, postcode = on_paper.where_lines(venue) if venue is not None else (on_paper.other_ways(one), None)
        phones = dict.fromkeys(phone.text for contact in contacts.get(one.id, ()) for phone in contact.phones)
        opening = (one.service.opening_text or "")[:LONGEST_TEXT]
        when = on_paper.when_lines(one.all_timetables, opening, MOST_RULES)
        entries[one.id] = Entry(when, where, postcode, tuple(phones)[:MOST_PHONES])
    return entries

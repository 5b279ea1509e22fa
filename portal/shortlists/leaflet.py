"""A list on paper: for each service what somebody needs to go there without the site."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _

from portal.directory import on_paper
from portal.directory.cards import card_of
from portal.directory.details import ContactLine, contacts_of
from portal.directory.listings import Listing
from portal.directory.standing import nation_of
from portal.geography.places import Nation
from portal.shortlists.queries import Entry

MOST_RULES = 3


@dataclass(frozen=True)
class Item:
    """One service on paper. Sentences stand apart so that each language can set them its own way."""

    name: str
    line: str
    lang: str
    direction: Literal["ltr", "rtl"]
    phone: str | None
    when: tuple[str, ...]
    where: tuple[str, ...]
    postcode: str | None
    join: tuple[str, ...]


@dataclass(frozen=True)
class Leaflet:
    """What is printed. `closed` are names of services that have closed since they were saved."""

    items: tuple[Item, ...]
    closed: tuple[str, ...]
    nation: Nation | None


def leaflet_of(entries: Sequence[Entry]) -> Leaflet:
    """The lines of a list for paper: one statement more than the list itself."""
    listings = [entry.listing for entry in entries if entry.listing is not None]
    contacts = contacts_of(listings) if listings else {}
    return Leaflet(
        items=tuple(_item(one, contacts.get(one.id, ())) for one in listings),
        closed=tuple(entry.name for entry in entries if entry.state == "closed" and entry.name),
        nation=nation_of(*listings),
    )


def _item(listing: Listing, contacts: Sequence[ContactLine]) -> Item:
    card = card_of(listing)
    where, postcode = _where(listing)
    joining = [card.joining_label, card.cost_label, card.joining_note]
    return Item(
        name=listing.service.name,
        line=card.line,
        lang=listing.service.lang,
        direction=card.direction,
        phone=next((phone.text for contact in contacts for phone in contact.phones), None),
        when=on_paper.when_lines(listing.all_timetables, listing.service.opening_text, MOST_RULES),
        where=where,
        postcode=postcode,
        join=tuple(words[:1].upper() + words[1:] for words in joining if words),
    )


def _where(listing: Listing) -> tuple[tuple[str, ...], str | None]:
    """Lines of where it happens, and the postcode of the first place if that is public."""
    if not listing.visited:
        return on_paper.other_ways(listing), None
    venue = listing.visited[0]
    lines, postcode = on_paper.where_lines(venue)
    is_told = venue.privacy == "public" and venue.facts.get("step_free")
    return (*lines, *([_("Step-free")] if is_told else [])), postcode

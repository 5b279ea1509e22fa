"""A list on paper: for each service what somebody needs to go there without the site."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _

from portal.directory import timing
from portal.directory.cards import card_of
from portal.directory.details import ContactLine, Details, contacts_of
from portal.directory.listings import Listing, Venue
from portal.directory.showing import where_of
from portal.directory.standing import nation_of
from portal.geography.places import Nation
from portal.geography.queries import area_name
from portal.shortlists.queries import Entry

MOST_RULES = 3
NO_DETAILS = Details()


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
        when=_when(listing),
        where=where,
        postcode=postcode,
        join=tuple(words[:1].upper() + words[1:] for words in joining if words),
    )


def _when(listing: Listing) -> tuple[str, ...]:
    timetables = timing.in_week_order(listing.all_timetables)
    shown = [one for one in timetables if not one.is_opening] or timetables
    rules = tuple(timing.rule_label(one) for one in shown[:MOST_RULES])
    if len(shown) > MOST_RULES:
        rules = (*rules, _("Phone to ask about other times"))
    return rules or ((listing.service.opening_text,) if listing.service.opening_text else ())


def _where(listing: Listing) -> tuple[tuple[str, ...], str | None]:
    """Lines of where it happens, and the postcode of the first place if that is public."""
    if listing.visited:
        venue = listing.visited[0]
        place = where_of(venue, NO_DETAILS)
        lines = [part for part in (place.name, _street(place.lines, venue)) if part]
        told = [_(", ").join(lines)] if lines else []
        told += [place.note.rstrip(".")] if place.note else []
        told += [_("Step-free")] if venue.facts.get("step_free") and not place.note else []
        return tuple(told), place.postcode
    ways = {"online": _("Online"), "phone": _("By phone"), "home_visit": _("They come to you")}
    return tuple(words for mode, words in ways.items() if mode in listing.modes), None


def _street(lines: str, venue: Venue) -> str:
    """An address without its town where that is the council's own name: the postcode says it, and lines are short."""
    street, _comma, town = lines.rpartition(", ")
    return street if street and venue.postcode and town == area_name(venue.authority_code or "") else lines

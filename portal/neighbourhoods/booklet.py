"""A directory of one neighbourhood for paper: every listing once, by what it helps with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from flask_babel import gettext as _

from portal.core import wording
from portal.directory import freshness, on_paper
from portal.directory.addresses import email_address, web_address
from portal.directory.cards import Card, card_of
from portal.directory.details import ContactLine, contacts_of
from portal.directory.filters import BY_NAME
from portal.directory.listings import Listing, Venue
from portal.directory.needs import NEEDS, in_groups
from portal.neighbourhoods.week import is_here

MOST_ENTRIES = 200
MOST_RULES = 6
MOST_PLACES = 3
LONGEST_NAME = 120
LONGEST_TEXT = 300
"""Letters of what a group wrote, so that no listing fills a page."""
OTHER = "other"


@dataclass(frozen=True)
class Spot:
    """One place on paper: its lines, its postcode if that is public, and what is known of getting in."""

    lines: tuple[str, ...]
    postcode: str | None
    access: str | None


@dataclass(frozen=True)
class Entry:
    """One listing on paper, with the number by which other pages name it. Sentences stand apart."""

    number: int
    id: UUID
    slug: str
    name: str
    organisation: str | None
    line: str
    lang: str
    direction: Literal["ltr", "rtl"]
    when: tuple[str, ...]
    spots: tuple[Spot, ...]
    ways: tuple[str, ...]
    cost: str | None
    join: str | None
    phones: tuple[str, ...]
    written: str | None
    languages: str | None
    checked: str


@dataclass(frozen=True)
class Section:
    """One need: listings that stand under it, and those that help with it too and stand elsewhere."""

    anchor: str
    label: str
    entries: tuple[Entry, ...]
    also: tuple[Entry, ...]

    @property
    def elsewhere(self) -> str | None:
        """ "19, 24 and 40": where to look for a need of which no listing stands here. None where one does."""
        if self.entries:
            return None
        return wording.and_list([str(one.number) for one in self.also])


@dataclass(frozen=True)
class Chapter:
    """Several needs under one heading."""

    label: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Booklet:
    """What is printed. `total` counts all listings, of which at most `MOST_ENTRIES` are in it."""

    chapters: tuple[Chapter, ...]
    count: int
    total: int


def booklet_of(listings: Sequence[Listing], codes: frozenset[str]) -> Booklet:
    """A booklet of these listings, which belong to these areas: one statement.

    Where there are too many, those with a place here and those that were confirmed last are kept.
    """
    kept = sorted(listings, key=lambda one: _worth(one, codes))[:MOST_ENTRIES]
    contacts = contacts_of(kept) if kept else {}
    by_need: dict[str, list[Listing]] = {}
    for one in sorted(kept, key=lambda one: (one.service.name.casefold(), str(one.id))):
        by_need.setdefault(_first_need(one), []).append(one)
    ordered = [one for need in (*NEEDS, OTHER) for one in by_need.get(need, ())]
    entries = {
        one.id: _entry(number, one, codes, contacts.get(one.id, ())) for number, one in enumerate(ordered, start=1)
    }
    sections = {need: _section(need, by_need.get(need, ()), ordered, entries) for need in (*NEEDS, OTHER)}
    chapters = [(str(group.label), [sections[need.id] for need in needs]) for group, needs in in_groups()]
    chapters.append((_("Other help"), [sections[OTHER]]))
    told = ((label, tuple(one for one in found if one.entries or one.also)) for label, found in chapters)
    return Booklet(tuple(Chapter(label, found) for label, found in told if found), len(entries), len(listings))


def _worth(listing: Listing, codes: frozenset[str]) -> tuple[bool, int, str, str]:
    """Those with a place here first, then those that were confirmed last."""
    assured = listing.service.assured_date or date.min
    return (not _here(listing, codes), -assured.toordinal(), listing.service.name.casefold(), str(listing.id))


def _here(listing: Listing, codes: frozenset[str]) -> list[Venue]:
    return [venue for venue in listing.visited if venue.privacy != "hidden" and is_here(venue, codes)]


def _first_need(listing: Listing) -> str:
    return next((need for need in NEEDS if need in listing.needs), OTHER)


def _section(need: str, own: Iterable[Listing], ordered: Iterable[Listing], entries: dict[UUID, Entry]) -> Section:
    also = (one for one in ordered if need in one.needs and _first_need(one) != need)
    label = str(NEEDS[need].label) if need in NEEDS else _("Other help")
    return Section(f"need-{need}", label, tuple(entries[one.id] for one in own), tuple(entries[one.id] for one in also))


def _entry(number: int, listing: Listing, codes: frozenset[str], contacts: Sequence[ContactLine]) -> Entry:
    card, service = card_of(listing), listing.service
    venues = (_here(listing, codes) or list(listing.visited))[:MOST_PLACES]
    timetables = listing.timetables + tuple(
        one for venue in listing.venues if venue in venues or not venue.is_physical for one in venue.timetables
    )
    phones = dict.fromkeys(phone.text for contact in contacts for phone in contact.phones)
    return Entry(
        number=number,
        id=listing.id,
        slug=card.slug,
        name=_short(service.name, LONGEST_NAME),
        organisation=_short(card.organisation, LONGEST_NAME) if card.organisation != service.name else None,
        line=card.line,
        lang=card.lang,
        direction=card.direction,
        when=on_paper.when_lines(timetables, _short(service.opening_text or "", LONGEST_TEXT), MOST_RULES),
        spots=tuple(_spot(venue) for venue in venues),
        ways=on_paper.other_ways(listing),
        cost=card.cost_label,
        join=_join(card),
        phones=tuple(phones)[:2],
        written=None if phones else _written(listing),
        languages=card.languages_label,
        checked=_checked(listing),
    )


def _spot(venue: Venue) -> Spot:
    lines, postcode = on_paper.where_lines(venue)
    labels = BY_NAME["access"]
    facts = [labels.label_of(fact) for fact in labels.ids if fact in labels.at_venue and venue.facts.get(fact)]
    is_told = venue.privacy != "hidden" and bool(facts)
    return Spot(tuple(_short(line, LONGEST_TEXT) for line in lines), postcode, _(", ").join(facts) if is_told else None)


def _join(card: Card) -> str | None:
    """How to join, and what need not be done first."""
    if card.joining_label and card.joining_note:
        return _("%(way)s, %(note)s", way=card.joining_label, note=card.joining_note)
    return card.joining_label


def _written(listing: Listing) -> str | None:
    """Where to write or look, for who has no telephone number: an address that can be copied from paper."""
    website = (web_address(listing.service.url) or "").partition("://")[2].rstrip("/")
    return email_address(listing.service.email) or website[:LONGEST_TEXT] or None


def _checked(listing: Listing) -> str:
    """When somebody last confirmed it, as a date that is right on another day too."""
    fresh = freshness.of_listing(listing)
    if fresh.state == "doubted" or fresh.on is None:
        return freshness.label(fresh)
    return _("Checked on %(date)s.", date=wording.full_date(fresh.on)).rstrip(".")


def _short(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1].rpartition(" ")[0] + "…"

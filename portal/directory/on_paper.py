"""Lines of a listing for paper, where a reader has no page to turn to: when it happens, and where."""

from collections.abc import Iterable

from flask_babel import gettext as _

from portal.directory import timing
from portal.directory.details import Details
from portal.directory.listings import Listing, Venue
from portal.directory.occurrences import Timetable
from portal.directory.showing import where_of
from portal.geography.queries import area_name

NO_DETAILS = Details()


def when_lines(timetables: Iterable[Timetable], opening_text: str | None, most: int) -> tuple[str, ...]:
    """The rules of sessions, else of opening hours, else the group's own words. What is beyond the most is told by phone."""
    ordered = timing.in_week_order(timetables)
    shown = [one for one in ordered if not one.is_opening] or ordered
    rules = tuple(timing.rule_label(one) for one in shown[:most])
    if len(shown) > most:
        rules = (*rules, _("Phone to ask about other times"))
    return rules or ((opening_text,) if opening_text else ())


def where_lines(venue: Venue) -> tuple[tuple[str, ...], str | None]:
    """One place as private as it asked to be, and its postcode if that is public."""
    place = where_of(venue, NO_DETAILS)
    lines = [part for part in (place.name, _street(place.lines, venue)) if part]
    told = [_(", ").join(lines)] if lines else []
    told += [place.note.rstrip(".")] if place.note else []
    return tuple(told), place.postcode


def other_ways(listing: Listing) -> tuple[str, ...]:
    """How it reaches people who go nowhere for it."""
    ways = {"online": _("Online"), "phone": _("By phone"), "home_visit": _("They come to you")}
    return tuple(words for mode, words in ways.items() if mode in listing.modes)


def _street(lines: str, venue: Venue) -> str:
    """An address without its town where that is the council's own name: the postcode says it, and lines are short."""
    street, _comma, town = lines.rpartition(", ")
    return street if street and venue.postcode and town == area_name(venue.authority_code or "") else lines

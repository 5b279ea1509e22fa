"""What the page of one listing says, in the reader's words: every fact as a person would tell it.

What is not known is left out, but for getting in, where "not told us" is an answer people need.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from flask_babel import gettext as _

from portal.core import clock, wording
from portal.directory import audience, costs, freshness, space, timing
from portal.directory.addresses import email_address, web_address
from portal.directory.cards import Tag
from portal.directory.details import Details
from portal.directory.filters import BY_NAME
from portal.directory.languages import is_right_to_left, name_of
from portal.directory.listings import Listing, Venue
from portal.directory.needs import is_any_sensitive
from portal.directory.occurrences import Occurrence, Timetable, upcoming
from portal.geography.queries import area_name

NEXT_TIMES = 4
SAYS_NOT_NEEDED = ("appointment", "referral")
ONLY = frozenset({"women_only", "men_only"})
ICONS = {"near_bus": "bus", "step_free": "step-free", "parking": "pin"}


@dataclass(frozen=True)
class When:
    """When it happens at one place, or anywhere: sessions first. `place` names it where there are several.

    `dates` are told from today ("Tomorrow, ..."); `next` is the first of them as it may be read on another day.
    """

    place: str | None
    rules: tuple[str, ...]
    dates: tuple[str, ...]
    next: str | None
    closed: str | None
    opening: tuple[str, ...]


@dataclass(frozen=True)
class Access:
    """One fact about getting in. `icon` is that of its kind where the answer is yes."""

    text: str
    icon: str
    note: str | None = None


@dataclass(frozen=True)
class Where:
    """One place as readers may know it. `postcode` stands apart so that it is never mirrored or broken."""

    name: str | None = None
    lines: str = ""
    postcode: str | None = None
    note: str | None = None
    getting_there: str | None = None
    access: tuple[Access, ...] = ()
    untold: str | None = None
    directions: str | None = None


@dataclass(frozen=True)
class Shown:
    """The facts of one listing, ready to print. `direction` is that of the group's own texts.

    `bring_someone`: to be said besides `first_time`, which does not say it.
    """

    direction: Literal["ltr", "rtl"]
    tags: tuple[Tag, ...]
    what: tuple[str, ...]
    first_time: tuple[str, ...]
    bring_someone: bool
    who: tuple[str, ...]
    whens: tuple[When, ...]
    opening_text: str | None
    wheres: tuple[Where, ...]
    other_ways: tuple[str, ...]
    cost: tuple[str, ...]
    languages: tuple[str, ...]
    joining: tuple[str, ...]
    next_leaf: timing.Leaf | None
    coming: tuple[Occurrence, ...]
    review: tuple[str, ...]
    website: str | None
    email: str | None
    is_sensitive: bool


def shown(listing: Listing, details: Details) -> Shown:
    """What the page of a listing says today."""
    service = listing.service
    sessions = [one for one in listing.all_timetables if not one.is_opening]
    coming = tuple(upcoming(sessions, clock.now(), NEXT_TIMES))
    return Shown(
        direction="rtl" if is_right_to_left(service.lang) else "ltr",
        tags=tags_of(listing),
        what=what_happens(listing),
        first_time=tuple(line for line in service.first_visit if line),
        bring_someone=bool(service.bring_someone) and not any("bring" in line.lower() for line in service.first_visit),
        who=_who(listing),
        whens=_whens(listing),
        opening_text=service.opening_text,
        wheres=tuple(where_of(venue, details) for venue in listing.visited),
        other_ways=_other_ways(listing),
        cost=_cost(listing, details),
        languages=_languages(listing, details),
        joining=joining_of(listing),
        next_leaf=timing.leaf(coming[0]) if coming else None,
        coming=coming,
        review=_review(listing, details),
        website=web_address(service.url),
        email=email_address(service.email),
        is_sensitive=is_any_sensitive(frozenset(listing.needs)),
    )


def tags_of(listing: Listing) -> tuple[Tag, ...]:
    """Space, how to join where that is by dropping in, and freshness."""
    said = space.space_of(listing.service)
    fresh = freshness.of_listing(listing)
    tags = [Tag(space.TAG_KINDS[said.state], space.label(said))]
    if "drop_in" in listing.service.joining and said.state != "drop_in":
        tags.append(Tag("drop-in", _("Drop in")))
    return (*tags, Tag(freshness.TAG_KINDS[fresh.state], freshness.label(fresh)))


def what_happens(listing: Listing) -> tuple[str, ...]:
    """The description by paragraphs; a stated sentence where a source gave none; nothing where the summary says it all."""
    text = (listing.service.description or "").strip()
    if not text:
        return (_("No description given by the source."),) if listing.source else ()
    if text == (listing.service.summary or "").strip():
        return ()
    return tuple(part.strip() for part in text.replace("\r", "").split("\n") if part.strip())


def where_of(venue: Venue, details: Details) -> Where:
    """One place, as private as it asked to be."""
    if venue.privacy == "hidden":
        return Where(note=_("The address is given when you get in touch."))
    access, untold = _access(venue, details)
    if venue.privacy == "area":
        area = venue.place_name or area_name(venue.neighbourhood_code or "") or area_name(venue.authority_code or "")
        note = _("Near %(area)s. The address is given when you get in touch.", area=area) if area else None
        return Where(note=note or _("The address is given when you get in touch."), access=access, untold=untold)
    lines = venue.address
    if venue.postcode and lines.endswith(venue.postcode):
        lines = lines.removesuffix(venue.postcode).rstrip(", ")
    return Where(
        name=venue.name,
        lines=lines,
        postcode=venue.postcode,
        getting_there=details.getting_there.get(venue.location_id),
        access=access,
        untold=untold,
        directions=directions_to(venue),
    )


def directions_to(venue: Venue) -> str | None:
    """A map of another site with the way to a public place; none where the place is not public or not known."""
    if venue.privacy != "public" or venue.point is None:
        return None
    to = f"{venue.point[0]:.5f},{venue.point[1]:.5f}"
    return f"https://www.openstreetmap.org/directions?{urlencode({'to': to})}"


def joining_of(listing: Listing) -> tuple[str, ...]:
    """How to join: the group's own words, then what is true of each way in and not said yet."""
    service = listing.service
    own = service.how_to_join or ""
    lines = [own] if own else []
    is_said = any(word in own.lower() for word in SAYS_NOT_NEEDED)
    if "drop_in" in service.joining and not is_said:
        lines.append(_("You can just come. No appointment needed. You do not need a referral."))
    elif "self_refer" in service.joining and not is_said:
        lines.append(_("You can ask for yourself. You do not need a referral."))
    if "professional_only" in service.joining:
        only = _("A professional asks for you, such as your GP or a link worker.")
        lines.append(only if len(service.joining) == 1 else _("A professional can ask for you too."))
    return tuple(lines)


def _who(listing: Listing) -> tuple[str, ...]:
    service, labels = listing.service, BY_NAME["who"]
    lines = [service.who_for] if service.who_for else []
    chosen = [value for value in labels.ids if value in service.audiences]
    said = ONLY | ({"adults"} if service.who_for else frozenset())
    groups = [labels.label_of(value) for value in chosen if value not in said]
    lines += [_("%(group)s.", group=labels.label_of(value)) for value in chosen if value in ONLY]
    if service.anyone_welcome:
        lines.append(_("Anyone can come."))
    if age := _ages(service.minimum_age, service.maximum_age):
        lines.append(age)
    if groups:
        lines.append(_("For: %(groups)s.", groups=wording.and_list(groups)))
    excluded = [labels.label_of(value) for value in labels.ids if value in service.excluded_audiences]
    if excluded:
        lines.append(_("It is not for: %(groups)s.", groups=wording.or_list(excluded)))
    return tuple(lines)


def _ages(lowest: int | None, highest: int | None) -> str | None:
    if lowest and highest is not None and highest < audience.BANDS["50_plus"][1]:
        return _("For ages %(lowest)s to %(highest)s.", lowest=lowest, highest=highest)
    if lowest:
        return _("For ages %(lowest)s and over.", lowest=lowest)
    return _("For ages up to %(highest)s.", highest=highest) if highest is not None and highest < 120 else None


def _whens(listing: Listing) -> tuple[When, ...]:
    places = [(None, listing.timetables)]
    has_several = sum(bool(venue.timetables) for venue in listing.venues) > 1
    told = [(venue.name or venue.place_name if has_several else None, venue.timetables) for venue in listing.venues]
    whens = [_when(place, timetables) for place, timetables in [*places, *told] if timetables]
    return tuple(sorted(whens, key=lambda when: not when.rules))


def _when(place: str | None, timetables: tuple[Timetable, ...]) -> When:
    in_order = timing.in_week_order(timetables)
    sessions = [one for one in in_order if not one.is_opening]
    opening = [one for one in in_order if one.is_opening]
    coming = upcoming(sessions, clock.now(), NEXT_TIMES) if sessions else []
    with_times = len(sessions) > 1 or not timing.same_times(coming)
    return When(
        place=place,
        rules=tuple(_rule(one) for one in sessions),
        dates=tuple(timing.date_labels(coming, with_times=with_times)),
        next=timing.plain_date_label(coming[0]) if coming else None,
        closed=timing.closed_label(sessions or opening),
        opening=tuple(_rule(one) for one in opening),
    )


def _rule(timetable: Timetable) -> str:
    parts = [timing.rule_label(timetable)]
    if timetable.name:
        parts = [_("%(name)s: %(rule)s", name=timetable.name, rule=parts[0])]
    term = _("Not in school holidays") if timetable.off else None
    return ". ".join(
        part.rstrip(".") for part in (*parts, timing.bounds_label(timetable), term, timetable.note) if part
    )


def _access(venue: Venue, details: Details) -> tuple[tuple[Access, ...], str | None]:
    labels = BY_NAME["access"]
    asked = [value for value in labels.ids if value in labels.at_venue]
    lines = []
    for value in asked:
        note = details.access_notes.get((venue.location_id, value))
        if venue.facts.get(value):
            lines.append(Access(labels.label_of(value), ICONS.get(value, "tick"), note))
        elif value in venue.facts:
            lines.append(Access(_("No: %(fact)s", fact=labels.label_of(value)), "cross", note))
    untold = [labels.label_of(value) for value in asked if value not in venue.facts]
    said = _("Not told us: %(facts)s.", facts=wording.and_list(untold)) if untold else None
    return tuple(lines), said


def _other_ways(listing: Listing) -> tuple[str, ...]:
    ways = {"online": _("Online."), "phone": _("By phone."), "home_visit": _("They come to you.")}
    lines = [words for mode, words in ways.items() if mode in listing.modes]
    names = sorted({name for code in listing.areas if (name := area_name(code))})
    if listing.is_everywhere:
        lines.append(_("For people anywhere in the country."))
    elif names:
        lines.append(_("For people in %(areas)s.", areas=wording.and_list(names)))
    return tuple(lines)


def _cost(listing: Listing, details: Details) -> tuple[str, ...]:
    lines = [label] if (label := costs.label(listing.costs)) else []
    told = costs.current(listing.costs)
    lines += [line for one in told if len(told) > 1 and (line := costs.option_label(one))]
    lines += [*details.cost_notes, *([listing.service.fees] if listing.service.fees else [])]
    return tuple(dict.fromkeys(lines))


def _languages(listing: Listing, details: Details) -> tuple[str, ...]:
    if not listing.languages:
        return ()
    names = [name_of(code) for code in listing.languages]
    notes = [
        _("%(language)s: %(note)s", language=name_of(code), note=note) for code, note in details.language_notes.items()
    ]
    return (wording.and_list(names), *notes)


def _review(listing: Listing, details: Details) -> tuple[str, ...]:
    """Who checked it and when; an import was checked by nobody yet."""
    service = listing.service
    if service.assured_date is None:
        if details.origin is None:
            return (_("Not checked by us yet."),)
        fetched = wording.full_date(clock.local(details.origin.fetched_at).date())
        return (
            _("From %(source)s, not checked by us yet.", source=details.origin.name),
            _("We copied it on %(date)s.", date=fetched),
        )
    day = wording.full_date(service.assured_date)
    checked = {
        "group": _("Checked by the group on %(date)s.", date=day),
        "moderator": _("Checked by our team on %(date)s.", date=day),
    }.get(service.assured_by or "", _("Checked on %(date)s.", date=day))
    return (checked,)

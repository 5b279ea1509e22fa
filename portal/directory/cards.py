"""What a result card shows of a listing, in the reader's words."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from math import asin, cos, radians, sin, sqrt
from typing import Literal
from uuid import UUID

from flask_babel import get_locale
from markupsafe import Markup, escape

from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.directory import costs, freshness, space
from portal.directory.languages import is_right_to_left, name_of
from portal.directory.listings import REMOTE_MODES, Listing, Venue
from portal.directory.models import Service
from portal.directory.needs import is_any_sensitive
from portal.directory.occurrences import Occurrence, upcoming
from portal.directory.snippets import snippet
from portal.geography.places import Place
from portal.search.port import Hit

EARTH_KM = 6371.0088
LONGEST_LINE = 160
LONGEST_SLUG = 80
LONGEST_WHEN = 90


@dataclass(frozen=True)
class Tag:
    """A small label. `kind` decides its look: space, drop-in, wait, full, ask, checked, stale, source."""

    kind: str
    text: str


@dataclass(frozen=True)
class Card:
    """One result. Labels are whole, translated and ready to print; none means that the fact is not known.

    `line` is at most 160 characters; `when` is a sentence with the day in bold; `reach_label` says why the listing is here
    when distance does not.
    """

    id: UUID
    slug: str
    name: str
    organisation: str
    organisation_id: UUID
    line: str
    lang: str
    direction: Literal["ltr", "rtl"]
    language_note: str | None = None
    snippet: Markup | None = None
    when: Markup | None = None
    when_icon: str = "calendar"
    distance_label: str | None = None
    place_label: str | None = None
    reach_label: str | None = None
    cost_label: str | None = None
    joining_label: str | None = None
    joining_note: str | None = None
    languages_label: str | None = None
    is_step_free: bool = False
    space: Tag | None = None
    freshness: Tag | None = None
    is_saved: bool = False
    can_save: bool = True


def card_of(
    listing: Listing,
    *,
    place: Place | None = None,
    hit: Hit | None = None,
    saved: frozenset[UUID] = frozenset(),
    words: str = "",
) -> Card:
    """A listing as a card. `hit` tells how far it is and why it is here; `words` are marked in its text."""
    service = listing.service
    line = line_of(service)
    when, icon = _when(listing, hit)
    kind, joining, note = _joining(listing)
    is_foreign = not _same_language(service.lang)
    return Card(
        id=listing.id,
        slug=slug_of(service.name),
        name=service.name,
        organisation=listing.organisation,
        organisation_id=service.organization_id,
        line=line or _("No description given by the source."),
        lang=service.lang if line else "",
        direction="rtl" if line and is_right_to_left(service.lang) else "ltr",
        language_note=_("This description is in %(language)s", language=name_of(service.lang))
        if line and is_foreign
        else None,
        snippet=snippet(service.description or "", words, shown=f"{service.name} {line}") if words else None,
        when=when,
        when_icon=icon,
        distance_label=_distance(listing, hit),
        place_label=_place(listing, hit, place),
        reach_label=_reach(listing, hit, place),
        cost_label=costs.label(listing.costs),
        joining_label=joining,
        joining_note=note,
        languages_label=_languages(listing),
        is_step_free=any(venue.facts.get("step_free") is True for venue in listing.visited),
        space=_space(listing, kind),
        freshness=_freshness(listing),
        is_saved=listing.id in saved,
        can_save=not is_any_sensitive(frozenset(listing.needs)),
    )


def slug_of(name: str) -> str:
    """The part of an address that says a name: plain letters and hyphens, never empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-") or "service"


def line_of(service: Service) -> str:
    """One plain line of at most 160 characters: the summary, else the start of the description. Empty where there is none."""
    return wording.shortened(service.summary or service.description or "", LONGEST_LINE)


def nearest_venue(listing: Listing, place: Place | None) -> Venue | None:
    """The place of a listing that may be known and lies nearest; the first that may be known where no place was given."""
    shown = [venue for venue in listing.visited if venue.point is not None]
    if place is None or not shown:
        return next(iter(shown), next((venue for venue in listing.visited if venue.privacy != "hidden"), None))
    return min(shown, key=lambda venue: distance_km((place.lat, place.lon), venue.point or (0.0, 0.0)))


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two points (latitude, longitude; degrees, WGS 84)."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


def _when(listing: Listing, hit: Hit | None) -> tuple[Markup | None, str]:
    """When it happens next, with the day in bold, and the icon for it."""
    now = clock.now()
    wanted = hit.next_start if hit is not None else None
    after = datetime.fromtimestamp(wanted * 60, UTC) if wanted is not None and wanted * 60 > now.timestamp() else now
    found = _next(listing, after)
    if found is None:
        return _without_dates(listing)
    time, is_opening = found
    if time.start <= now:
        state = Markup("<strong>%s</strong>") % (_("Open now") if is_opening else _("On now"))
        return _html(_l("%(now)s, until %(end)s"), now=state, end=wording.clock_time(time.known_end)), "clock"
    hours = wording.time_range(time.start, time.end)
    date = clock.local(time.start).date()
    near = (date - clock.today()).days
    if near in (0, 1):
        if is_opening:
            pattern, day = _l("Open %(day)s, %(hours)s"), _("tomorrow") if near else _("today")
        else:
            pattern, day = _l("%(day)s, %(hours)s"), _("Tomorrow") if near else _("Today")
    else:
        pattern = _l("Open %(day)s, %(hours)s") if is_opening else _l("Next: %(day)s, %(hours)s")
        day = wording.day(date)
    return _html(pattern, day=Markup("<strong>%s</strong>") % day, hours=hours), "calendar"


def _html(pattern: object, **parts: object) -> Markup:
    """A translated sentence with parts that are escaped unless they are HTML of ours."""
    return escape(str(pattern)) % parts


def _next(listing: Listing, after: datetime) -> tuple[Occurrence, bool] | None:
    """The next time people meet, else the next time it is open, and which of the two it is."""
    sessions = [table for table in listing.all_timetables if not table.is_opening]
    openings = [table for table in listing.all_timetables if table.is_opening]
    for tables, is_opening in ((sessions, False), (openings, True)):
        if tables and (times := upcoming(tables, after, 1)):
            return times[0], is_opening
    return None


def _without_dates(listing: Listing) -> tuple[Markup | None, str]:
    if text := (listing.service.opening_text or "").strip():
        short = text if len(text) <= LONGEST_WHEN else text[: LONGEST_WHEN - 1].rpartition(" ")[0] + "…"
        return Markup("%s") % short, "calendar"
    if listing.modes == {"phone"}:
        return Markup("<strong>%s</strong>") % _("By phone"), "phone"
    return None, "calendar"


def _joining(listing: Listing) -> tuple[str, str | None, str | None]:
    """How to join: its value, its words, and what need not be done first."""
    joining = listing.service.joining
    if "drop_in" in joining:
        return "drop_in", _("Drop in"), _("no appointment needed")
    if "self_refer" in joining:
        return "self_refer", _("Refer yourself"), _("no referral needed")
    if "professional_only" in joining:
        return "professional_only", _("Through a professional"), None
    return "", None, None


def _distance(listing: Listing, hit: Hit | None) -> str | None:
    """How far it is. Nothing where no place of it may be known any more, even if the index still knows one."""
    if hit is None or hit.distance_km is None or not any(venue.point for venue in listing.visited):
        return None
    return away_label(hit.distance_km)


def away_label(km: float) -> str:
    """How far it is, to stand by itself: "Under half a mile"."""
    words = wording.miles(km)
    return words[:1].upper() + words[1:]


def _place(listing: Listing, hit: Hit | None, place: Place | None) -> str | None:
    if hit is not None and hit.reach in {"remote", "everywhere"}:
        return None
    venue = nearest_venue(listing, place)
    return None if venue is None else venue.place_name or venue.name


def _reach(listing: Listing, hit: Hit | None, place: Place | None) -> str | None:
    """Why it is here, where that is not because it is near."""
    if hit is not None and hit.reach == "near":
        return None
    if hit is not None and hit.reach == "serves" and place is not None:
        where = place.authority_name or place.neighbourhood_name or place.shared
        if "home_visit" in listing.modes:
            return _("Comes to you in %(area)s", area=where)
        return _("For people in %(area)s", area=where)
    if hit is not None and hit.reach == "everywhere" and not listing.modes & REMOTE_MODES:
        return _("For people anywhere in the UK")
    if listing.visited and (hit is None or hit.reach == "none"):
        return None
    if listing.modes >= REMOTE_MODES:
        return _("Online or by phone")
    if "online" in listing.modes:
        return _("Online")
    return _("By phone") if "phone" in listing.modes else None


def _languages(listing: Listing) -> str | None:
    """Languages spoken there: English first, sign language last."""
    codes = sorted(set(listing.languages), key=lambda code: (code != "en", code == "bsl", code))
    return _(", ").join(name_of(code) for code in codes) or None


def _space(listing: Listing, joining: str) -> Tag | None:
    said = space.space_of(listing.service)
    if said.state == "ask" and joining == "professional_only":
        return None
    return Tag(space.TAG_KINDS[said.state], space.label(said))


def _freshness(listing: Listing) -> Tag:
    fresh = freshness.of_listing(listing)
    return Tag(freshness.TAG_KINDS[fresh.state], freshness.label(fresh))


def _same_language(code: str) -> bool:
    reader = get_locale()
    return reader is None or code.partition("-")[0].lower() == reader.language

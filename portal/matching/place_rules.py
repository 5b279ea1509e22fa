"""Rules about where and how: the area it is for, how far it is, and whether people meet, phone, write or are visited."""

from collections.abc import Iterable

from portal.core import wording
from portal.core.i18n import gettext as _
from portal.directory.filters import BY_NAME
from portal.directory.listings import REMOTE_MODES
from portal.geography.places import Place
from portal.matching.looks import Look
from portal.matching.verdicts import Said, ask, fits, misfit

MOST_AREAS = 3
"""So many areas are named; more would be read by nobody."""


def area(look: Look) -> Said | None:
    """Whether it is for people who live there, or near enough to go to."""
    listing, place = look.listing, look.wanted.place
    if listing.is_everywhere:
        return fits(_("For people anywhere in the UK"))
    if place is None:
        return _without_place(look)
    if listing.areas:
        return _by_area(look, place)
    if look.wanted.how == {"home_visit"} and "home_visit" in look.ways:
        return ask(_("Ask whether they come to %(place)s: they have not told us", place=place.shared))
    if look.km is not None:
        return fits(_("In reach: %(distance)s", distance=wording.miles(look.km)))
    if look.ways & REMOTE_MODES:
        return fits(_("Online or by phone, wherever you live"))
    return ask(_("Ask whether they help people in %(place)s: they have not told us", place=place.shared))


def distance(look: Look) -> Said | None:
    """Whether it is farther than they would go. What comes to them, or is used at home, is not."""
    most = look.wanted.within_km
    if most is None or look.km is None or look.km <= most:
        return None
    far = wording.miles(look.km)
    if not look.is_visited:
        return None
    if look.has_other_way:
        return ask(_("Ask about joining without going there: it is %(distance)s away", distance=far))
    return misfit(_("Too far: %(distance)s", distance=far))


def how(look: Look) -> Said | None:
    """Whether it happens in a way that they want."""
    wanted = look.wanted.how
    if not wanted:
        return None
    if not look.ways:
        return ask(_("Ask how it happens: they have not told us"))
    if wanted & look.ways:
        return fits(labels("how", wanted & look.ways))
    return misfit(_("Only this way: %(ways)s", ways=labels("how", look.ways)))


def labels(name: str, values: Iterable[str]) -> str:
    """Values of a filter in words, in the order of its table."""
    known = frozenset(values)
    return wording.comma_list([BY_NAME[name].label_of(one) for one in BY_NAME[name].ids if one in known])


def _without_place(look: Look) -> Said:
    if look.ways & REMOTE_MODES and not look.listing.areas:
        return fits(_("Online or by phone, wherever you live"))
    return ask(_("Look where it is: we do not know where you are"))


def _by_area(look: Look, place: Place) -> Said:
    """It has told for whom it is: for people of some areas."""
    if look.listing.areas & place.area_codes:
        if "home_visit" in look.ways:
            return fits(_("Comes to %(place)s", place=place.shared))
        return fits(_("For people in %(place)s", place=place.shared))
    codes = look.listing.areas
    names = sorted({look.names[code] for code in codes if look.names.get(code, code) != code})
    if not names or len(names) > MOST_AREAS or len(names) < len(codes):
        return misfit(_("Only for people of another area"))
    return misfit(_("Only for people in %(areas)s", areas=wording.or_list(names)))

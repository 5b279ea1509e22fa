"""Why two listings may be one, in words: the signs that weigh most."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.moderation.models import DuplicatePair

SIGNS: Mapping[str, LazyString] = MappingProxyType(
    {
        "register same": _l("Same number in a public register"),
        "registered twice": _l("Same name, registered twice"),
        "phone same": _l("Same phone number"),
        "mail same": _l("Same e-mail address"),
        "postcode same": _l("Same postcode"),
        "within 150 m": _l("A few steps apart"),
        "within 1 km": _l("Less than a kilometre apart"),
        "house number same": _l("Same house number"),
        "address": _l("Addresses alike"),
        "name": _l("Names alike"),
        "each told": _l("Names alike"),
        "name held": _l("One name holds the other"),
        "at venue": _l("One is named after the place of the other"),
        "one timetable": _l("Same days and times"),
        "days": _l("Same days"),
        "times": _l("Same times"),
        "text": _l("Descriptions alike"),
        "postcode other": _l("Different postcodes"),
        "house number other": _l("Different house numbers"),
        "days other": _l("Different days"),
        "web other": _l("Different websites"),
        "phone other": _l("Different phone numbers"),
        "register other": _l("Different numbers in one register"),
        "set apart": _l("A word sets the names apart"),
        "one organisation": _l("Listed by one organisation"),
        "one source": _l("From one list"),
        "beyond 3 km": _l("More than three kilometres apart"),
    }
)
MOST = 6
LEAST = 0.25


def signs_of(pair: DuplicatePair) -> list[tuple[bool, LazyString]]:
    """What speaks for (True) and against a pair being one, weightiest first. At most six."""
    return signs_in(pair.shares)


def signs_in(shares: Mapping[str, float]) -> list[tuple[bool, LazyString]]:
    """The same of the shares of a likeness."""
    weighed = sorted(shares.items(), key=lambda sign: -abs(sign[1]))
    return [(share > 0, SIGNS[name]) for name, share in weighed if name in SIGNS and abs(share) >= LEAST][:MOST]

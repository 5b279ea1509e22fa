"""The filters of search, as one table. Form, page, index, command line and tests walk it: adding one is adding a row.

Ids of values are those that `design/interface.md` promises. What a listing has not told is never taken for a yes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.directory import audience, costs, space
from portal.directory.languages import LANGUAGE_VALUES
from portal.directory.listings import Listing
from portal.directory.needs import in_groups

Values = frozenset[str]
Reader = Callable[[Listing], Values]
Source = Literal["facet", "when", "within"]

NOTHING: Values = frozenset()
ALIASES: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType({("access", "bsl"): ("language", "bsl")})
"""Values that are promised under one name and kept under another."""


@dataclass(frozen=True)
class Value:
    """One tick of a filter: its id, the words beside the box, and the heading over it where the filter has several."""

    id: str
    label: LazyString | str
    group: LazyString | str | None = None


@dataclass(frozen=True)
class Filter:
    """One filter. `told` and `denied` say which values a listing has told yes or no to; the rest it has not told us.

    `every`: each tick is needed, otherwise one is enough. `at_venue`: values that hold only at a place within reach.
    `source` "when" is worked out from sessions at the moment of the search, "within" from distance. `without` are the
    words of a link that takes the filter off; `untold` says how many told nothing about it, `untold_value` about one value.
    """

    name: str
    title: LazyString
    values: tuple[Value, ...]
    without: LazyString
    told: Reader = lambda _listing: NOTHING
    denied: Reader = lambda _listing: NOTHING
    source: Source = "facet"
    kind: Literal["radio", "checkbox"] = "checkbox"
    every: bool = False
    is_folded: bool = False
    at_venue: Values = NOTHING
    untold: Callable[[int], str] | None = None
    untold_value: Mapping[str, Callable[[int], str]] | None = None

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of its values, in order."""
        return tuple(value.id for value in self.values)

    def label_of(self, value: str) -> str:
        """The words beside a value, in the reader's language."""
        return str(self._labels.get(value, value))

    @cached_property
    def _labels(self) -> Mapping[str, LazyString | str]:
        return {one.id: one.label for one in self.values}


def _rest_of(name: str, told: Reader) -> Reader:
    """For facets that are told as a whole: who has told some values has denied the others."""

    def denied(listing: Listing) -> Values:
        values = told(listing)
        return frozenset(BY_NAME[name].ids) - values if values else NOTHING

    return denied


def _costs(listing: Listing) -> Values:
    return costs.values(listing.costs)


def _modes(listing: Listing) -> Values:
    return listing.modes


def _joining(listing: Listing) -> Values:
    return frozenset(listing.service.joining)


def _access(listing: Listing) -> Values:
    facts = {fact for venue in listing.visited for fact, is_so in venue.facts.items() if is_so}
    return frozenset(facts | ({"bring_someone"} if listing.service.bring_someone else set()))


def _no_access(listing: Listing) -> Values:
    facts = {fact for venue in listing.visited for fact, is_so in venue.facts.items() if not is_so}
    return frozenset(facts | ({"bring_someone"} if listing.service.bring_someone is False else set())) - _access(
        listing
    )


def _space(listing: Listing) -> Values:
    return frozenset({"now"}) if space.space_of(listing.service).state == "space" else NOTHING


def _no_space(listing: Listing) -> Values:
    return frozenset({"now"}) if space.space_of(listing.service).state in {"wait", "full", "paused"} else NOTHING


FILTERS: tuple[Filter, ...] = (
    Filter(
        "within",
        _l("Distance"),
        (
            Value("1", _l("1 mile")),
            Value("3", _l("3 miles")),
            Value("5", _l("5 miles")),
            Value("10", _l("10 miles")),
            Value("all", _l("Whole area")),
        ),
        without=_l("Whole area"),
        source="within",
        kind="radio",
    ),
    Filter(
        "join",
        _l("Joining"),
        (
            Value("drop_in", _l("Drop in")),
            Value("self_refer", _l("Refer yourself")),
            Value("professional_only", _l("Needs a professional")),
        ),
        without=_l("Any way to join"),
        told=_joining,
        denied=_rest_of("join", _joining),
        untold=lambda n: ngettext(
            "%(num)s more has not told us how to join.", "%(num)s more have not told us how to join.", n
        ),
    ),
    Filter(
        "when",
        _l("When"),
        (
            Value("open_now", _l("Open now")),
            Value("today", _l("Today")),
            Value("tonight", _l("Tonight")),
            Value("this_week", _l("This week")),
            Value("evening", _l("Evening")),
            Value("weekend", _l("Weekend")),
            Value("mon", _l("Monday")),
            Value("tue", _l("Tuesday")),
            Value("wed", _l("Wednesday")),
            Value("thu", _l("Thursday")),
            Value("fri", _l("Friday")),
            Value("sat", _l("Saturday")),
            Value("sun", _l("Sunday")),
        ),
        without=_l("Any day"),
        source="when",
    ),
    Filter(
        "cost",
        _l("Cost"),
        (
            Value("free", _l("Free")),
            Value("donation", _l("Donation")),
            Value("low_cost", _l("Up to £5")),
            Value("paid", _l("More")),
        ),
        without=_l("Any cost"),
        told=_costs,
        denied=_rest_of("cost", _costs),
        untold=lambda n: ngettext(
            "%(num)s more has not told us what it costs.", "%(num)s more have not told us what they cost.", n
        ),
    ),
    Filter(
        "access",
        _l("Getting in"),
        (
            Value("step_free", _l("Step-free")),
            Value("accessible_toilet", _l("Accessible toilet")),
            Value("hearing_loop", _l("Hearing loop")),
            Value("quiet_space", _l("Quiet space")),
            Value("near_bus", _l("Near a bus stop")),
            Value("parking", _l("Parking")),
            Value("bring_someone", _l("Bring someone")),
        ),
        without=_l("Any way of getting in"),
        told=_access,
        denied=_no_access,
        every=True,
        at_venue=frozenset({"step_free", "accessible_toilet", "hearing_loop", "quiet_space", "near_bus", "parking"}),
        untold=lambda n: ngettext(
            "%(num)s more has not told us about getting in.", "%(num)s more have not told us about getting in.", n
        ),
        untold_value={
            "step_free": lambda n: ngettext(
                "%(num)s more has not told us if it is step-free.",
                "%(num)s more have not told us if they are step-free.",
                n,
            ),
            "accessible_toilet": lambda n: ngettext(
                "%(num)s more has not told us if it has an accessible toilet.",
                "%(num)s more have not told us if they have an accessible toilet.",
                n,
            ),
            "hearing_loop": lambda n: ngettext(
                "%(num)s more has not told us if it has a hearing loop.",
                "%(num)s more have not told us if they have a hearing loop.",
                n,
            ),
            "quiet_space": lambda n: ngettext(
                "%(num)s more has not told us if it has a quiet space.",
                "%(num)s more have not told us if they have a quiet space.",
                n,
            ),
            "near_bus": lambda n: ngettext(
                "%(num)s more has not told us if it is near a bus stop.",
                "%(num)s more have not told us if they are near a bus stop.",
                n,
            ),
            "parking": lambda n: ngettext(
                "%(num)s more has not told us if it has parking.",
                "%(num)s more have not told us if they have parking.",
                n,
            ),
            "bring_someone": lambda n: ngettext(
                "%(num)s more has not told us if you can bring someone.",
                "%(num)s more have not told us if you can bring someone.",
                n,
            ),
        },
    ),
    Filter(
        "how",
        _l("How it happens"),
        (
            Value("in_person", _l("In person")),
            Value("online", _l("Online")),
            Value("phone", _l("Phone")),
            Value("home_visit", _l("Comes to you")),
        ),
        without=_l("In person, online or by phone"),
        told=_modes,
        denied=_rest_of("how", _modes),
        is_folded=True,
        at_venue=frozenset({"in_person"}),
        untold=lambda n: ngettext(
            "%(num)s more has not told us how it happens.", "%(num)s more have not told us how they happen.", n
        ),
    ),
    Filter(
        "who",
        _l("Who it is for"),
        (
            Value("children", _l("Children")),
            Value("under_18", _l("11 to 17")),
            Value("18_25", _l("18 to 25")),
            Value("adults", _l("Adults")),
            Value("50_plus", _l("50+")),
            Value("65_plus", _l("65+")),
            Value("women_only", _l("Women only")),
            Value("men_only", _l("Men only")),
            Value("carers", _l("Carers")),
            Value("parents", _l("Parents")),
            Value("lgbtq", _l("LGBTQ+")),
            Value("veterans", _l("Veterans")),
        ),
        without=_l("For anyone"),
        told=audience.told,
        denied=audience.denied,
        is_folded=True,
        untold=lambda n: ngettext(
            "%(num)s more has not told us who it is for.", "%(num)s more have not told us who they are for.", n
        ),
    ),
    Filter(
        "language",
        _l("Language and BSL"),
        tuple(Value(code, label) for code, label in LANGUAGE_VALUES.items()),
        without=_l("In any language"),
        told=lambda listing: frozenset(listing.languages),
        is_folded=True,
        untold=lambda n: ngettext(
            "%(num)s more has not told us which languages it speaks.",
            "%(num)s more have not told us which languages they speak.",
            n,
        ),
    ),
    Filter(
        "topic",
        _l("Topic"),
        tuple(Value(need.id, need.label, group.label) for group, needs in in_groups() for need in needs),
        without=_l("Any topic"),
        told=lambda listing: frozenset(listing.needs),
        is_folded=True,
    ),
    Filter(
        "space",
        _l("Has space now"),
        (Value("now", _l("Has space now")),),
        without=_l("With or without space"),
        told=_space,
        denied=_no_space,
        is_folded=True,
        untold=lambda n: ngettext(
            "%(num)s more has not told us if it has space.", "%(num)s more have not told us if they have space.", n
        ),
    ),
)

BY_NAME: Mapping[str, Filter] = MappingProxyType({one.name: one for one in FILTERS})

FACETS: tuple[Filter, ...] = tuple(one for one in FILTERS if one.source == "facet")
"""The filters whose values are kept with each listing in the index."""


def told_by(listing: Listing) -> dict[str, Values]:
    """What a listing has told, filter by filter; only values that can be ticked."""
    told = {one.name: one.told(listing) & frozenset(one.ids) for one in FACETS}
    return {name: values for name, values in told.items() if values}


def denied_by(listing: Listing) -> dict[str, Values]:
    """What a listing has said no to, filter by filter."""
    denied = {one.name: one.denied(listing) & frozenset(one.ids) for one in FACETS}
    return {name: values for name, values in denied.items() if values}

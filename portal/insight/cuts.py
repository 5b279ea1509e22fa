"""Along what a measure can be cut, and the categories of each cut. Fixed lists: which rows there are says nothing of anybody.

A `partition` puts everybody of a measure into exactly one category, so its cells add up to the same unpublished number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.directory.needs import NEEDS
from portal.insight.spoken import OWN_NAMES, named_later
from portal.people.items import AGE_GROUPS
from portal.voice.kinds import HELPED

By = Literal["neighbourhood", "need", "reason", "age", "language", "access", "fifth", "group", "listing"]
Words = Mapping[str, LazyString | str]
NOT_TOLD = "-"
"""The category of those of whom it is not known."""

ACCESS: Words = {
    "none": _l("Told us that they need nothing"),
    "interpreter": _l("An interpreter, or British Sign Language"),
    "formats": _l("Reading: large print, Easy Read, braille or audio"),
    "getting-in": _l("Getting in and about"),
    "other": _l("Something else that helps them take part"),
    "several": _l("More than one of these"),
    NOT_TOLD: _l("Not asked yet"),
}
LANGUAGES: Words = {
    **{code: named_later(code) for code in OWN_NAMES},
    "bfi": _l("British Sign Language (BSL)"),
    "other": _l("Another language"),
    NOT_TOLD: _l("Not told"),
}
FIFTHS: Words = {
    "1": _l("1, the most deprived fifth"),
    "2": "2",
    "3": "3",
    "4": "4",
    "5": _l("5, the least deprived fifth"),
    NOT_TOLD: _l("Not known"),
}
REASON_GROUPS: Words = {
    "no-capacity": _l("Full"),
    "not-funded": _l("Not funded to take this"),
    "out-of-area": _l("Outside our area"),
    "not-eligible": _l("Not right for the person"),
    "no-contact": _l("Could not reach the person"),
    "no-longer-wants": _l("The person said no"),
    "other": _l("Another reason"),
}
"""What a decline is counted under; codes that are not named here are "other"."""
UNMET = frozenset({"no-capacity", "not-funded", "out-of-area"})
"""Reasons that say what is missing, rather than that it did not fit the person."""


@dataclass(frozen=True)
class Cut:
    """One way to cut. `column`: of a fact. `has_places`: there is a row for each neighbourhood; `has_listings`: for each listing
    of the area that is live when its figures are made; without, one row for the area.

    `label`: its heading. `categories`: all there are; empty where rows are neighbourhoods or groups alone.
    """

    id: By
    label: LazyString
    column: str | None
    categories: Callable[[], Words]
    has_places: bool = False
    has_listings: bool = False
    is_partition: bool = False


def _none() -> Words:
    return {"": ""}


CUTS: dict[By, Cut] = {
    cut.id: cut
    for cut in (
        Cut("neighbourhood", _l("Neighbourhood"), None, _none, has_places=True, is_partition=True),
        Cut("need", _l("Need"), "need", lambda: {**{one.id: one.label for one in NEEDS.values()}, NOT_TOLD: _l("Not told")},
            has_places=True),
        Cut("reason", _l("Reason"), "reason", lambda: REASON_GROUPS, has_places=True),
        Cut("age", _l("Age group"), "age", lambda: {**AGE_GROUPS, NOT_TOLD: _l("Not told")}, is_partition=True),
        Cut("language", _l("Language"), "language", lambda: LANGUAGES, is_partition=True),
        Cut("access", _l("Access needs"), "access", lambda: ACCESS, is_partition=True),
        Cut("fifth", _l("Deprivation, by fifths of the nation"), "fifth", lambda: FIFTHS, is_partition=True),
        Cut("group", _l("Organisation"), "organization", _none),
        Cut("listing", _l("Listing"), "reason", lambda: HELPED, has_listings=True, is_partition=True),
    )
}  # fmt: skip
FAIRNESS: tuple[By, ...] = ("age", "language", "access", "fifth")

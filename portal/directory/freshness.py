"""How long ago someone confirmed a listing, and what that does to it. Source: journeys.md 5, the freshness tag."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from dateutil.relativedelta import relativedelta

from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.directory.listings import Listing

State = Literal["this_month", "checked", "stale", "expired", "imported", "unchecked", "doubted"]

CHECKED_FOR = relativedelta(months=6)
SHOWN_FOR = relativedelta(months=12)

TAG_KINDS: dict[State, str] = {
    "this_month": "checked",
    "checked": "checked",
    "stale": "stale",
    "expired": "stale",
    "imported": "source",
    "unchecked": "source",
    "doubted": "stale",
}
SINKS: dict[State, int] = {
    "this_month": 0, "checked": 0, "stale": 2, "expired": 9, "imported": 3, "unchecked": 3, "doubted": 4,
}  # fmt: skip
"""How far each state lowers a listing among equal matches."""


@dataclass(frozen=True)
class Freshness:
    """How fresh a listing is. `on` is when it was last confirmed; `source` where it was imported from, if never."""

    state: State
    on: date | None = None
    source: str | None = None


def freshness_of(
    assured: date | None, source: str | None, today: date | None = None, *, is_doubted: bool = False
) -> Freshness:
    """How fresh a listing is today, from the date it was last confirmed and the name of its source, if imported.

    `is_doubted`: visitors have told us that something is wrong, and nobody has looked yet. It hides how old the check is, but
    never brings back what is too old to show.
    """
    today = today or clock.today()
    if is_doubted and (assured is None or assured >= oldest_shown(today)):
        return Freshness("doubted", assured, source)
    if assured is None:
        return Freshness("imported", source=source) if source else Freshness("unchecked")
    if (assured.year, assured.month) >= (today.year, today.month):
        return Freshness("this_month", assured)
    if assured >= _ago(CHECKED_FOR, today):
        return Freshness("checked", assured)
    return Freshness("stale" if assured >= oldest_shown(today) else "expired", assured)


def of_listing(listing: Listing) -> Freshness:
    """How fresh a listing is today."""
    service = listing.service
    return freshness_of(service.assured_date, listing.source, is_doubted=service.doubted_at is not None)


def oldest_shown(today: date | None = None) -> date:
    """What was confirmed before this date is out of public results. What was never confirmed is not."""
    return _ago(SHOWN_FOR, today or clock.today())


def label(freshness: Freshness) -> str:
    """The words of the tag."""
    if freshness.state == "this_month":
        return _("Checked this month")
    if freshness.state == "doubted":
        return _("Someone told us this may be wrong - phone first")
    if freshness.state == "imported":
        return _("From %(source)s, not checked by us yet", source=freshness.source)
    if freshness.on is None:
        return _("Not checked by us yet")
    month = wording.month(freshness.on)
    if freshness.state == "checked":
        return _("Checked %(month)s", month=month)
    return _("Not checked since %(month)s - phone first", month=month)


@lru_cache(maxsize=64)
def _ago(span: relativedelta, day: date) -> date:
    return day - span

"""Quarters of the year, the only lengths of time for which figures are kept and published.

They begin with January, April, July and October, as the years of money count too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portal.core import clock
from portal.core.extensions import settings
from portal.core.i18n import gettext as _

SLUG = re.compile(r"(20[0-9]{2})-q([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter. `number`: 1 to 4."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)

    @property
    def after(self) -> date:
        """The day after its last."""
        return self.following.first

    @property
    def following(self) -> "Quarter":
        """The one after it."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def before(self) -> "Quarter":
        """The one before it."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def slug(self) -> str:
        """As addresses name it: "2026-q4"."""
        return f"{self.year}-q{self.number}"

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.last < clock.today()

    @property
    def due_on(self) -> date:
        """The first day on which its figures may be made and published: what is noted late is waited for."""
        return self.after + timedelta(days=settings().insight_days)

    @property
    def is_due(self) -> bool:
        """Whether it ended that long ago."""
        return clock.today() >= self.due_on

    @property
    def label(self) -> str:
        """ "October to December 2026"."""
        year = self.year
        return {
            1: _("January to March %(year)s", year=year),
            2: _("April to June %(year)s", year=year),
            3: _("July to September %(year)s", year=year),
            4: _("October to December %(year)s", year=year),
        }[self.number]


def quarter_of(day: date) -> Quarter:
    """The one that a day is in."""
    return Quarter(day.year, (day.month + 2) // 3)


def this_quarter() -> Quarter:
    """The one that we are in."""
    return quarter_of(clock.today())


def quarter_named(slug: str) -> Quarter | None:
    """The one that an address names; None where it names none."""
    found = SLUG.fullmatch(slug)
    return Quarter(int(found[1]), int(found[2])) if found else None


def quarters_between(first: date, last: date) -> Iterator[Quarter]:
    """Those that have a day from the first day to the last, in order."""
    quarter, end = quarter_of(first), quarter_of(last)
    while quarter <= end:
        yield quarter
        quarter = quarter.following

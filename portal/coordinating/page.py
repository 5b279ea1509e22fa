"""The page of a coordinator, put together: views of one patch, each at its own address, with its counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil
from typing import TypeVar
from uuid import UUID

from flask_babel.speaklater import LazyString

from portal.coordinating import stale
from portal.coordinating.areas import Patch, owners_of, teams_in
from portal.coordinating.groups import Group, Held, groups_of, new_of, stale_of
from portal.coordinating.questions import Standing, questions_of
from portal.coordinating.stale import NOTHING, Told
from portal.core import clock
from portal.core.i18n import lazy_gettext as _l
from portal.core.remembered import remembered
from portal.core.viewer import Viewer
from portal.directory.queries import listings_in
from portal.neighbourhoods.week import week_of
from portal.teams.models import Team

Row = TypeVar("Row")
A_PAGE = 50
FIRST_FEW = 5
SECONDS = 300.0
VIEWS: dict[str, LazyString] = {
    "overview": _l("Overview"),
    "groups": _l("Groups"),
    "stale": _l("Not checked in 90 days"),
    "new": _l("New groups"),
    "questions": _l("Questions"),
    "week": _l("Sessions this week"),
}


@dataclass(frozen=True)
class Paging:
    """A page of a list, as components/pagination.html takes it."""

    page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, ceil(self.total / A_PAGE))

    @property
    def first(self) -> int:
        """The number of the first row, from 1."""
        return min(self.total, (self.page - 1) * A_PAGE + 1)

    @property
    def last(self) -> int:
        """The number of the last row."""
        return min(self.total, self.page * A_PAGE)


@dataclass(frozen=True)
class Asked:
    """What an address asks for. `words` and `place` narrow the groups."""

    view: str
    number: int
    words: str = ""
    place: str = ""


class Overview:
    """One patch for one viewer. What a view does not show is not asked for."""

    def __init__(self, viewer: Viewer, patch: Patch, asked: Asked) -> None:
        self.viewer, self.patch, self.asked = viewer, patch, asked

    @cached_property
    def groups(self) -> list[Group]:
        """All groups, by name."""
        return groups_of(self.patch)

    @cached_property
    def stale(self) -> list[Held]:
        """All listings that nobody checked for 90 days, worst first."""
        return stale_of(self.groups)

    @cached_property
    def new(self) -> list[Group]:
        """New groups, newest first."""
        return new_of(self.groups)

    @cached_property
    def questions(self) -> list[Standing]:
        """Questions of the patch's areas."""
        return questions_of(self.viewer, self.patch.every_area)

    @cached_property
    def teams(self) -> Sequence[Team]:
        """The teams of the patch's areas."""
        return teams_in(self.patch.every_area)

    @cached_property
    def sessions(self) -> tuple[int, int]:
        """How many sessions there are in the seven days from today, and today. Found out once in five minutes."""
        codes, today = frozenset(owners_of(self.patch)), clock.today()
        return remembered("coordinating.sessions", (codes, today), lambda: _sessions(codes, today), seconds=SECONDS)

    @property
    def open_questions(self) -> list[Standing]:
        """Those that groups can answer."""
        return [one for one in self.questions if one.question.is_open]

    @property
    def listings(self) -> int:
        """How many live listings there are."""
        return sum(len(one.listings) for one in self.groups)

    @property
    def checked_share(self) -> int | None:
        """Of 100 listings, how many were checked within 90 days, rounded down; None where there are none."""
        return (self.listings - len(self.stale)) * 100 // self.listings if self.listings else None

    @property
    def counts(self) -> Mapping[str, int | None]:
        """How much each view holds; None where that is not counted."""
        return {
            "groups": len(self.groups),
            "stale": len(self.stale),
            "new": len(self.new),
            "questions": len(self.open_questions),
        }

    @property
    def is_narrowed(self) -> bool:
        """Whether only some of the groups are asked for."""
        return bool(self.asked.words or self.asked.place)

    @cached_property
    def rows(self) -> list[Group]:
        """The groups that are asked for."""
        words, place = self.asked.words.casefold(), self.asked.place
        here = {str(one.id) for one in self.patch.neighbourhoods if one.slug == place}
        return [
            one
            for one in self.groups
            if (not words or any(words in name.casefold() for name in (one.name, *(two.name for two in one.listings))))
            and (not place or here & {str(neighbourhood) for neighbourhood in one.places})
        ]

    @cached_property
    def shown_groups(self) -> Sequence[Group]:
        """The groups of the page that is asked for: all that fit, or the new ones."""
        return self._page_of(self.new if self.asked.view == "new" else self.rows)

    @cached_property
    def shown_stale(self) -> Sequence[Held]:
        """The stale listings of the page that is asked for."""
        return self._page_of(self.stale)

    @cached_property
    def paging(self) -> Paging:
        """Which page of how many rows; the last one where a later one is asked for."""
        totals = {"stale": len(self.stale), "new": len(self.new)}
        total = totals[self.asked.view] if self.asked.view in totals else len(self.rows)
        return Paging(min(self.asked.number, max(1, ceil(total / A_PAGE))), total)

    def _page_of(self, rows: Sequence[Row]) -> Sequence[Row]:
        return rows[(self.paging.page - 1) * A_PAGE : self.paging.page * A_PAGE]

    @cached_property
    def worst(self) -> list[Held]:
        """The few listings that need somebody most."""
        return self.stale[:FIRST_FEW]

    @cached_property
    def asked_about(self) -> Mapping[UUID, Told]:
        """Who was asked when about each of the stale listings that are shown."""
        shown = self.shown_stale if self.asked.view == "stale" else self.worst
        return dict.fromkeys((one.id for one in shown), NOTHING) | stale.asked_about([one.id for one in shown])

    def names_of(self, places: frozenset[UUID]) -> list[str]:
        """Names of neighbourhoods of the patch."""
        return [one.name for one in self.patch.neighbourhoods if one.id in places]


def _sessions(codes: frozenset[str], today: date) -> tuple[int, int]:
    week = week_of(listings_in(codes), codes, today)
    return week.count, len(week.days[0].slots)

"""What pages, downloads and interface answers read: published cells, for those who may see the area, and nothing else.

Every answer takes the viewer. An area that is not theirs is not there for them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import ngettext
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.quarters import Quarter, quarter_of
from portal.core.scopes import is_among
from portal.core.small_numbers import SMALLEST
from portal.core.viewer import Viewer
from portal.geography.holding import areas_within
from portal.insight.cuts import CUTS, By
from portal.insight.definitions import MEASURES
from portal.insight.models import InsightCell, InsightPublication, State
from portal.partners.queries import areas_led_by

HUNDRED = 100


@dataclass(frozen=True)
class Figure:
    """One published figure. `value`: rounded, or exact where it counts no people; none where it is not told."""

    measure: str
    state: State
    value: int | None

    @property
    def words(self) -> str:
        """As it is read."""
        if self.value is not None:
            is_median = MEASURES[self.measure].counts == "median"
            return ngettext("%(num)s day", "%(num)s days", self.value) if is_median else f"{self.value:,}"
        if self.state == "small" and MEASURES[self.measure].counts != "median":
            return _("fewer than %(smallest)s", smallest=SMALLEST)
        return _("not shown")

    @property
    def unshared(self) -> str:
        """What stands where a percentage of it would: there is none."""
        return _("none") if self.is_exact and self.value is not None else _("not shown")

    @property
    def is_exact(self) -> bool:
        """Whether it counts no people."""
        return MEASURES[self.measure].is_exact

    @property
    def is_small(self) -> bool:
        """Whether it is told that there are 1 to 7."""
        return self.state == "small" and MEASURES[self.measure].counts != "median"


@dataclass(frozen=True)
class Edition:
    """What was published of one area for one quarter. `places`, `groups`, `listings`: ids (hex) and names as they were then, by
    name; a listing's with that of its group.
    """

    id: UUID
    area: str
    name: str
    quarter: Quarter
    places: Mapping[str, str]
    groups: Mapping[str, str]
    listings: Mapping[str, str]

    def rows(self, by: By) -> Mapping[str, str]:
        """The rows of a cut and what they are called."""
        if by == "group":
            return {**self.groups, "other": _("Other organisations")}
        if CUTS[by].has_listings:
            return self.listings
        return self.places if CUTS[by].has_places else {"": self.name}


@dataclass(frozen=True)
class Cells:
    """Figures of one edition, by measure, cut, row and category."""

    edition: Edition
    held: Mapping[tuple[str, str, str, str], Figure]

    def at(self, measure: str, by: By, place: str = "", category: str = "") -> Figure:
        """One figure; not shown where a later definition made it."""
        return self.held.get((measure, by, place, category)) or Figure(measure, "hidden", None)

    def together(self, measure: str, by: By, place: str, categories: Iterable[str]) -> Figure:
        """Several figures of a row as one, made from what is shown of each; not shown where one of them is not."""
        values = [self.at(measure, by, place, one).value for one in categories]
        told = [one for one in values if one is not None]
        return Figure(measure, "told", sum(told)) if len(told) == len(values) else Figure(measure, "hidden", None)

    def share(self, measure: str, of: str, by: By, place: str = "", category: str = "") -> str | None:
        """One figure as a percentage of another, made from what is shown of both."""
        return share(self.at(measure, by, place, category), self.at(of, by, place, category))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing about people that may be told."""
        return not any(
            one.value for one in self.held.values() if MEASURES[one.measure].counts in {"people", "acts", "median"}
        )


def share(part: Figure, whole: Figure) -> str | None:
    """A percentage from the figures that are shown: none where either is not, or where the whole is of fewer than 8 people."""
    if part.value is None or not whole.value:
        return None
    return f"{round(HUNDRED * part.value / whole.value)}%" if is_base(whole) else None


def is_base(whole: Figure) -> bool:
    """Whether percentages may be made of a figure."""
    return whole.value is not None and (MEASURES[whole.measure].is_exact or whole.value >= SMALLEST)


def areas_of(viewer: Viewer) -> frozenset[str] | None:
    """The sets whose figures somebody may see: those of a role that they hold for an area, and those that they lead. None: all.

    A council's code stands for the sets that lie in it whole.
    """
    held = viewer.areas_with(Permission.FIGURES_READ)
    if held is None:
        return None
    return areas_within(held | areas_led_by(viewer, Permission.FIGURES_READ))


def editions(viewer: Viewer, area: str | None = None) -> Sequence[Edition]:
    """All that was published of the areas that somebody may see (of one, if named): by area, the newest quarter first."""
    wanted = select(InsightPublication).where(is_among(InsightPublication.area, areas_of(viewer)))
    if area is not None:
        wanted = wanted.where(InsightPublication.area == area)
    order = (InsightPublication.name, InsightPublication.area, InsightPublication.quarter.desc())
    return [_edition(one) for one in db.session.scalars(wanted.order_by(*order))]


def edition(viewer: Viewer, area: str, quarter: Quarter) -> Edition | None:
    """What was published of one area for one quarter; none where it is not theirs to see or not there."""
    wanted = select(InsightPublication).where(is_among(InsightPublication.area, areas_of(viewer)))
    wanted = wanted.where(InsightPublication.area == area, InsightPublication.quarter == quarter.first)
    found = db.session.scalar(wanted)
    return None if found is None else _edition(found)


def cells(edition: Edition, measures: Iterable[str], cuts: Iterable[By]) -> Cells:
    """The figures of an edition that belong to these measures and cuts: one statement."""
    cell = InsightCell
    columns = (cell.measure, cell.by, cell.place, cell.category, cell.state, cell.value)
    wanted = select(*columns).where(cell.publication_id == edition.id)
    wanted = wanted.where(cell.measure.in_(list(measures)), cell.by.in_(list(cuts)))
    rows = db.session.execute(wanted)
    return Cells(edition, {(one[0], one[1], one[2], one[3]): Figure(one[0], one[4], one[5]) for one in rows})


def _edition(row: InsightPublication) -> Edition:
    places = {str(one["id"]): str(one["name"]) for one in row.places}
    groups = {str(one["id"]): str(one["name"]) for one in row.groups}
    listed = {
        str(one["id"]): _("%(listing)s, %(group)s", listing=one["name"], group=group["name"])
        for group in row.groups
        for one in group.get("listings", ())
    }
    listings = dict(sorted(listed.items(), key=lambda one: (one[1].casefold(), one[0])))
    return Edition(row.id, row.area, row.name, quarter_of(row.quarter), places, groups, listings)

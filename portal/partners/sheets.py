"""The register, agreements, decisions and capacity as plain tables: the same rows for the file and for the paper.

No table names a person. Where people are counted, the cells hold what may be told, never the count.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.quarters import Quarter
from portal.geography.models import NeighbourhoodSet
from portal.partners import boards, capacity, papers, register
from portal.partners.due import STANDINGS, standing
from portal.partners.kinds import UNITS, agreement_label, role_label
from portal.partners.models import Partner, PartnerRole
from portal.partners.queries import roles_of
from portal.partners.scopes import Sights

MOST = 2_000
Cell = str | date
"""What stands in a cell: a date is told as people write it on paper, and as programs do in a file."""


@dataclass(frozen=True)
class Sheet:
    """A table that leaves the pages. `notes` say how its figures are counted, where it has any, a paragraph each."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()

    def on_paper(self) -> tuple["Sheet", Sequence[tuple[str, Cell]]]:
        """The same without columns that say one thing, or nothing, in every row; and what those say, for over the table."""
        if len(self.rows) < 2:
            return self, ()
        values = [list(dict.fromkeys(row[place] for row in self.rows)) for place in range(len(self.header))]
        kept = [place for place, found in enumerate(values) if len(found) > 1]
        same = [(self.header[at], found[0]) for at, found in enumerate(values) if len(found) == 1 and found != [""]]
        rows = [[row[place] for place in kept] for row in self.rows]
        return replace(self, header=[self.header[place] for place in kept], rows=rows), same


@dataclass(frozen=True)
class Asked:
    """What an export is to hold: one programme or all, and for figures a quarter."""

    programme: UUID | None
    quarter: Quarter


def area_names(by: Sights) -> dict[str, str]:
    """The names of the areas of programmes, by their slugs: one statement."""
    slugs = {one.programme.area for one in by.values()}
    wanted = select(NeighbourhoodSet.slug, NeighbourhoodSet.name).where(NeighbourhoodSet.slug.in_(slugs))
    found = {slug: name for slug, name in db.session.execute(wanted)} if slugs else {}
    return {slug: found.get(slug, slug) for slug in slugs}


def partners(by: Sights, asked: Asked) -> Sheet:
    """A row for each role that was ever held."""
    areas = area_names(by)
    header = (_("Programme"), _("Area"), _("Organisation"), _("Role"), _("Has its work from"), _("First day"), _("Last day"),
              _("What it does, for whom"), _("Closed"))  # fmt: skip
    rows = []
    for show in (register.NOW, register.PAST):
        found = register.find(by, register.Wanted(programme=asked.programme, show=show), most=MOST)
        for line in found.lines:
            rows += [_role(line.partner, role, areas) for role in roles_of(line.partner, by[line.partner.programme_id])]
    return Sheet(_("Register of partners"), header, rows)


def agreements(by: Sights, asked: Asked) -> Sheet:
    """Every agreement that holds and has a day of review or an end, soonest first."""
    header = (_("Programme"), _("Organisation"), _("What it is"), _("Title"), _("Reference"), _("First day"), _("Last day"),
              _("To be reviewed on"), _("Standing"), _("Organisation has closed"))  # fmt: skip
    rows = [
        (
            one.partner.programme.name, one.partner.organization.name, agreement_label(one.kind), one.title,
            one.reference or "", _day(one.starts_on), _day(one.ends_on), _day(one.review_on),
            str(STANDINGS[standing(one, clock.today())]), _("yes") if one.marked_as else "",
        )
        for one in papers.due_soon(by)
        if asked.programme in {None, one.partner.programme_id}
    ]  # fmt: skip
    return Sheet(_("Agreements that end or are reviewed"), header, rows)


def decisions(by: Sights, asked: Asked) -> Sheet:
    """Everything that boards decided, withdrawn decisions too."""
    header = (_("Programme"), _("Board"), _("Number"), _("Day"), _("At which meeting"), _("Title"),
              _("What was decided"), _("Why"), _("Withdrawn"), _("What holds instead"))  # fmt: skip
    rows = []
    for one in boards.decisions(by, most=MOST):
        if asked.programme in {None, one.board.programme_id}:
            withdrawn = _day(clock.local(one.withdrawn_at).date()) if one.withdrawn_at else ""
            sight, after = by[one.board.programme_id], one.replaced_by
            instead = after.shown_number if after and sight.may_read(after.decided_on) else ""
            days = _day(one.decided_on), _day(boards.meeting_day(one, sight))
            rows.append((one.board.programme.name, one.board.name, one.shown_number, *days, one.title, one.decided,
                         one.why, withdrawn, instead))  # fmt: skip
    return Sheet(_("Log of decisions"), header, rows)


def figures(by: Sights, asked: Asked) -> Sheet:
    """Capacity promised and used, and answers in time, of one quarter."""
    header = (_("Programme"), _("Organisation"), _("Quarter"), *(_promised_label(unit) for unit in UNITS),
              _("People accepted"), _("People who began"), _("To be answered"), _("Answered in time"))  # fmt: skip
    rows = [
        (line.partner.programme.name, line.partner.organization.name, asked.quarter.label,
         *(str(line.amount(unit)) if line.amount(unit) is not None else "" for unit in UNITS),
         line.accepted_told, line.begun_told, line.due_told, line.share_told)
        for line in capacity.lines(by, asked.quarter, asked.programme)
    ]  # fmt: skip
    return Sheet(_("Capacity promised and used"), header, rows, capacity.how())


SHEETS: dict[str, tuple[LazyString, Callable[[Sights, Asked], Sheet]]] = {
    "partners": (_l("Register of partners"), partners),
    "agreements": (_l("Agreements that end or are reviewed"), agreements),
    "decisions": (_l("Log of decisions"), decisions),
    "capacity": (_l("Capacity promised and used"), figures),
}
"""What can be downloaded and printed. A new table is a row."""


def _role(one: Partner, role: PartnerRole, areas: dict[str, str]) -> Sequence[Cell]:
    return (
        one.programme.name, areas[one.programme.area], one.organization.name, role_label(role.role),
        role.under.organization.name if role.under else "", _day(role.starts_on), _day(role.ends_on),
        one.does or "", _day(one.closed_on),
    )  # fmt: skip


def _promised_label(unit: str) -> str:
    return _("Promised: %(unit)s", unit=str(UNITS[unit]))


def _day(day: date | None) -> Cell:
    return day or ""

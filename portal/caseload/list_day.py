"""The day on paper: who, when, what, and how to reach them safely."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from portal.caseload.list_page import Asked, Row, list_page, row_of
from portal.caseload.list_reach import reach_of
from portal.caseload.list_rows import open_cases
from portal.core import audit, clock
from portal.core.viewer import Viewer


@dataclass(frozen=True)
class Line:
    """One person. `name` only where it was asked for; `reach` says how they may be reached, and how not."""

    row: Row
    name: str
    reach: Sequence[str]


@dataclass(frozen=True)
class Day:
    """The list of one day."""

    date: date
    lines: Sequence[Line]


def day_of(viewer: Viewer, *, with_names: bool) -> Day:
    """Everybody who is due today, those with a time first. Notes for each that the contact was read."""
    due = [row.case.id for row in map(row_of, open_cases(viewer)) if row.is_due]
    what = "day list with names" if with_names else "day list"
    audit.record_each_now("person.read", [("person", one) for one in due], by=viewer, details={"what": what})
    rows = list_page(viewer, Asked(), None).rows
    rows.sort(key=lambda row: (row.at or time.max, row.case.reference))
    lines = [
        Line(
            row,
            row.person.name if with_names and row.person else "",
            reach_of(row.person.contact, row.person.do_not_contact) if row.person else [],
        )
        for row in rows
    ]
    return Day(clock.today(), lines)

"""What the pages of grants show: a grant, quarter by quarter."""

from dataclasses import dataclass

from portal.core.quarters import Quarter
from portal.grants.models import Grant, GrantReport
from portal.grants.queries import may_report, quarters_of
from portal.grants.sessions import held, listings_of


@dataclass(frozen=True)
class Row:
    """One quarter of a grant. `timetable`: sessions of its listings, as their timetables stand today."""

    quarter: Quarter
    timetable: int
    report: GrantReport | None
    may_report: bool


def rows_of(grant: Grant) -> list[Row]:
    """Every quarter of a grant, the newest first."""
    listings = listings_of([grant])
    told = {one.quarter: one for one in grant.reports}
    return [
        Row(
            quarter,
            len({one.key for one in held(grant, quarter, listings)}),
            told.get(quarter.first),
            may_report(grant, quarter),
        )
        for quarter in reversed(quarters_of(grant))
    ]

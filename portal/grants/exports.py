"""Tables of grants as CSV. They get about, so amounts are bands, and people are told as small numbers allow."""

from collections.abc import Iterable

from flask_babel import gettext as _

from portal.core.quarters import quarter_of
from portal.core.small_numbers import told
from portal.core.wording import comma_list
from portal.grants.amounts import band
from portal.grants.communities import COMMUNITIES, communities_label, community_label
from portal.grants.gaps import Count, Gaps
from portal.grants.models import Grant, GrantRound


def round_rows(one: GrantRound, grants: Iterable[Grant]) -> list[list[object]]:
    """A row for each report of each grant; a grant without one has a row too, a void one none."""
    rows: list[list[object]] = [
        [
            _("Round"), _("Reference"), _("Group"), _("What for"), _("Amount"), _("Neighbourhoods"), _("For whom"),
            _("First day"), _("Last day"), _("Sessions promised in a quarter"), _("People promised in a quarter"),
            _("Quarter"), _("Sessions reported"), _("People reported"), _("Who told"),
        ]
    ]  # fmt: skip
    for grant in grants:
        if grant.voided_at is not None:
            continue
        about = [
            one.name, grant.shown_reference, grant.organization.name, grant.name, band(grant.amount_pence),
            comma_list([place.neighbourhood.name for place in grant.places]), communities_label(grant.communities),
            grant.starts_on.isoformat(), grant.ends_on.isoformat(), grant.promised_sessions, grant.promised_people,
        ]  # fmt: skip
        for report in grant.reports:
            who = _("The group") if report.told_by == "group" else _("Typed for the group")
            quarter = quarter_of(report.quarter).label
            rows.append([*about, quarter, report.sessions, told(report.people), who])
        if not grant.reports:
            rows.append([*about, "", "", "", ""])
    return rows


def gap_rows(found: Gaps) -> list[list[object]]:
    """A row for each neighbourhood with each community."""
    rows: list[list[object]] = [
        [
            _("Quarter"), _("Neighbourhood"), _("For whom"), _("Grants"), _("Sessions in the timetable"),
            _("Sessions reported"), _("Funding"),
        ]
    ]  # fmt: skip
    nothing = Count()
    ids = {place.key: place.name for place in found.places}
    by_key = {(str(place), community): count for (place, community), count in found.cells.items()}
    for key, name in ids.items():
        for community in COMMUNITIES:
            count = by_key.get((key, community), nothing)
            reported = "" if count.reported is None else count.reported
            rows.append(
                [
                    found.quarter.label, name, community_label(community), len(count.grants), len(count.timetable),
                    reported, said(count, is_over=found.quarter.is_over),
                ]
            )  # fmt: skip
    return rows


def said(count: Count, *, is_over: bool) -> str:
    """What a count comes to, in words. Of a quarter that is not over nobody can have told yet."""
    if not count.grants and not count.timetable:
        return _("No grant")
    if count.reported is None and not is_over:
        return _("Sessions in the timetable") if count.timetable else _("A grant, but no session in the timetable")
    if count.is_gap:
        return _("A grant, but no session in the timetable, and none is reported")
    if count.reported is None:
        return _("Sessions in the timetable, no report")
    if not count.reported:
        return _("Sessions in the timetable, but the report says none")
    if count.is_shared:
        return _("Sessions reported, for several neighbourhoods together")
    return (
        _("Sessions in the timetable and reported")
        if count.timetable
        else _("Sessions reported, none in the timetable")
    )

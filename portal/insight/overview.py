"""The overview of one area and quarter: what is offered, what is asked for, and how referrals went, by neighbourhood."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.i18n import gettext as _
from portal.insight import charts, figures
from portal.insight.charts import Chart
from portal.insight.cuts import CUTS, UNMET
from portal.insight.definitions import OVERVIEW
from portal.insight.figures import Edition
from portal.insight.tables import Column, Table, by_place


@dataclass(frozen=True)
class Overview:
    """The page. `is_empty`: nothing about people may be told yet."""

    edition: Edition
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    is_empty: bool


def overview(edition: Edition) -> Overview:
    """All of it, read in one statement."""
    cells = figures.cells(edition, (*OVERVIEW, "declined"), ("neighbourhood", "reason"))
    head = str(CUTS["neighbourhood"].label)
    listed = by_place("listings", _("What there is"), head, cells, [
        Column("listings"), Column("checked", share_of="listings"), Column("cafes"),
    ])  # fmt: skip
    asked = by_place(
        "searches", _("Looking and pointing the way"), head, cells, [Column("searches"), Column("signposts")]
    )
    steps = by_place("referrals", _("Referrals, step by step"), head, cells, [
        Column(one) for one in ("sent", "accepted", "visited", "finished", "answer-days", "visit-days")
    ])  # fmt: skip
    declined = by_place("declined", _("People whom a group declined, by reason"), head, cells, [
        Column("declined", "reason", category, label=str(label)) for category, label in CUTS["reason"].categories().items()
    ])  # fmt: skip
    drawn = [
        charts.of_column(steps, 0, _("Referrals sent, by neighbourhood")),
        *(
            charts.of_column(declined, number, _("Declined: %(reason)s", reason=column.heading))
            for number, column in enumerate(declined.columns)
            if column.category in UNMET - {"out-of-area"}
        ),
    ]
    return Overview(edition, (steps, declined, listed, asked), _those(drawn), cells.is_empty)


def _those(drawn: Sequence[Chart | None]) -> tuple[Chart, ...]:
    return tuple(one for one in drawn if one is not None)

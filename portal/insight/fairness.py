"""Whether some people get less far than others: the steps of a referral by age group, language, access needs and deprivation.

Gaps are said in words and made from published cells alone, so they tell no more than the table does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.i18n import gettext as _
from portal.core.small_numbers import SMALLEST
from portal.insight import figures
from portal.insight.auditing import of_rounded
from portal.insight.cuts import CUTS, FAIRNESS, NOT_TOLD, By
from portal.insight.definitions import STEPS
from portal.insight.figures import HUNDRED, Cells, Edition
from portal.insight.tables import Column, Row, Table, by_category

LOWER_BY = 10
"""Percentage points below the others, of the figures as they are shown, from which a gap is worth a sentence."""
SENT, VISITED = STEPS.index("sent"), STEPS.index("visited")


@dataclass(frozen=True)
class Compared:
    """The table of one cut, and what it says of gaps. `needs_file`: it is empty for want of a file of postcodes."""

    table: Table
    gaps: tuple[str, ...]
    needs_file: bool = False


@dataclass(frozen=True)
class Fairness:
    """The page. `is_empty`: nothing about people may be told yet."""

    edition: Edition
    compared: tuple[Compared, ...]
    is_empty: bool

    @property
    def tables(self) -> tuple[Table, ...]:
        """Those that can be read."""
        return tuple(one.table for one in self.compared if not one.needs_file)


def fairness(edition: Edition) -> Fairness:
    """All of it, read in one statement."""
    cells = figures.cells(edition, STEPS, FAIRNESS)
    return Fairness(edition, tuple(_compared(cells, by) for by in FAIRNESS), cells.is_empty)


def _compared(cells: Cells, by: By) -> Compared:
    columns = [Column(step, by) for step in STEPS]
    columns.append(Column("visited", by, share_of="sent", label=_("First visits, of those sent")))
    table = by_category(by, str(CUTS[by].label), cells, by, columns)
    needs_file = by == "fifth" and all(
        cell.value == 0 for row in table.rows if row.id != NOT_TOLD for cell in row.cells[:-1]
    )
    return Compared(table, tuple(_gaps(table.rows)), needs_file)


def _gaps(rows: Sequence[Row]) -> list[str]:
    """A sentence for each row that is clearly below the others together, of rows in which both numbers are shown."""
    shown = {row.id: _Shown(row, sent, came) for row in rows if (sent := row.cells[SENT].value) is not None
             and (came := row.cells[VISITED].value) is not None}  # fmt: skip
    found = []
    for one in shown.values():
        others = [other for other in shown.values() if other.row.id not in {one.row.id, NOT_TOLD}]
        base = sum(other.sent for other in others)
        if one.row.id == NOT_TOLD or one.sent < SMALLEST or base < SMALLEST:
            continue
        here, there = (
            round(HUNDRED * part / whole)
            for part, whole in ((one.came, one.sent), (sum(other.came for other in others), base))
        )
        if there - here >= LOWER_BY and not _may_be_rounding(one, others):
            found.append(_(
                "%(group)s: for every 100 people referred there were %(here)s first visits; among the others %(there)s.",
                group=one.row.label, here=here, there=there,
            ))  # fmt: skip
    return found


@dataclass(frozen=True)
class _Shown:
    """A row with how many were sent and how many came, both as they are shown."""

    row: Row
    sent: int
    came: int


def _may_be_rounding(one: _Shown, others: Sequence[_Shown]) -> bool:
    """Whether true numbers that round to these could leave the row level with the others, or above them."""
    most_here = of_rounded(one.came).high / of_rounded(one.sent).low
    came, sent = (
        sum(of_rounded(other.came).low for other in others),
        sum(of_rounded(other.sent).high for other in others),
    )
    return most_here >= came / sent

"""How organisations do, in one quarter: people answered, days until half of them were, and whether a first visit helped."""

from dataclasses import replace

from portal.core.i18n import gettext as _
from portal.insight import figures
from portal.insight.cuts import CUTS
from portal.insight.figures import Edition
from portal.insight.tables import Column, Row, Table, by_place

HELPED_AT_ALL = ("a-lot", "a-little")


def responding(edition: Edition) -> Table:
    """A row for each organisation that was sent anybody, by name: its order tells nothing."""
    cells = figures.cells(edition, ("answered", "answer-days"), ("group",))
    columns = [Column("answered", "group"), Column("answer-days", "group")]
    return by_place("groups", _("How quickly groups answer"), str(CUTS["group"].label), cells, columns)


def helped(edition: Edition) -> Table:
    """A row for each listing of which something is told, by name; whose it is stands behind its name.

    Rows without answers, and those with 1 to 7 in all, are left out, and nothing tells which of the two they are.
    """
    cells = figures.cells(edition, ("helped",), ("listing",))
    answers = CUTS["listing"].categories()
    columns = [Column("helped", "listing", answer, label=str(label)) for answer, label in answers.items()]
    columns.append(Column("helped", "listing", parts=HELPED_AT_ALL, label=_("It helped, of all who answered")))
    whole = by_place("helped", _("Did it help?"), str(CUTS["listing"].label), cells, columns)
    return replace(whole, rows=tuple(row for row in whole.rows if _is_told(row)))


def _is_told(row: Row) -> bool:
    return any(cell.value or (cell.figure is not None and cell.figure.is_small) for cell in row.cells)

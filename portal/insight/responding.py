"""How quickly organisations answer: people answered (n) and the middle number of days, in one quarter."""

from portal.core.i18n import gettext as _
from portal.insight import figures
from portal.insight.cuts import CUTS
from portal.insight.figures import Edition
from portal.insight.tables import Column, Table, by_place


def responding(edition: Edition) -> Table:
    """A row for each organisation that was sent anybody, by name: its order tells nothing."""
    cells = figures.cells(edition, ("answered", "answer-days"), ("group",))
    columns = [Column("answered", "group"), Column("answer-days", "group")]
    return by_place("groups", _("How quickly groups answer"), str(CUTS["group"].label), cells, columns)

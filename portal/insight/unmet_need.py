"""What people needed and nobody could offer, by need and neighbourhood, from four sources that are never added together.

A wide area has more neighbourhoods than fit beside each other: then one need, or one neighbourhood, is shown at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from portal.core.i18n import gettext as _
from portal.insight import charts, figures
from portal.insight.charts import Chart
from portal.insight.cuts import CUTS, NOT_TOLD
from portal.insight.definitions import MEASURES, UNMET_SOURCES
from portal.insight.figures import Cells, Edition
from portal.insight.tables import Column, Row, Table, by_both

MOST_BESIDE = 12
"""Neighbourhoods that fit beside each other in a table."""
MOST_NEEDS_DRAWN = 12
WORDS_OF: Mapping[str, str | None] = {
    "unmet-declined": None,
    "unmet-forms": "unmet",
    "unmet-searches": None,
    "unmet-gaps": "gap",
}
"""By source: as which kind what people wrote waits in the one queue (`portal.voice.clearing`), and is read once it is cleared.

None: nobody who plans reads a word of it. Those of a decline stay between the two sides of the referral, those of a search with
who clears words and who says what they mean (docs/searches.md).
"""


@dataclass(frozen=True)
class Unmet:
    """The page of one source. `whole`: every need and neighbourhood; `table`: as much of it as the page shows.

    `need`, `place`: what the charts are of; none where nothing is shown. `said`: what stands out, in sentences.
    """

    edition: Edition
    source: str
    whole: Table
    table: Table
    by_place: Chart | None
    by_need: Chart | None
    need: Row | None
    place: tuple[str, str] | None
    said: tuple[str, ...]

    @property
    def words_kind(self) -> str | None:
        """The kind of words in which what people wrote of it is read, as far as it was cleared; None where it is read nowhere."""
        return WORDS_OF[self.source]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that may be told."""
        return not any(
            cell.value or (cell.figure is not None and cell.figure.is_small)
            for row in self.whole.rows
            for cell in row.cells
        )


def unmet(edition: Edition, source: str, *, need: str = "", place: str = "", before: Edition | None = None) -> Unmet:
    """Unmet need of one source. `need`, `place`: what the charts show, the largest where they name none.

    `before`: the quarter to compare with, for what is new. What is not there is passed over.
    """
    whole = _table(edition, source)
    rows = sorted(whole.rows, key=lambda row: (row.id == NOT_TOLD, -_known(row)))
    whole = replace(whole, rows=tuple(rows))
    places = list(edition.places.items())
    shown = next((row for row in rows if row.id == need), rows[0] if rows else None)
    number = next((at for at, one in enumerate(places) if one[0] == place), _largest(rows, len(places)))
    table = whole if len(places) <= MOST_BESIDE else _of_place(whole, number)
    return Unmet(
        edition, source, whole, table,
        by_place=None if shown is None else charts.of_column(_of_need(whole, shown), 0, shown.label),
        by_need=charts.of_column(_of_place(whole, number, MOST_NEEDS_DRAWN), 0, places[number][1]) if places else None,
        need=shown,
        place=places[number] if places else None,
        said=(*_largest_said(rows), *_new_said(whole, before, source)),
    )  # fmt: skip


def source_named(name: str) -> str:
    """The source of an address; the first where it names none."""
    return name if name in UNMET_SOURCES else UNMET_SOURCES[0]


def _table(edition: Edition, source: str) -> Table:
    cells: Cells = figures.cells(edition, (source,), ("need",))
    return by_both(source, str(MEASURES[source].label), cells, source, "need", without_zeros=True)


def _known(row: Row) -> int:
    """What a reader knows of a row in all: lists in this order tell no more than the cells do."""
    return sum(cell.value or 0 for cell in row.cells)


def _largest(rows: Sequence[Row], count: int) -> int:
    """The column of which most is known; the first of those that are alike."""
    totals = [sum(row.cells[at].value or 0 for row in rows) for at in range(count)]
    return totals.index(max(totals)) if totals else 0


def _of_need(whole: Table, row: Row) -> Table:
    """One need turned: a row for each neighbourhood."""
    turned = tuple(
        Row(place, name, (cell,)) for (place, name), cell in zip(whole.edition.places.items(), row.cells, strict=True)
    )
    return replace(
        whole, id="by-place", head=str(CUTS["neighbourhood"].label), rows=turned, columns=(_column(whole, row.label),)
    )


def _of_place(whole: Table, number: int, most: int | None = None) -> Table:
    """One neighbourhood: a row for each need."""
    rows = [replace(row, cells=row.cells[number : number + 1]) for row in whole.rows]
    return replace(whole, id="by-need", rows=tuple(rows[:most]), columns=whole.columns[number : number + 1])


def _column(whole: Table, label: str) -> Column:
    return replace(whole.columns[0], label=label)


def _largest_said(rows: Sequence[Row]) -> list[str]:
    told = [row for row in rows if row.id != NOT_TOLD and _known(row)]
    if not told or (len(told) > 1 and _known(told[0]) == _known(told[1])):
        return []
    first = told[0]
    everywhere = all(
        (first.cells[at].value or 0) >= max((row.cells[at].value or 0) for row in told) > 0
        for at in range(len(first.cells))
    )
    if everywhere and len(first.cells) > 1:
        return [_("%(need)s is the largest need that nobody could meet, in every neighbourhood.", need=first.label)]
    return [_("%(need)s is the largest need that nobody could meet.", need=first.label)]


def _new_said(whole: Table, before: Edition | None, source: str) -> list[str]:
    """Needs that were told as 0 everywhere in the quarter before, and are told as a number now."""
    if before is None:
        return []
    then = {row.id for row in _table(before, source).rows}
    new = [row for row in whole.rows if row.id != NOT_TOLD and row.id not in then and _known(row)]
    return [
        _("%(need)s is new since %(quarter)s.", need=row.label, quarter=before.quarter.label) for row in new[:3]
    ]  # fmt: skip

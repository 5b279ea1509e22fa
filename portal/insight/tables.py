"""Tables of published figures: one object that a page, a file and an answer for programs are all made from.

What one of them does not tell, none does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.wording import comma_list
from portal.insight.cuts import CUTS, By
from portal.insight.definitions import MEASURES
from portal.insight.explaining import how_counted
from portal.insight.figures import Cells, Edition, Figure, share


@dataclass(frozen=True)
class Column:
    """One column: figures of a measure along a cut, of one category of it where `category` is named.

    `share_of`: shown as a percentage of that measure. `parts`: shown as a percentage, these categories of all in the row.
    `label`: its heading, if not the measure's own.
    """

    measure: str
    by: By = "neighbourhood"
    category: str = ""
    share_of: str | None = None
    parts: tuple[str, ...] = ()
    label: str = ""

    @property
    def heading(self) -> str:
        """What stands over it."""
        return self.label or str(MEASURES[self.measure].label)


@dataclass(frozen=True)
class Cell:
    """What is read in a cell. `value` is for programs: none where it is not told."""

    words: str
    value: int | None
    figure: Figure | None

    @property
    def is_untold(self) -> bool:
        """Whether it is words in place of a number."""
        return self.value is None


@dataclass(frozen=True)
class Row:
    """One row: its id, what it is called, and a cell for each column."""

    id: str
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table with a name for its address (`id`), its heading, what its rows are, and how each figure is counted."""

    id: str
    title: str
    head: str
    edition: Edition
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def how(self) -> list[tuple[str, list[str]]]:
        """How each of its figures is counted, each once, in the order of the columns."""
        said: dict[tuple[str, By], tuple[str, list[str]]] = {}
        for column in self.columns:
            measure = MEASURES[column.measure]
            said.setdefault((measure.id, column.by), (str(measure.label), how_counted(measure, column.by)))
        return list(said.values())

    @property
    def how_together(self) -> list[tuple[str, list[str]]]:
        """The same with each sentence once: under its figure, or under the names of all that it is said of."""
        said_of: dict[str, list[str]] = {}
        for label, sentences in self.how:
            for sentence in sentences:
                said_of.setdefault(sentence, []).append(label)
        groups: dict[tuple[str, ...], list[str]] = {}
        for sentence, labels in said_of.items():
            groups.setdefault(tuple(labels), []).append(sentence)
        told = sorted(groups.items(), key=lambda one: len(one[0]))
        return [(comma_list(list(labels)), sentences) for labels, sentences in told]

    def sheet(self) -> Iterable[Sequence[str]]:
        """Its lines for a spreadsheet: a heading and a line for each row, with numbers bare."""
        quarter = self.edition.quarter.slug
        yield ["area", "quarter", self.head, *(column.heading for column in self.columns)]
        for row in self.rows:
            told = [str(cell.value) if _is_bare(cell) else cell.words for cell in row.cells]
            yield [self.edition.name, quarter, row.label, *told]

    def document(self) -> dict[str, Any]:
        """It for programs."""
        return {
            "id": self.id,
            "title": self.title,
            "columns": [_told_of(column) for column in self.columns],
            "rows": [{"name": row.label, "cells": [_told_in(cell) for cell in row.cells]} for row in self.rows],
            "how": [{"figure": label, "sentences": sentences} for label, sentences in self.how],
        }


def by_place(id: str, title: str, head: str, cells: Cells, columns: Sequence[Column]) -> Table:
    """A table with a row for each neighbourhood (or organisation) and columns of several figures."""
    rows = cells.edition.rows(columns[0].by)
    made = tuple(
        Row(place, name, tuple(_cell(cells, column, place, column.category) for column in columns))
        for place, name in rows.items()
    )
    return Table(id, title, head, cells.edition, tuple(columns), made)


def by_category(id: str, title: str, cells: Cells, by: By, columns: Sequence[Column]) -> Table:
    """A table with a row for each category of a cut, over the whole area, and columns of several figures."""
    made = tuple(
        Row(category, str(label), tuple(_cell(cells, column, "", category) for column in columns))
        for category, label in CUTS[by].categories().items()
    )
    return Table(id, title, str(CUTS[by].label), cells.edition, tuple(columns), made)


def by_both(id: str, title: str, cells: Cells, measure: str, by: By, *, without_zeros: bool = False) -> Table:
    """A table of one figure with a row for each category and a column for each neighbourhood.

    `without_zeros` leaves out rows that are 0 everywhere, which says no more than they would.
    """
    places = cells.edition.rows(by)
    columns = tuple(Column(measure, by, label=name) for name in places.values())
    found = []
    for category, label in CUTS[by].categories().items():
        told = tuple(_cell(cells, Column(measure, by), place, category) for place in places)
        if not (without_zeros and all(cell.value == 0 for cell in told)):
            found.append(Row(category, str(label), told))
    return Table(id, title, str(CUTS[by].label), cells.edition, columns, tuple(found))


def _cell(cells: Cells, column: Column, place: str, category: str) -> Cell:
    figure = cells.at(column.measure, column.by, place, category)
    if column.share_of is not None:
        return _share(cells.share(column.measure, column.share_of, column.by, place, category), figure)
    if column.parts:
        every = CUTS[column.by].categories()
        part, whole = (cells.together(column.measure, column.by, place, one) for one in (column.parts, every))
        return _share(share(part, whole), figure)
    return Cell(figure.words, figure.value, figure)


def _share(told: str | None, figure: Figure) -> Cell:
    return Cell(told or figure.unshared, None if told is None else int(told.rstrip("%")), None)


def _is_bare(cell: Cell) -> bool:
    return cell.value is not None and cell.figure is not None


def _told_of(column: Column) -> Mapping[str, str]:
    told = {"figure": column.measure, "label": column.heading}
    if column.category:
        told["category"] = column.category
    if column.parts:
        return {**told, "category": "+".join(column.parts), "share_of": column.measure}
    return {**told, "share_of": column.share_of} if column.share_of else told


def _told_in(cell: Cell) -> Mapping[str, object]:
    return {"value": cell.value} if cell.value is not None else {"value": None, "shown": cell.words}

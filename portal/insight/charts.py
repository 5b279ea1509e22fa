"""Bars that repeat cells of a table and nothing else: the number stands beside each, and a small one has one length always."""

from dataclasses import dataclass
from typing import Literal

from portal.core.small_numbers import SMALLEST
from portal.insight.tables import Table

HUNDRED = 100.0
MOST_TICKS = 6
MOST_BARS = 24
"""Above this the table is easier to read."""
Kind = Literal["told", "small", "hidden"]


@dataclass(frozen=True)
class Bar:
    """One bar: what it is of, the words of its cell, how long it is (percent), and whether it is striped ("small") or none."""

    label: str
    words: str
    length: float
    kind: Kind


@dataclass(frozen=True)
class Tick:
    """A line of the grid: where (percent), and the number at it.

    `is_named`: the number is written. Bars can be as short as a few numbers, so the first, the last and one in the middle are.
    """

    at: float
    number: int
    is_named: bool


@dataclass(frozen=True)
class Chart:
    """One chart. `head` and `measure` are the headings of its two columns of words."""

    id: str
    title: str
    head: str
    measure: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]

    @property
    def has_small(self) -> bool:
        """Whether a bar is striped."""
        return any(bar.kind == "small" for bar in self.bars)


def of_column(table: Table, number: int, title: str) -> Chart | None:
    """A chart of one column of a table, its rows in the same order; none where there is nothing to draw, or too much."""
    cells = [(row.label, row.cells[number]) for row in table.rows]
    if not 1 < len(cells) <= MOST_BARS or not any(cell.value for _label, cell in cells):
        return None
    ticks = _ticks(max([cell.value or 0 for _label, cell in cells] + [SMALLEST]))
    top = ticks[-1]
    bars = []
    for label, cell in cells:
        is_small = cell.figure is not None and cell.figure.is_small
        length = SMALLEST if is_small else cell.value or 0
        kind: Kind = "small" if is_small else "hidden" if cell.value is None else "told"
        bars.append(Bar(label, cell.words, round(HUNDRED * length / top, 2), kind))
    lines = tuple(Tick(round(HUNDRED * one / top, 2), one, is_named=2 * one in {0, top, 2 * top}) for one in ticks)
    return Chart(f"{table.id}-{number}", title, table.head, table.columns[number].heading, tuple(bars), lines)


def _ticks(most: int) -> list[int]:
    """Round numbers from 0 to at least the most, at even steps."""
    step, factors = 5, (2, 2, 2.5)
    turn = 0
    while step * (MOST_TICKS - 1) < most:
        step = int(step * factors[turn % len(factors)])
        turn += 1
    return list(range(0, most + step, step)) if most % step else list(range(0, most + 1, step))

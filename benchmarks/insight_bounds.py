"""The least and most that a figure can be, by linear programming: a small simplex over numpy, not the program's own way."""

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

CLOSE = 1e-7
MOST_TURNS = 4_000


@dataclass
class Bounds:
    """Figures with what is known of each, and sums of them that are at most others."""

    names: dict[Hashable, int] = field(default_factory=dict)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[dict[int, float]] = field(default_factory=list)

    def put(self, name: Hashable, low: float, high: float) -> None:
        self.names[name] = len(self.low)
        self.low.append(low)
        self.high.append(high)

    def at_most(self, less: Iterable[Hashable], more: Iterable[Hashable]) -> None:
        row: dict[int, float] = {}
        for sign, part in ((1.0, less), (-1.0, more)):
            for name in part:
                row[self.names[name]] = row.get(self.names[name], 0.0) + sign
        self.rows.append(row)

    def equal(self, one: Iterable[Hashable], other: Iterable[Hashable]) -> None:
        one, other = list(one), list(other)
        self.at_most(one, other)
        self.at_most(other, one)

    def of(self, name: Hashable) -> tuple[int, int]:
        """The whole numbers between which a figure lies."""
        at = self.names[name]
        return math.ceil(self._least(at, 1.0) - CLOSE), math.floor(-self._least(at, -1.0) + CLOSE)

    def _least(self, at: int, sign: float) -> float:
        """The least of one figure (or of it turned round), over everything that all rows allow."""
        count = len(self.low)
        low, span = np.array(self.low), np.array(self.high) - np.array(self.low)
        matrix = np.zeros((len(self.rows), count))
        for number, row in enumerate(self.rows):
            for place, times in row.items():
                matrix[number, place] = times
        room = -matrix @ low
        bounded = np.flatnonzero(span < 1e5)
        matrix = np.vstack([matrix, np.eye(count)[bounded]])
        room = np.concatenate([room, span[bounded]])
        costs = np.zeros(count)
        costs[at] = sign
        return float(sign * low[at] + _simplex(costs, matrix, room))


def _simplex(costs: NDArray[np.float64], matrix: NDArray[np.float64], room: NDArray[np.float64]) -> float:
    """The least of `costs` x where `matrix` x <= `room` and x >= 0, in two phases, by Bland's rule. Minus endless: no limit."""
    rows, columns = matrix.shape
    table = np.hstack([matrix, np.eye(rows), room[:, None]])
    basis = list(range(columns, columns + rows))
    below = np.flatnonzero(room < 0)
    table[below] *= -1
    helpers = np.zeros((rows, len(below)))
    helpers[below, range(len(below))] = 1.0
    table = np.hstack([table[:, :-1], helpers, table[:, -1:]])
    for number, row in enumerate(below):
        basis[row] = columns + rows + number
    if len(below):
        first = np.zeros(table.shape[1] - 1)
        first[columns + rows :] = 1.0
        left = _turn(table, basis, first)
        assert left < 1e-6, f"what is published cannot all be true: {left}"
        for row, held in enumerate(basis):
            if held >= columns + rows:
                free = np.flatnonzero(np.abs(table[row, : columns + rows]) > CLOSE)
                if len(free):
                    _pivot(table, basis, row, int(free[0]))
        table[:, columns + rows : -1] = 0.0
    second = np.zeros(table.shape[1] - 1)
    second[:columns] = costs
    return _turn(table, basis, second)


def _turn(table: NDArray[np.float64], basis: list[int], costs: NDArray[np.float64]) -> float:
    for turn in range(MOST_TURNS):
        reduced = costs - costs[basis] @ table[:, :-1]
        entering = np.flatnonzero(reduced < -CLOSE)
        if not len(entering):
            return float(costs[basis] @ table[:, -1])
        column = int(entering[0]) if turn > 200 else int(np.argmin(reduced))
        positive = np.flatnonzero(table[:, column] > CLOSE)
        if not len(positive):
            return -math.inf
        ratios = table[positive, -1] / table[positive, column]
        ties = positive[np.flatnonzero(ratios <= ratios.min() + CLOSE)]
        _pivot(table, basis, int(min(ties, key=lambda row: basis[row])), column)
    raise AssertionError("the simplex turns in circles")


def _pivot(table: NDArray[np.float64], basis: list[int], row: int, column: int) -> None:
    table[row] /= table[row, column]
    factors = table[:, column].copy()
    factors[row] = 0.0
    table -= np.outer(factors, table[row])
    basis[row] = column

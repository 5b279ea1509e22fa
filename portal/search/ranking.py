"""The order of results, and finding the first of them without sorting all."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from portal.search.columns import Flags, Floats, Ints
from portal.search.port import Sort
from portal.search.weights import WEIGHTS

SOMEWHERE_KM: Final = WEIGHTS.half_km
"""Where nobody said where they are, what has to be visited counts as this far away: online and phone come first."""

Column = Callable[[Ints], npt.NDArray[Any]]
"""Gives what documents are ordered by, the smallest first."""


def blended(relevance: Floats, kilometres: Floats, is_soon: Flags, worth: Floats) -> Floats:
    """The score of "best": fit, less for distance and demerit, more where the next session is soon.

    Distances are infinite where no journey is needed.
    """
    return relevance * nearer(kilometres) * sooner(is_soon) * worth


def nearer(kilometres: Floats) -> Floats:
    """The share of its score that distance leaves each document."""
    away = np.where(kilometres == np.inf, WEIGHTS.no_journey_km, kilometres)
    return 1 / (1 + away / WEIGHTS.half_km)


def sooner(is_soon: Flags) -> Floats:
    """The share of its score that each document has by when its next session is: more than all where that is soon."""
    return np.where(is_soon, 1 + WEIGHTS.soon, 1.0)


ORDERS: Final[dict[Sort, tuple[str, ...]]] = {
    "best": ("score", "distance", "next", "checked", "id"),
    "nearest": ("distance", "score", "next", "checked", "id"),
    "soonest": ("next", "score", "distance", "checked", "id"),
    "checked": ("checked", "score", "distance", "next", "id"),
}
"""What each sort compares, in turn. Each ends with what no two documents share."""


def first(docs: Ints, wanted: int, columns: Sequence[Column]) -> Ints:
    """The first so many documents in order of the columns. A column is only asked about documents still in doubt."""
    sure: list[Ints] = []
    doubt = docs
    room = wanted
    for column in columns[:-1]:
        if len(doubt) <= room:
            break
        values = column(doubt)
        edge = np.partition(values, room - 1)[room - 1]
        before = doubt[values < edge]
        sure.append(before)
        room -= len(before)
        doubt = doubt[values == edge]
    if len(doubt) > room:
        doubt = doubt[np.argsort(columns[-1](doubt), kind="stable")[:room]]
    chosen = np.concatenate([*sure, doubt])
    order = np.lexsort([column(chosen) for column in reversed(columns)])
    return chosen[order]

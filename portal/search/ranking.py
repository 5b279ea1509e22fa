"""The order of results, and finding the first of them without sorting all."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from portal.search.columns import Floats, Ints
from portal.search.port import Sort

HALF_KM: Final = 12.0
"""Somewhere this far away counts as fitting half as well as the same next door."""

NO_JOURNEY_KM: Final = 2.0
"""What reaches people without their coming counts as this far away, wherever its office is."""

SOMEWHERE_KM: Final = HALF_KM
"""Where nobody said where they are, what has to be visited counts as this far away: online and phone come first."""

Column = Callable[[Ints], npt.NDArray[Any]]
"""Gives what documents are ordered by, the smallest first."""


def blended(relevance: Floats, kilometres: Floats, worth: Floats) -> Floats:
    """The score of "best": fit, less for distance, less for demerit. Distances are infinite where no journey is needed."""
    away = np.where(kilometres == np.inf, NO_JOURNEY_KM, kilometres)
    return relevance * worth / (1 + away / HALF_KM)


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

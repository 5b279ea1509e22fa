"""Which documents come before all others so that each need that was named has one among the first."""

from collections.abc import Sequence

import numpy as np

from portal.search.columns import Bits, Flags, Floats, Ints, has


def leaders(docs: Ints, scores: Floats, rows: Sequence[Bits]) -> Flags:
    """Which of these documents lead: the best of all, then for each need that none so far has the best that has it.

    `rows`: who has each need. With less than two needs nobody has to lead. Of equal ones the first leads.
    """
    flags = np.zeros(len(docs), dtype=np.bool_)
    if len(rows) < 2 or not len(docs):
        return flags
    having = [has(row, docs) for row in rows]
    flags[int(np.argmax(scores))] = True
    for owns in having:
        if owns.any() and not (owns & flags).any():
            flags[int(np.argmax(np.where(owns, scores, -np.inf)))] = True
    return flags

"""Which documents come before all others so that each need that was named has one among the first."""

from collections.abc import Sequence

import numpy as np

from portal.search.columns import Bits, Floats, Ints, has


def leaders(docs: Ints, scores: Floats, rows: Sequence[Bits]) -> dict[int, list[int]]:
    """Which of these documents lead, by where each stands in `docs`: the best of all, then for each need that none so far has the
    best that has it. Of each the numbers of the needs that it leads for.

    `rows`: who has each need. With less than two needs nobody has to lead. Of equal ones the first leads.
    """
    if len(rows) < 2 or not len(docs):
        return {}
    led: dict[int, list[int]] = {int(np.argmax(scores)): []}
    for number, row in enumerate(rows):
        owns = has(row, docs)
        if owns.any():
            leader = next((one for one in led if owns[one]), None)
            if leader is None:
                leader = int(np.argmax(np.where(owns, scores, -np.inf)))
            led.setdefault(leader, []).append(number)
    return led

"""When it is not told how many people began: where it would tell a small number of accepted people better than as 1 to 7.

Whoever began was accepted, in that quarter or before. Two quarters with fewer than 8 accepted, and 15 who began in the second:
that is 13 or more of 14 at most, so 6 or 7 were accepted in each. Source: decision 79; `portal.insight.relations` binds its
figures so.
"""

from collections.abc import Sequence

from portal.core.small_numbers import SMALLEST, STEP

MOST_SMALL = SMALLEST - 1


def may_tell_begun(begun: int | None, accepted: Sequence[int | None]) -> bool:
    """Whether it may be told how many began in a quarter. `accepted`: of it and of all quarters before it that were counted.

    All as they are kept: 0, rounded, or None for a small one. What stands one step below a number that tells too much is not
    told either: else whoever knows this rule would know from "not shown" what it hides.
    """
    if not begun or None not in accepted:
        return True
    most = sum(MOST_SMALL if one is None else one and one + STEP // 2 for one in accepted)
    least = max(SMALLEST, begun - STEP // 2)
    least_of_a_small_one = least + STEP - (most - MOST_SMALL)
    return least_of_a_small_one <= 1

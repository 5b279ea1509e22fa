"""Counts of what people did, told so that nobody can work out a small one. Source: journeys.md 13; the method of HES since 2018.

0 is told as 0; 1 to 7 are never told; from 8 on to the nearest 5. A total is left out where it would give a hidden count away.
"""

from collections.abc import Sequence

from portal.core.i18n import gettext as _

SMALLEST = 8
"""Below this, no number is told: it could be about few people."""
STEP = 5


def is_small(count: int) -> bool:
    """Whether a count is too small to be told."""
    return 0 < count < SMALLEST


def told(count: int) -> str:
    """A count as it may be told: to the nearest 5, and no small ones."""
    if is_small(count):
        return _("fewer than %(smallest)s", smallest=SMALLEST)
    return f"{known(count):,}"


def rule() -> list[str]:
    """How counts are told, in whole sentences, for whoever reads them."""
    return [
        _("Counts of 1 to %(most)s show as “fewer than %(smallest)s”.", most=SMALLEST - 1, smallest=SMALLEST),
        _("0 shows as 0. Others are rounded to the nearest %(step)s.", step=STEP),
    ]


def known(count: int) -> int:
    """What a reader knows of a count: 0 of a small one. Lists are put in order by it, or their order would tell more."""
    return 0 if is_small(count) else STEP * round(count / STEP)


def kept(count: int) -> int | None:
    """A count as it may be kept where it is published for good: rounded, None for 1 to 7."""
    return None if is_small(count) else known(count)


def of_kept(value: int | None) -> str:
    """What is told of a count that was kept so."""
    return told(1 if value is None else value)


def may_tell_total(counts: Sequence[int]) -> bool:
    """Whether the total of counts that stand beside it may be told: not where one alone is hidden, or several that are small
    even together.
    """
    hidden = [count for count in counts if is_small(count)]
    return not hidden or (len(hidden) > 1 and sum(hidden) >= SMALLEST)


def untold(counts: Sequence[int]) -> frozenset[int]:
    """Of counts whose total is known from elsewhere: places of those that must not be told, small ones and others beside them.

    The smallest of the others are hidden too, until those that are hidden are at least two and not small together.
    """
    hidden = {place for place, count in enumerate(counts) if is_small(count)}
    others = sorted((count, place) for place, count in enumerate(counts) if count >= SMALLEST)
    while hidden and others and not (len(hidden) > 1 and sum(counts[place] for place in hidden) >= SMALLEST):
        hidden.add(others.pop(0)[1])
    return frozenset(hidden)

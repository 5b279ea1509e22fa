"""The figures of the page on how results are ordered, each read from where the search itself reads it."""

from collections.abc import Mapping

from flask_babel import format_decimal

from portal.core.wording import KM_A_MILE
from portal.directory import freshness, indexing, one_search, querying, space
from portal.search.weights import WEIGHTS


def figures() -> Mapping[str, str]:
    """Name to figure, as the reader's language writes it."""
    return {name: _written(number) for name, number in _numbers().items()}


def _numbers() -> Mapping[str, float]:
    """Distances are miles, shares so many in 100, rounded to one decimal."""
    return {
        "reach": querying.REACH_MILES,
        "few": WEIGHTS.few,
        "nearest": WEIGHTS.nearest,
        "name": WEIGHTS.texts["name"] / WEIGHTS.texts["description"],
        "needs": WEIGHTS.texts["needs"] / WEIGHTS.texts["description"],
        "organisation": WEIGHTS.texts["organisation"] / WEIGHTS.texts["description"],
        "summary": WEIGHTS.texts["summary"] / WEIGHTS.texts["description"],
        "need": WEIGHTS.topic,
        "alike": WEIGHTS.alike_from * 100,
        "partial": WEIGHTS.partial_words * 100,
        "half": WEIGHTS.half_km / KM_A_MILE,
        "no_journey": WEIGHTS.no_journey_km / KM_A_MILE,
        "days": WEIGHTS.soon_days,
        "soon": WEIGHTS.soon * 100,
        "leading": querying.MOST_LEADING,
        "leading_sure": querying.LEADS_FROM * 100,
        "first": querying.MOST_LEADING + 1,
        "wait": _taken(space.SINKS["wait"]),
        "full": _taken(space.SINKS["full"]),
        "paused": _taken(space.SINKS["paused"]),
        "stale": _taken(freshness.SINKS["stale"]),
        "stale_months": freshness.CHECKED_FOR.months,
        "unchecked": _taken(freshness.SINKS["unchecked"]),
        "doubted": _taken(freshness.SINKS["doubted"]),
        "most": _taken(indexing.MOST_DEMERIT),
        "shown_months": 12 * freshness.SHOWN_FOR.years + freshness.SHOWN_FOR.months,
        "few_read": one_search.FEW_GUESSED,
    }


def _taken(steps: int) -> float:
    return steps * WEIGHTS.demerit * 100


def _written(number: float) -> str:
    return str(format_decimal(round(number, 1)))

"""What a listing costs: the values of its filter, and one line for readers."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _

from portal.core import clock, wording
from portal.directory.listings import Cost

LOW_COST_PENCE = 500
"""Up to this much a session is low cost."""


def values(costs: Iterable[Cost], today: date | None = None) -> frozenset[str]:
    """Values of the filter `cost`. A price without an amount is told as "paid": nobody is promised a low cost."""
    return frozenset(_value(cost) for cost in current(costs, today))


def label(costs: Iterable[Cost], today: date | None = None) -> str | None:
    """One line: "Free", "By donation", "£3 a session", "£2 to £5 a session". None where nobody told us."""
    told = current(costs, today)
    kinds = {_value(cost) for cost in told}
    amounts = sorted({cost.pence for cost in told if _value(cost) in {"low_cost", "paid"} and cost.pence})
    if not told:
        return None
    if kinds == {"free"}:
        return _("Free")
    if kinds <= {"free", "donation"}:
        return _("By donation")
    if not amounts:
        return _("There is a charge")
    lowest, highest = wording.money(amounts[0]), wording.money(amounts[-1])
    if "free" in kinds:
        return _("Free, or up to %(amount)s a session", amount=highest)
    if lowest == highest:
        return _("%(amount)s a session", amount=lowest)
    return _("%(lowest)s to %(highest)s a session", lowest=lowest, highest=highest)


def current(costs: Iterable[Cost], today: date | None = None) -> tuple[Cost, ...]:
    """Prices that hold on a day (today)."""
    day = today or clock.today()
    return tuple(c for c in costs if (c.valid_from or day) <= day <= (c.valid_to or day))


def _value(cost: Cost) -> str:
    if cost.kind != "paid":
        return cost.kind
    if cost.pence is None:
        return "paid"
    if cost.pence == 0:
        return "free"
    return "low_cost" if cost.pence <= LOW_COST_PENCE else "paid"

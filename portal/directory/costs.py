"""What a listing costs: the values of its filter, and one line for readers."""

from collections.abc import Iterable
from datetime import date

from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.directory.listings import Cost

LOW_COST_PENCE = 500
"""Up to this much a session is low cost."""


def values(costs: Iterable[Cost], today: date | None = None) -> frozenset[str]:
    """Values of the filter `cost`. A price without an amount is told as "paid": nobody is promised a low cost."""
    return frozenset(_value(cost) for cost in current(costs, today))


def label(costs: Iterable[Cost], today: date | None = None) -> str | None:
    """One line: "Free", "By donation", "£3 a session", "A trip: £4", "£2 to £5 a session". None where nobody told us.

    It is said to be a session's price only where a price stands without words of the group's own.
    """
    told = current(costs, today)
    kinds = {_value(cost) for cost in told}
    priced = [cost for cost in told if _value(cost) in {"low_cost", "paid"} and cost.pence]
    amounts = sorted({cost.pence for cost in priced if cost.pence})
    if not told:
        return None
    if kinds == {"free"}:
        return _("Free")
    if kinds <= {"free", "donation"}:
        return _("By donation")
    if not amounts:
        return _("There is a charge")
    if len(told) == 1 and (own := option_label(told[0])):
        return own
    lowest, highest = wording.money(amounts[0]), wording.money(amounts[-1])
    if all(cost.option for cost in priced):
        return _range_label(lowest, highest, has_free="free" in kinds)
    if "free" in kinds:
        return _("Free, or up to %(amount)s a session", amount=highest)
    if lowest == highest:
        return _("%(amount)s a session", amount=lowest)
    return _("%(lowest)s to %(highest)s a session", lowest=lowest, highest=highest)


def option_label(cost: Cost) -> str | None:
    """A price in the group's own words: "A trip: £4", "On benefits: free". None where it has no words or no amount."""
    if not cost.option:
        return None
    if _value(cost) == "free":
        return _("%(option)s: free", option=cost.option)
    return _("%(option)s: %(amount)s", option=cost.option, amount=wording.money(cost.pence)) if cost.pence else None


def _range_label(lowest: str, highest: str, *, has_free: bool) -> str:
    if has_free:
        return _("Free, or up to %(amount)s", amount=highest)
    return lowest if lowest == highest else _("%(lowest)s to %(highest)s", lowest=lowest, highest=highest)


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

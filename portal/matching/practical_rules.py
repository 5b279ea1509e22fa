"""Rules about what it helps with, when it happens, what it costs and how one joins."""

from portal.core import wording
from portal.core.i18n import gettext as _
from portal.directory import costs
from portal.directory.needs import NEEDS
from portal.matching.looks import Look
from portal.matching.place_rules import labels
from portal.matching.verdicts import Said, ask, fits, misfit

AFFORDED = {"free": frozenset({"free", "donation"}), "low_cost": frozenset({"free", "donation", "low_cost"})}
"""Values of the filter "cost" that somebody can pay, by the most that they can."""


def need(look: Look) -> Said | None:
    """What of that which is asked for it helps with."""
    wanted = look.wanted.needs
    if not wanted:
        return None
    if helped := [one for one in wanted if one in look.listing.needs and one in NEEDS]:
        named = wording.comma_list([str(NEEDS[one].label) for one in helped])
        return fits(_("Helps with: %(needs)s", needs=named))
    if not look.listing.needs:
        return ask(_("Ask what it helps with: they have not told us"))
    return misfit(_("Helps with something else"))


def times(look: Look) -> Said | None:
    """Whether it happens at a time at which they can."""
    wanted = look.wanted.when
    if not wanted:
        return None
    if look.times is None:
        return ask(_("Ask when it happens: we know of no times to come"))
    if suits := wanted & look.times:
        return fits(_("At a time that suits: %(times)s", times=labels("when", suits)))
    return misfit(_("Not at these times: %(times)s", times=labels("when", wanted)))


def cost(look: Look) -> Said | None:
    """Whether it costs no more than they can pay. By donation is within anybody's means."""
    most = look.wanted.most_cost
    if not most:
        return None
    told, label = costs.values(look.listing.costs), costs.label(look.listing.costs)
    if not told or label is None:
        return ask(_("Ask what it costs: they have not told us"))
    can_pay = bool(told & AFFORDED[most])
    if any(one.kind == "paid" and one.pence is None for one in costs.current(look.listing.costs)):
        is_unsure = can_pay or most == "low_cost"
        return ask(_("Ask what it costs: there is a charge")) if is_unsure else misfit(_("There is a charge"))
    return fits(label) if can_pay else misfit(_("Costs more: %(cost)s", cost=label))


def joining(look: Look) -> Said | None:
    """Whether who gets in touch may: a link worker may always, people themselves not where a professional has to."""
    told = frozenset(look.listing.service.joining)
    if not told:
        return ask(_("Ask how to join: they have not told us"))
    if look.wanted.asker == "link_worker" and "professional_only" in told:
        return fits(_("A link worker can refer"))
    if "drop_in" in told:
        return fits(_("No appointment needed"))
    if "self_refer" in told:
        return fits(_("People can refer themselves"))
    return misfit(_("Only through a professional, such as a link worker"))

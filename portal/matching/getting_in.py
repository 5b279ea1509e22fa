"""Getting in: one rule for each value of the filter "access", so that each is asked about by its own name. A fact is a row."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.directory.filters import BY_NAME
from portal.matching.looks import Look
from portal.matching.verdicts import Said, ask, fits, misfit


@dataclass(frozen=True)
class Fact:
    """A value of the filter "access": what is asked about, and what is said where it is so, is not told, and is not so."""

    name: str
    about: LazyString
    yes: LazyString
    untold: LazyString
    no: LazyString


FACTS: tuple[Fact, ...] = (
    Fact(
        "step_free", _l("step-free access"), _l("Step-free"),
        _l("Ask whether it is step-free: they have not told us"), _l("It is not step-free"),
    ),
    Fact(
        "accessible_toilet", _l("an accessible toilet"), _l("Accessible toilet"),
        _l("Ask whether there is an accessible toilet: they have not told us"), _l("There is no accessible toilet"),
    ),
    Fact(
        "hearing_loop", _l("a hearing loop"), _l("Hearing loop"),
        _l("Ask whether there is a hearing loop: they have not told us"), _l("There is no hearing loop"),
    ),
    Fact(
        "quiet_space", _l("a quiet space"), _l("Quiet space"),
        _l("Ask whether there is a quiet space: they have not told us"), _l("There is no quiet space"),
    ),
    Fact(
        "near_bus", _l("a bus stop nearby"), _l("Near a bus stop"),
        _l("Ask whether a bus stops nearby: they have not told us"), _l("No bus stops nearby"),
    ),
    Fact(
        "parking", _l("parking"), _l("Parking"),
        _l("Ask whether there is parking: they have not told us"), _l("There is no parking"),
    ),
    Fact(
        "bring_someone", _l("bringing someone"), _l("Bring someone"),
        _l("Ask whether you can bring someone: they have not told us"), _l("You cannot bring someone"),
    ),
)  # fmt: skip


def judge_of(fact: Fact) -> Callable[[Look], Said | None]:
    """The judge of one fact, for who asked for it and would come to a place."""

    def judge(look: Look) -> Said | None:
        if fact.name not in look.wanted.access or not look.is_visited:
            return None
        told = _told(fact.name, look)
        if told is None:
            return ask(str(fact.untold))
        if told:
            return fits(str(fact.yes))
        if look.has_other_way:
            label = BY_NAME["access"].label_of(fact.name)
            return ask(_("Ask about joining without going there. The place lacks: %(fact)s", fact=label))
        return misfit(str(fact.no))

    return judge


def _told(name: str, look: Look) -> bool | None:
    """Yes, no, or not told: of the place that they would come to, or of the whole listing."""
    if name == "bring_someone":
        return look.listing.service.bring_someone
    return look.venue.facts.get(name) if look.venue is not None else None

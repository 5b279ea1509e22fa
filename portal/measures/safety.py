"""The safety step: some answers call for help before anything else. It interrupts once, shows numbers, and never blocks.

What was shown and what was done are kept with the result. Source: clinical safety (DCB0129), design of referrals 2.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.directory import urgent
from portal.directory.urgent import KINDS, UrgentCard
from portal.geography.places import Place, PlaceProblem
from portal.measures.instruments import Instrument
from portal.measures.scoring import Answers, points_of

DONE: Mapping[str, LazyString] = MappingProxyType(
    {
        "called-999": _l("We called 999 or went to A&E"),
        "called-line": _l("We called a crisis line together"),
        "gave-numbers": _l("I gave them the numbers"),
        "told-practice": _l("I told their GP practice"),
        "told-safeguarding": _l("I told our safeguarding lead"),
        "known": _l("Their care team knows of it already"),
        "refused": _l("They did not want help now"),
        "later": _l("Nothing yet. I will see to it today"),
    }
)
"""What somebody can say that they did. None of them has to be chosen."""


def needs_step(instrument: Instrument, answers: Answers) -> tuple[str, ...]:
    """The kinds of urgent help that answers call for, worst first; nothing where none do. Raises WrongAnswer."""
    found = {
        kind
        for trigger in instrument.safety
        if (points_of(instrument.item(trigger.item), answers.get(trigger.item)) or 0) > trigger.above
        for kind in trigger.kinds
    }
    for item in instrument.items:
        if item.kind == "words":
            found.update(urgent.kinds_in(answers.get(item.id) or ""))
    return tuple(kind for kind in KINDS if kind in found)


def cards(
    kinds: Iterable[str], *, nation: str | None = None, place: Place | PlaceProblem | None = None
) -> tuple[UrgentCard, ...]:
    """The cards with numbers for the step."""
    return urgent.cards_for(kinds, nation=nation, place=place)


def known(done: Iterable[str]) -> tuple[str, ...]:
    """Of what was sent, what one can have done, in our order. The rest is left out: the step must never stop anybody."""
    sent = frozenset(done)
    return tuple(one for one in DONE if one in sent)

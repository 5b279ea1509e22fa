"""Which needs somebody's words are about, when lines of the lexicon and what example sentences taught have each had their say."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AnySet
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from portal.directory.examples import NONE, ORDER, spoken_for

SURE: Final = 1.0
"""What a line counts for that is sure of a need; what was taught gives about -1 to 1."""
MAYBE: Final = 0.4
"""What a line counts for that only hints at one."""
ENOUGH: Final = -0.45
"""So much must speak for a need where no line is sure of any."""
ENOUGH_BESIDE: Final = 0.0
"""So much must speak for a need beside those that a line is sure of."""
FADES: Final = 0.3
"""A need that has so much less than the first is certain to a third of it."""
NAMED: Final = 0.6
"""How certain a need is at least that a line is sure of: whoever names two things looks for both."""
AGAINST: Final = -9.0
"""What stands against a need that the text says "not" to."""
MOST: Final = 4
"""Needs that are read from one text at most, unless lines are sure of more."""

_NUMBER: Final = {need: number for number, need in enumerate(ORDER)}


@dataclass(frozen=True)
class Judged:
    """Needs, most certain first, and how certain each is: 0 to 1."""

    needs: tuple[str, ...] = ()
    confidence: Mapping[str, float] = field(default_factory=dict)


def judged(text: str, sure: Sequence[str], maybe: Sequence[str], unwanted: AnySet[str] = frozenset()) -> Judged:
    """The needs of a text. `sure` and `maybe`: those that lines of the lexicon name, the most certain first.

    `unwanted`: what the text says "not" to; it may speak of it, and is not about it.
    """
    taught = spoken_for(text)
    said = taught.copy()
    for needs, much in ((sure, SURE), (maybe, MAYBE)):
        for need in needs:
            said[_NUMBER[need]] += much
    for need in unwanted & _NUMBER.keys():
        said[_NUMBER[need]] = AGAINST
    least = ENOUGH_BESIDE if sure else ENOUGH
    ranked = [
        ORDER[at] for at in np.argsort(-said, kind="stable")[:MOST] if said[at] >= least and (taught.any() or said[at])
    ]
    if NONE in ranked:
        ranked = ranked[: ranked.index(NONE)]
    order = sorted(dict.fromkeys((*sure, *ranked)), key=lambda need: -said[_NUMBER[need]])[: max(MOST, len(sure))]
    confidence = {need: _confidence(said[_NUMBER[need]], said[_NUMBER[order[0]]]) for need in order}
    confidence |= {need: max(confidence[need], NAMED) for need in sure if need in confidence}
    return Judged(tuple(sorted(order, key=lambda need: -confidence[need])), MappingProxyType(confidence))


def _confidence(said: float, first: float) -> float:
    """How certain a need is: by what speaks for it, and by how far that is behind what speaks for the first."""
    return round(float(np.exp((said - first) / FADES) / (1 + np.exp(-4 * (said - ENOUGH)))), 2)

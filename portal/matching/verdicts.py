"""What a rule says of a listing, and what all rules together say."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from flask_babel.speaklater import LazyString

from portal.matching.looks import Look


class Verdict(IntEnum):
    """It fits, or one has to ask because the listing has not told, or it does not fit."""

    FITS = 0
    ASK = 1
    MISFIT = 2


@dataclass(frozen=True)
class Said:
    """What one rule says, in a sentence for the reader."""

    verdict: Verdict
    sentence: str


@dataclass(frozen=True)
class Rule:
    """One rule. `about`: what one has to ask about, as a part of "may fit: ask about ...".

    `judge` gives None where the rule has nothing to say: nobody asked for it, or it does not matter here.
    """

    name: str
    about: LazyString
    judge: Callable[[Look], Said | None]


@dataclass(frozen=True)
class Judged:
    """A listing and what each rule that has something to say says of it."""

    look: Look
    said: Sequence[tuple[Rule, Said]]

    @cached_property
    def verdict(self) -> Verdict:
        """The worst of them. A listing that no rule has anything to say of fits."""
        return max((one.verdict for _rule, one in self.said), default=Verdict.FITS)

    @cached_property
    def asks(self) -> tuple[Rule, ...]:
        """The rules that have to be asked about."""
        return tuple(rule for rule, one in self.said if one.verdict is Verdict.ASK)

    def sentences(self, verdict: Verdict) -> list[str]:
        """What the rules with this verdict say, each once."""
        return list(dict.fromkeys(one.sentence for _rule, one in self.said if one.verdict is verdict))


def judge(look: Look, rules: Iterable[Rule]) -> Judged:
    """What the rules say of a listing, in their order."""
    return Judged(look, tuple((rule, said) for rule in rules if (said := rule.judge(look)) is not None))


def fits(sentence: str) -> Said:
    """It fits."""
    return Said(Verdict.FITS, sentence)


def ask(sentence: str) -> Said:
    """It may fit: somebody has to ask."""
    return Said(Verdict.ASK, sentence)


def misfit(sentence: str) -> Said:
    """It does not fit."""
    return Said(Verdict.MISFIT, sentence)

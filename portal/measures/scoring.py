"""What answers come to.

No rule for filling in what was left out is evidenced for any measure here, so a result with a missing answer is not scored.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.core.errors import DomainError
from portal.measures.instruments import Band, Instrument, Item, Scale

Answers = Mapping[str, str | None]
"""By question: the value of the answer, a number that was typed, or words. None, nothing and no key are not answered."""
TYPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,2})?")
"""A score that was worked out elsewhere. None of the questionnaires in use reaches a thousand."""


class WrongAnswer(DomainError):
    """An answer that the questionnaire does not have."""


@dataclass(frozen=True)
class Part:
    """One result. `value` is None where it could not be scored; `missing` are the questions that were not answered."""

    value: float | None
    band: Band | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Score:
    """All results of one questionnaire. `total` and `band` are None where it has no total, or not every answer of it."""

    total: float | None
    parts: Mapping[str, Part]
    band: Band | None
    missing: tuple[str, ...]


def score(instrument: Instrument, answers: Answers) -> Score:
    """The results of answers. Raises WrongAnswer for a question or an answer that the questionnaire does not have."""
    given = checked(instrument, answers)
    parts = {scale.id: _part(instrument, scale, given) for scale in instrument.scales}
    whole = next((parts[scale.id] for scale in instrument.scales if scale.is_total), Part(None, None))
    missing = tuple(item.id for item in instrument.items if item.kind != "words" and item.id not in given)
    return Score(whole.value, parts, whole.band, missing)


def checked(instrument: Instrument, answers: Answers) -> dict[str, str]:
    """The answers that were given, in the order of the questions. Raises WrongAnswer."""
    unknown = set(answers) - {item.id for item in instrument.items}
    if unknown:
        raise WrongAnswer(_("This questionnaire has no such question"))
    given = {item.id: answers[item.id] for item in instrument.items if answers.get(item.id) not in {None, ""}}
    for item_id, answer in given.items():
        points_of(instrument.item(item_id), answer)
    return {item_id: str(answer) for item_id, answer in given.items()}


def points_of(item: Item | None, answer: str | None) -> float | None:
    """What an answer counts; None for words and for no answer. Raises WrongAnswer."""
    if item is None or item.kind == "words" or answer in {None, ""}:
        return None
    if item.kind == "number":
        return _typed(str(answer))
    option = item.option(str(answer))
    if option is None:
        raise WrongAnswer(_("Choose one of the answers"))
    return option.points


def _typed(answer: str) -> float:
    if not TYPED.fullmatch(answer):
        raise WrongAnswer(_("Enter the score as a number, like 56 or 56.4"))
    return float(answer)


def _part(instrument: Instrument, scale: Scale, given: Mapping[str, str]) -> Part:
    missing = tuple(item for item in scale.items if item not in given)
    if missing:
        return Part(None, None, missing)
    raw = sum(points_of(instrument.item(item), given[item]) or 0 for item in scale.items)
    value = raw if not scale.is_converted else (scale.table or {}).get(int(raw))
    return Part(None, None) if value is None else Part(value, scale.band(value))

"""The words in which a measure is asked, in one language: ours where it is free, else those that an operator brought."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from portal.measures.instruments import Instrument, Item
from portal.measures.words import ANSWERS, INTROS, QUESTIONS

ENDS = ("lowest", "highest")
"""How the words of the two ends of an open scale are named where an operator brings them."""


@dataclass(frozen=True)
class Wording:
    """What is read out. `answers`: words by "question.answer". `signed_at`: when an operator signed just these words."""

    language: str
    intro: str
    questions: Mapping[str, str]
    answers: Mapping[str, str] = field(default_factory=dict)
    signed_at: datetime | None = None

    @property
    def is_checked(self) -> bool:
        """Whether an operator has compared these words with the official ones."""
        return self.signed_at is not None

    def question(self, item: Item) -> str:
        """The words of a question."""
        return self.questions.get(item.id, item.id)

    def answer(self, item: Item, value: str) -> str:
        """The words of an answer; a number of a row that has none is its own."""
        return self.answers.get(f"{item.id}.{value}", value)


def ours(instrument: Instrument, language: str) -> Wording:
    """Our words in a language."""
    with force_locale(language):
        answers = {
            f"{item.id}.{option.value}": str(ANSWERS[key])
            for item in instrument.items
            for option in item.options
            for key in (f"{instrument.id}.{item.answers}.{option.value}", f"{instrument.id}.{item.id}.{option.value}")
            if key in ANSWERS
        }
        questions = {item.id: str(QUESTIONS[f"{instrument.id}.{item.id}"]) for item in instrument.items}
        return Wording(language, str(INTROS.get(instrument.id, "")), questions, answers)


def brought(instrument: Instrument, language: str, texts: Mapping[str, Any]) -> Wording:
    """The words that an operator brought. What they lack stays without words."""
    answers = {
        f"{item.id}.{option.value}": words
        for item in instrument.items
        for option in item.options
        if (words := _told(item, option.value, texts["answers"].get(item.answers, {})))
    }
    return Wording(language, texts["intro"], texts["questions"], answers)


def _told(item: Item, value: str, told: Mapping[str, str]) -> str | None:
    if item.kind != "scale":
        return told.get(value)
    ends = dict(zip((item.options[0].value, item.options[-1].value), ENDS, strict=True))
    return told.get(ends[value]) if value in ends else None


def digest(instrument: Instrument, wording: Wording) -> str:
    """Of all that somebody signs: the words, the answers, what each counts, and where bands begin."""
    points = {f"{item.id}.{option.value}": option.points for item in instrument.items for option in item.options}
    scales = [
        [
            [one.id, *one.items, one.direction, one.is_converted, sorted(one.table.items()) if one.table else None],
            [[band.id, band.lowest, band.highest] for band in one.bands],
        ]
        for one in instrument.scales
    ]
    told = [
        instrument.id,
        wording.language,
        wording.intro,
        dict(wording.questions),
        dict(wording.answers),
        points,
        scales,
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

"""The form of a trial: where, when, the words in each language, what is hoped for and what to look at."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Field

from portal.core.form_fields import Select, line, words
from portal.core.forms import VersionedForm
from portal.core.i18n import Locale, offered_locales
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import one_line
from portal.core.wording import full_date
from portal.directory.languages import name_of
from portal.geography.models import Neighbourhood
from portal.trials.actions import Told
from portal.trials.measures import MEASURES
from portal.trials.models import Trial
from portal.trials.periods import MOST, WEEKS, to_come
from portal.trials.slots import FEWEST_ANSWERS, LONGEST_ANSWER, MOST_ANSWERS, SLOTS

AHEAD = 13
"""Periods from which one can be chosen to begin with: a year."""
CHOOSE = _l("Choose one of the answers")
LONGEST_TEXT = max(slot.longest for slot in SLOTS.values())


class TrialForm(VersionedForm):
    """A trial. Made by `trial_form`, with fields for each language."""

    locales: tuple[Locale, ...] = ()

    slot = Select(_l("Place in pages"), {key: slot.label for key, slot in SLOTS.items()}, needed=CHOOSE)
    neighbourhood = Select(_l("Neighbourhood"), needed=CHOOSE)
    starts_on = Select(
        _l("First day"),
        needed=CHOOSE,
        description=_l("A Monday, every four weeks: figures are told of whole periods of four weeks."),
    )
    weeks = Select(_l("How long"), needed=CHOOSE)
    hope = words(
        _l("What do you hope for?"),
        _l("Like: more people open a listing if we ask in shorter words. It cannot be moved later."),
        needed=_l("Say what you hope for"),
        longest=500,
    )
    measure = Select(_l("What will you look at?"), {key: one.label for key, one in MEASURES.items()}, needed=CHOOSE)

    def __init__(self, neighbourhoods: Iterable[Neighbourhood], **options: Any) -> None:
        super().__init__(**options)
        self.neighbourhood.offer({str(one.id): one.name for one in neighbourhoods})
        self.starts_on.offer({one.first.isoformat(): full_date(one.first) for one in to_come(AHEAD)})
        self.weeks.offer({str(WEEKS * one): weeks_label(WEEKS * one) for one in range(1, MOST + 1)})

    @property
    def shown(self) -> list[Field]:
        """The fields, in the order of the page: the words come before what is hoped for."""
        return sorted(super().shown, key=lambda field: field.name in {"hope", "measure"})

    @property
    def text_fields(self) -> list[tuple[Locale, Field, Field]]:
        """The words and the answers of each language."""
        return [(one, self[f"text_{one.code}"], self[f"answers_{one.code}"]) for one in self.locales]

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then the words of all languages together."""
        is_right = bool(super().validate(extra_validators))
        if self.slot.data in SLOTS:
            is_right = self._check_words() and is_right
        return is_right

    def told(self) -> Told:
        """What was typed."""
        has_answers = SLOTS[self.slot.data].kind == "question"
        texts = {one.code: text.data for one, text, _answers in self.text_fields if text.data}
        answers = {one.code: lines(told.data) for one, _text, told in self.text_fields if has_answers and told.data}
        first = date.fromisoformat(self.starts_on.data)
        return Told(
            slot=self.slot.data, neighbourhood_id=UUID(self.neighbourhood.data), starts_on=first,
            ends_on=first + timedelta(weeks=int(self.weeks.data), days=-1), texts=texts, answers=answers,
            hope=self.hope.data, measure=self.measure.data,
        )  # fmt: skip

    def _check_words(self) -> bool:
        slot, counts = SLOTS[self.slot.data], set()
        if not any(text.data for _locale, text, _answers in self.text_fields):
            return self._wrong(self.text_fields[0][1], _("Enter the words in at least one language"))
        is_right = True
        for _locale, text, answers in self.text_fields:
            if len(text.data or "") > slot.longest:
                is_right = self._wrong(text, _("Use %(most)s letters or fewer in this place", most=slot.longest))
            if slot.kind != "question":
                if answers.data:
                    is_right = self._wrong(answers, _("This place is not for a question: leave the answers empty"))
                continue
            if (text.data or answers.data) and (problem := _answers_problem(text.data, lines(answers.data))):
                is_right = self._wrong(answers, problem)
            elif text.data:
                counts.add(len(lines(answers.data)))
        if is_right and len(counts) > 1:
            told = _("Give the same number of answers in each language, in the same order")
            return self._wrong(self.text_fields[-1][2], told)
        return is_right

    def _wrong(self, field: Field, sentence: str) -> bool:
        field.errors = [*field.errors, sentence]
        return False


class LearnedForm(VersionedForm):
    """What was learned from a trial."""

    learned = words(
        _l("What did we learn?"),
        _l("For colleagues. Also what did not work."),
        longest=1_000,
        rows=4,
    )


def trial_form(neighbourhoods: Iterable[Neighbourhood], trial: Trial | None = None) -> TrialForm:
    """The form with fields for each language of this instance, filled from a trial."""
    locales = tuple(offered_locales())
    fields: dict[str, Any] = {"locales": locales}
    for one in locales:
        in_it: dict[str, Any] = {"lang": one.code, "dir": one.direction}
        fields[f"text_{one.code}"] = line(
            _("Words in %(language)s", language=name_of(one.code)), longest=LONGEST_TEXT, **in_it
        )
        fields[f"answers_{one.code}"] = words(
            _("Answers in %(language)s", language=name_of(one.code)),
            _l("For a question alone: one answer a line, two to six."),
            longest=MOST_ANSWERS * (LONGEST_ANSWER + 2),
            **in_it,
        )
    kind: type[TrialForm] = type("MadeForm", (TrialForm,), fields)
    return kind(neighbourhoods, data=of_trial(trial) if trial is not None else {})


def weeks_label(weeks: int) -> str:
    """So many weeks, in words."""
    return ngettext("%(num)s week", "%(num)s weeks", weeks)


def lines(told: str | None) -> list[str]:
    """The answers, one a line, each once."""
    return list(dict.fromkeys(line for one in (told or "").splitlines() if (line := one_line(one))))


def _answers_problem(text: str | None, answers: list[str]) -> str | None:
    if not text:
        return _("Enter the question as well, or leave both empty")
    if not FEWEST_ANSWERS <= len(answers) <= MOST_ANSWERS:
        return _("Enter two to six answers, one a line")
    if any(len(one) > LONGEST_ANSWER for one in answers):
        return _("Use %(most)s letters or fewer for an answer", most=LONGEST_ANSWER)
    return None


def of_trial(trial: Trial) -> dict[str, Any]:
    """The fields of a trial's form as it stands."""
    codes = [one.code for one in offered_locales()]
    return {
        "slot": trial.slot, "neighbourhood": str(trial.neighbourhood_id), "starts_on": trial.starts_on.isoformat(),
        "weeks": str(trial.weeks), "hope": trial.hope, "measure": trial.measure, "version": str(trial.version),
        **{f"text_{code}": trial.texts.get(code, "") for code in codes},
        **{f"answers_{code}": "\n".join(trial.answers.get(code, ())) for code in codes},
    }  # fmt: skip

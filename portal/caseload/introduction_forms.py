"""The small forms of an introduction's page: one for each thing that a link worker may do with it."""

from collections.abc import Iterable
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from portal.attachments.forms import WithFile, WordsOrFile
from portal.caseload.record_acts import GOAL_RESULTS
from portal.caseload.referring_forms import HOW
from portal.codes.dates import DateField, Lately
from portal.core.forms import KeyedForm
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import plain
from portal.directory.help_first import FreeWords
from portal.measures.words import WHY_NONE
from portal.people.models import Goal
from portal.referrals.messages import LONGEST
from portal.referrals.reasons import REASONS

LONGEST_NOTE = 2_000


def _words(
    label: LazyString,
    longest: int = LONGEST_NOTE,
    *,
    needed: LazyString | None = None,
    hint: Any = "",
    check: Any = None,
) -> Any:
    checks: list[Any] = [DataRequired(needed)] if needed else [check] if check else []
    length = Length(max=longest, message=_l("Use %(max)d characters or fewer"))
    return TextAreaField(label, filters=[plain], validators=[*checks, length], description=hint, render_kw={"rows": 3})


def _radios(label: LazyString, pairs: Iterable[tuple[str, Any]], needed: LazyString) -> RadioField:
    choices = [SelectChoice(value, words) for value, words in pairs]
    return RadioField(label, choices=choices, validators=[DataRequired(needed)])


class ActForm(FreeWords, KeyedForm):
    """A button alone. `version`: of the introduction, as the page showed it."""

    version = HiddenField()


class MessageForm(WithFile, ActForm):
    """A message to the group, in words or as a file."""

    free = ("words",)

    words = _words(_l("Your message"), LONGEST, check=WordsOrFile(_l("Write what you want to say")))


class AnswerForm(WithFile, ActForm):
    """An answer to the group's question, in words or as a file."""

    free = ("words",)

    words = _words(_l("Your answer"), LONGEST, check=WordsOrFile(_l("Write your answer")))


class NoteForm(ActForm):
    """Why something is done."""

    free = ("words",)

    words = _words(_l("Say in a sentence why"), needed=_l("Say in a sentence why"))


class OptionalNoteForm(ActForm):
    """What the person said, if anything."""

    free = ("words",)

    words = _words(_l("What they said, if you want to keep it"))


class WithdrawForm(ActForm):
    """Why it is called off."""

    free = ("words",)

    reason = _radios(
        _l("Why?"), [(code, one.label) for code, one in REASONS.items() if one.withdraws], _l("Choose a reason")
    )
    words = _words(_l("More, if the reason does not say it"))


class EndForm(ActForm):
    """Why it ended before it was finished."""

    free = ("words",)

    reason = _radios(
        _l("Why?"), [(code, one.label) for code, one in REASONS.items() if one.ends], _l("Choose a reason")
    )
    words = _words(_l("More, if the reason does not say it"))


class CloseForm(ActForm):
    """Why the whole referral is closed."""

    reason = _radios(
        _l("Why?"),
        [(code, one.label) for code, one in REASONS.items() if one.withdraws or code == "support-finished"],
        _l("Choose a reason"),
    )


class AgreedForm(ActForm):
    """How the person agreed, who was asked by link and said it another way."""

    free = ("basis_note",)

    how = _radios(
        _l("How did they agree?"), [(name, label) for name, (label, _how, _by) in HOW.items()],
        _l("Say how the person agreed"),
    )  # fmt: skip
    basis_note = _words(
        _l("Why can the person not decide this, and who was asked?"), hint=_l("Only if somebody else decided.")
    )


class StartForm(ActForm):
    """When they first met."""

    started_on = DateField(_l("When did you first meet?"), Lately(), needed=_l("Enter the date, like 27 3 2026"))


class PauseForm(ActForm):
    """Why it stands still, and until when."""

    free = ("words",)

    review_on = DateField(_l("When do you look again?"), needed=_l("Enter a date in the future on which to look again"))
    words = _words(_l("Why is it on hold?"), needed=_l("Say in a sentence why"))


class CompleteForm(ActForm):
    """How it turned out. A field for each goal of the person is added by `complete_form`."""

    free = ("words",)

    last_contact = DateField(_l("Date of the last contact"), Lately(), needed=_l("Enter the date of the last contact"))
    why_no_measure = RadioField(
        _l("Why was no measure taken?"),
        choices=[SelectChoice(code, label) for code, label in WHY_NONE.items()],
        validators=[Optional()],
    )
    words = _words(_l("Anything to tell those who asked for it"))

    @property
    def results(self) -> list[Any]:
        """The fields of the goals, or the one that stands for all."""
        return [one for one in self if one.short_name.startswith(("goal_", "result"))]

    def report(self, measure_id: str | None) -> dict[str, Any]:
        """As an ending takes it."""
        goals = {one.short_name.removeprefix("goal_"): one.data for one in self.results if one.short_name != "result"}
        last = self.last_contact.data
        return {
            "goals": goals,
            "result": next((one.data for one in self.results if one.short_name == "result"), None),
            "last_contact": last.isoformat() if last else None,
            "measure_id": measure_id,
            "why_no_measure": None if measure_id else self.why_no_measure.data or None,
            "words": self.words.data or None,
        }


def complete_form(goals: Iterable[Goal]) -> type[CompleteForm]:
    """The form of an ending for a person with these goals."""
    told = {
        f"goal_{goal.id}": _radios(goal.words, GOAL_RESULTS.items(), _l("Say how each goal turned out"))  # type: ignore[arg-type]
        for goal in goals
    }
    if not told:
        told["result"] = _radios(_l("How did it turn out?"), GOAL_RESULTS.items(), _l("Say how it turned out"))
    return type("GoalsForm", (CompleteForm,), told)

"""Forms of measures. Each is made from the measure's data: a page shows one whole, and no question has to be answered."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import Field, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from portal.core.forms import KeyedForm
from portal.core.plain import one_line, plain
from portal.measures import safety
from portal.measures.actions import Taken
from portal.measures.instruments import Item
from portal.measures.queries import Ready
from portal.measures.scoring import WrongAnswer, points_of
from portal.measures.words import COMPLETED_BY, POINTS, WHY_NONE

LONGEST_WORDS = 500


def _choices(words: Mapping[str, str | LazyString]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


class ChoiceField(RadioField):
    """One of a few answers, or none. What is none of them is refused in our words."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Values and words, as templates draw them."""
        return [(choice.value, str(choice.label)) for choice in self.choices]

    def pre_validate(self, form: KeyedForm) -> None:
        """Raises ValidationError for what is not among the answers."""
        if self.data and self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(_("Choose one of the answers"))


class ScoreField(StringField):
    """A score that was worked out elsewhere."""

    def pre_validate(self, form: KeyedForm) -> None:
        """Raises ValidationError for what is no score."""
        try:
            points_of(Item("score", "number"), self.data)
        except WrongAnswer as problem:
            raise ValidationError(problem.sentence) from problem


class MeasureForm(KeyedForm):
    """A questionnaire. `done` is asked at the safety step alone, and never refused. Made by `form_for`."""

    ready: Ready
    point: ChoiceField
    completed_by: ChoiceField
    done = SelectMultipleField(_l("What did you do?"), choices=_choices(safety.DONE), validate_choice=False)

    @property
    def questions(self) -> list[tuple[Item, Field]]:
        """Each question with its field, in order."""
        return [(item, self[_named(item)]) for item in self.ready.instrument.items]

    @property
    def acts(self) -> list[tuple[str, str]]:
        """What one can have done at the safety step, in words."""
        return [(value, str(words)) for value, words in safety.DONE.items()]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of urgent help that the answers call for; for a form that was checked."""
        return safety.needs_step(self.ready.instrument, self.answers())

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: something was answered."""
        if not super().validate(extra_validators):
            return False
        if not any(self.answers().values()):
            self.refuse(_named(self.ready.instrument.items[0]), _("Answer at least one question."))
            return False
        return True

    def answers(self) -> dict[str, str | None]:
        """What was answered, by question."""
        return {item.id: field.data or None for item, field in self.questions}

    def taken(self, *, referral_id: UUID | None = None) -> Taken:
        """What was typed, for `actions.record`."""
        return Taken(
            instrument_id=self.ready.instrument.id,
            answers=self.answers(),
            point=self.point.data,
            completed_by=self.completed_by.data,
            form_key=str(self.key.data),
            language=self.ready.wording.language,
            done=safety.known(self.done.data or ()),
            referral_id=referral_id,
        )


class NotTakenForm(KeyedForm):
    """Why no measure could be taken after support."""

    why = ChoiceField(
        _l("Why could no measure be taken?"),
        choices=_choices(WHY_NONE),
        validators=[InputRequired(_l("Choose a reason"))],
    )


def form_for(ready: Ready, *, point: str = "before", completed_by: str = "together") -> MeasureForm:
    """The form of a measure, filled with what was sent. `point` and `completed_by` are chosen until somebody says otherwise."""
    fields: dict[str, Any] = {_named(item): _field(ready, item) for item in ready.instrument.items}
    fields["point"] = ChoiceField(
        _l("When is this?"), choices=_choices(POINTS), validators=[InputRequired(_l("Say when this is"))]
    )
    fields["completed_by"] = ChoiceField(
        _l("Who filled it in?"),
        choices=_choices(COMPLETED_BY),
        validators=[InputRequired(_l("Say who filled it in"))],
    )
    made: MeasureForm = type("MadeForm", (MeasureForm,), {**fields, "ready": ready})(
        data={"point": point, "completed_by": completed_by}
    )
    return made


def _named(item: Item) -> str:
    return f"answer-{item.id}"


def _field(ready: Ready, item: Item) -> Field:
    label = ready.wording.question(item)
    if item.kind == "words":
        length = Length(max=LONGEST_WORDS, message=_l("Use 500 characters or fewer"))
        return TextAreaField(label, filters=[plain], validators=[length])
    if item.kind == "number":
        return ScoreField(label, filters=[one_line])
    words = {option.value: ready.wording.answer(item, option.value) for option in item.options}
    return ChoiceField(label, choices=_choices(words))

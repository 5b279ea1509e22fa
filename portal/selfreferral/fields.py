"""Fields of the questions: radios that start unanswered, ticks, lines and texts that say how much too long they are."""

from collections.abc import Iterable

from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import one_line, plain

Choices = Iterable[tuple[str, LazyString | str]]
LONGEST_TEXT = 500


class OneOf(RadioField):
    """One of a few answers."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Values with their words."""
        return [(str(one.value), str(one.label)) for one in self.choices]


class Chosen:
    """A check: one of the answers was chosen."""

    def __init__(self, sentence: LazyString | str) -> None:
        self.sentence = sentence

    def __call__(self, _form: FlaskForm, field: RadioField) -> None:
        if field.data not in {one.value for one in field.choices}:
            field.data = None
            raise ValidationError(str(self.sentence))


class OfThese:
    """A check that drops what is none of the answers, which no page of ours offered."""

    def __call__(self, _form: FlaskForm, field: SelectMultipleField) -> None:
        offered = {one.value for one in field.choices}
        field.data = [one for one in dict.fromkeys(field.data or ()) if one in offered]


class NotTooLong:
    """A check of a text that people write: it says how many letters it has, since without script nothing counts them."""

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        count = len(field.data or "")
        if count > LONGEST_TEXT:
            raise ValidationError(
                ngettext(
                    "You have written %(num)s character. Use 500 or fewer",
                    "You have written %(num)s characters. Use 500 or fewer",
                    count,
                )
            )


def radios(label: LazyString | str, choices: Choices, sentence: LazyString | str) -> OneOf:
    """One of a few answers. None is chosen beforehand."""
    return OneOf(label, [Chosen(sentence)], choices=choices_of(choices), validate_choice=False)


def ticks(label: LazyString | str, choices: Choices, hint: LazyString | str = "") -> SelectMultipleField:
    """Several answers."""
    return SelectMultipleField(
        label, [OfThese()], choices=choices_of(choices), validate_choice=False, description=hint, default=list
    )


def line(label: LazyString | str, *checks: object, hint: LazyString | str = "", longest: int = 100) -> StringField:
    """One line."""
    length = Length(max=longest, message=_l("Use %(max)d characters or fewer"))
    return StringField(label, [*checks, length], filters=[one_line], description=hint)


def text(label: LazyString | str, *checks: object, hint: LazyString | str = "") -> TextAreaField:
    """A few sentences, 500 letters at most."""
    return TextAreaField(label, [*checks, NotTooLong()], filters=[plain], description=hint)


def choices_of(choices: Choices) -> list[SelectChoice]:
    """Answers with their words."""
    return [SelectChoice(value, words) for value, words in choices]

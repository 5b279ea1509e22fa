"""Fields of the questions where they differ from `portal.core.form_fields`: ticks of what is offered no more go without a word,
and a text that is too long says by how much, since without script nothing counts its letters.
"""

from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, TextAreaField
from wtforms.validators import ValidationError

from portal.core.form_fields import Answers, Words, choices_of
from portal.core.plain import plain

LONGEST_TEXT = 500


class OfThese:
    """A check that drops what is none of the answers, which no page of ours offered."""

    def __call__(self, _form: FlaskForm, field: SelectMultipleField) -> None:
        offered = {one.value for one in field.choices}
        field.data = [one for one in dict.fromkeys(field.data or ()) if one in offered]


class NotTooLong:
    """A check of a text that people write: it says how many letters it has."""

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


def ticks(label: Words, told: Answers, hint: Words = "") -> SelectMultipleField:
    """Several answers."""
    return SelectMultipleField(
        label, [OfThese()], choices=choices_of(told), validate_choice=False, description=hint, default=list
    )


def text(label: Words, *checks: object, hint: Words = "") -> TextAreaField:
    """A few sentences, 500 letters at most."""
    return TextAreaField(label, [*checks, NotTooLong()], filters=[plain], description=hint)

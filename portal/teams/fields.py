"""Fields of the forms of teams and of huddles: one of many, a line, words over several lines, and the version that was shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from portal.core.forms import KeyedForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.numbers import whole_number
from portal.core.plain import one_line, plain

Words = str | LazyString
LONGEST_LINE = 200


class Pick(SelectField):
    """One of many. `needed` is said where none was chosen; what is none of them is refused in our words."""

    def __init__(self, label: Words, *, needed: Words | None = None, **options: Any) -> None:
        options.setdefault("choices", [])
        super().__init__(label, **options)
        self.needed = needed

    def offer(self, told: Mapping[str, Words]) -> None:
        """The answers to choose from, values with words."""
        self.choices = choices_of(told)

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is not among the answers, and for none where one is needed."""
        if self.data and self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(_("Choose one of the answers"))
        if not self.data and self.needed:
            raise ValidationError(str(self.needed))


class Needed:
    """A check: something was typed that can be seen."""

    def __init__(self, sentence: Words) -> None:
        self.sentence = sentence

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        if not field.data:
            raise ValidationError(str(self.sentence))


class VersionedForm(KeyedForm):
    """A form that changes a row. `version`: of the row that the page showed; 0 where there was none yet."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version that was shown; -1, which none has, for what is no number."""
        told = whole_number(str(self.version.data or "0"))
        return -1 if told is None else told

    @property
    def drawn(self) -> list[Field]:
        """The fields that are seen, in order."""
        return [field for field in self.shown if field.type != "HiddenField"]


def line(label: Words, hint: Words = "", *, needed: Words | None = None, longest: int = LONGEST_LINE) -> StringField:
    """A line of words. `needed` is said where it has to be there and is not."""
    return StringField(label, description=hint, filters=[one_line], validators=_checks(needed, longest))


def words(label: Words, hint: Words = "", *, needed: Words | None = None, longest: int = 2_000) -> TextAreaField:
    """Words over several lines."""
    return TextAreaField(label, description=hint, filters=[plain], validators=_checks(needed, longest))


def choices_of(told: Mapping[str, Words]) -> Sequence[SelectChoice]:
    """Values and words as fields hold them."""
    return [SelectChoice(value, label) for value, label in told.items()]


def _checks(needed: Words | None, longest: int) -> list[Any]:
    length = Length(max=longest, message=_l("Use fewer letters"))
    return [length, *([Needed(needed)] if needed else [])]

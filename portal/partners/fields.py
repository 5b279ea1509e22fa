"""Fields of the forms about partners, by the names under which the staff pages draw them, and the forms that hold them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from portal.codes.dates import DateField
from portal.core import clock
from portal.core.forms import KeyedForm, PageForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.numbers import whole_number
from portal.core.plain import one_line, plain

LONGEST_LINE = 160
LONGEST_WORDS = 4_000
FARTHEST = timedelta(days=365 * 60)
"""How far from today a date may lie: further off, its year was typed wrongly."""
Words = str | LazyString


def _choices(told: Mapping[str, Words]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in told.items()]


class Select(SelectField):
    """One of many. `needed` is said where none was chosen; what is none of them is refused in our words."""

    def __init__(
        self, label: Words, choices: Mapping[str, Words] | None = None, *, needed: Words = "", **options: Any
    ) -> None:
        super().__init__(label, choices=_choices(choices or {}), **options)
        self.needed = needed

    def offer(self, choices: Mapping[str, Words]) -> None:
        """Say what can be chosen, before the form is checked."""
        self.choices = _choices(choices)

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is not among the choices, and for nothing where something is needed."""
        if self.data and self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(_("Choose one of the answers"))
        if not self.data and self.needed:
            raise ValidationError(str(self.needed))


class Choice(RadioField):
    """One of a few answers. `needed` is said where none was chosen."""

    def __init__(self, label: Words, choices: Mapping[str, Words], *, needed: Words = "", **options: Any) -> None:
        options.setdefault("default", "")
        super().__init__(label, choices=_choices(choices), **options)
        self.needed = needed

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Values and words, as templates draw them."""
        return [(choice.value, str(choice.label)) for choice in self.choices]

    def offer(self, choices: Mapping[str, Words]) -> None:
        """Say what can be chosen, before the form is checked."""
        self.choices = _choices(choices)

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is none of the answers."""
        if self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(str(self.needed or _("Choose one of the answers")))


class NotFar:
    """A check: the year was typed rightly."""

    def __call__(self, _form: FlaskForm, field: DateField) -> None:
        if field.data is not None and abs(field.data - clock.today()) > FARTHEST:
            field.wrong = frozenset({"year"})
            raise ValidationError(_("Check the year."))


def day(label: Words, *, needed: Words | None = None, hint: Words | None = None) -> DateField:
    """A date in three boxes; `needed` is said where nothing was typed."""
    return DateField(label, NotFar(), needed=needed, hint=hint)  # type: ignore[arg-type]


def line(label: Words, hint: Words = "", *, needed: Words = "", longest: int = LONGEST_LINE) -> StringField:
    """A line of words."""
    return StringField(label, description=hint, filters=[one_line], validators=_checks(needed, longest))


def words(label: Words, hint: Words = "", *, needed: Words = "", longest: int = LONGEST_WORDS) -> TextAreaField:
    """Words over several lines."""
    return TextAreaField(label, description=hint, filters=[plain], validators=_checks(needed, longest))


def number(label: Words, hint: Words, most: int) -> StringField:
    """A whole number, or nothing."""

    def check(_form: FlaskForm, field: Field) -> None:
        if (field.data and (told := whole_number(field.data)) is None) or (field.data and told > most):  # type: ignore[operator]
            raise ValidationError(_("Enter a whole number from 0 to %(most)s, or leave it empty", most=f"{most:,}"))

    return StringField(label, description=hint, filters=[one_line], validators=[check])


def _checks(needed: Words, longest: int) -> list[Any]:
    length = Length(max=longest, message=_l("Use %(max)d characters or fewer"))
    return [*([DataRequired(needed)] if needed else []), length]


class Drawn:
    """The fields that are seen, in order, and what another version of the row says, where somebody was quicker."""

    clash: list[tuple[str, str, str]] | None = None
    """Label, what stands, what was typed: of every field in which the two differ."""

    @property
    def drawn(self) -> list[Field]:
        """The fields that are seen."""
        return [field for field in self.shown if field.type != "HiddenField"]  # type: ignore[attr-defined]


class MakingForm(Drawn, KeyedForm):
    """A form that makes something, once."""


class ChangingForm(Drawn, PageForm):
    """A form that changes a row of which the page showed this version."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version that was shown; 0, which none has, for what is no number."""
        return whole_number(str(self.version.data or "")) or 0

    def clashes_with(self, standing: Mapping[str, Any], version: int) -> None:
        """Keep what was typed, and show what stands beside it: sent again, it goes before."""
        self.clash = [
            (str(field.label.text), said(field, standing[field.name]), said(field, field.data))
            for field in self.drawn
            if field.name in standing and said(field, standing[field.name]) != said(field, field.data)
        ]
        self.version.data = str(version)


class RenewingForm(ChangingForm, KeyedForm):
    """A form that makes the next of something, of which the page showed this version."""


def said(field: Field, value: Any) -> str:
    """A value as somebody reads it."""
    if value is None or value == "":
        return str(_("nothing"))
    for choice in getattr(field, "choices", None) or ():
        if choice.value == value:
            return str(choice.label)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)

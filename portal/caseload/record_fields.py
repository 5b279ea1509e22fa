"""Fields of the forms of a record: one of a few, several of many, and the version that the page showed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from portal.core.forms import KeyedForm, PageForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.numbers import whole_number
from portal.core.plain import one_line, plain
from portal.directory.help_first import FreeWords
from portal.directory.needs import GROUPS, NEEDS

LONGEST_LINE = 120
LONGEST_STORY = 20_000
"""About 3,000 words."""
Words = str | LazyString


class Choice(RadioField):
    """One of a few answers, or none. `needed` is said where none was chosen."""

    def __init__(
        self, label: Words, choices: Mapping[str, Words] | None = None, *, needed: Words | None = None, **options: Any
    ) -> None:
        options.setdefault("default", "")
        super().__init__(label, choices=choices_of(choices or {}), **options)
        self.needed = needed

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Values and words, as templates draw them."""
        return [(choice.value, str(choice.label)) for choice in self.choices]

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is none of the answers, and for none where one is needed."""
        if self.data and self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(_("Choose one of the answers"))
        if not self.data and self.needed:
            raise ValidationError(str(self.needed))


class Select(SelectField):
    """One of many. What is none of them is refused in our words."""

    def __init__(self, label: Words, choices: Mapping[str, Words] | None = None, **options: Any) -> None:
        super().__init__(label, choices=choices_of(choices or {}), **options)

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is not among the answers."""
        if self.data and self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(_("Choose one of the answers"))


class Ticks(SelectMultipleField):
    """Several of many, or none. `groups`: headings over the first box of each, by its value."""

    def __init__(self, label: Words, choices: Mapping[str, Words] | None = None, **options: Any) -> None:
        super().__init__(label, choices=choices_of(choices or {}), **options)
        self.groups: dict[str, str] = {}

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is not among the answers."""
        if not set(self.data or ()) <= {choice.value for choice in self.choices}:
            raise ValidationError(_("Choose from the answers"))

    @property
    def boxes(self) -> list[tuple[str, str, str, bool, str | None]]:
        """Id, value, words, whether it is ticked, and the heading over it. The first has the id of the field."""
        chosen = set(self.data or ())
        return [
            (
                self.id if number == 0 else f"{self.id}-{choice.value}",
                choice.value,
                str(choice.label),
                choice.value in chosen,
                self.groups.get(choice.value),
            )
            for number, choice in enumerate(self.choices)
        ]


class NeedsField(Ticks):
    """What would help, under the headings of the directory."""

    def __init__(self, label: Words, **options: Any) -> None:
        super().__init__(label, {need.id: need.label for need in _needs()}, **options)
        first: dict[str, str] = {}
        for need in _needs():
            first.setdefault(need.group, need.id)
        self.groups = {first[group.id]: str(group.label) for group in GROUPS}


class PartForm(FreeWords, PageForm):
    """A form that changes a part of a record. `version` is that of the record which the page showed."""

    version = HiddenField()
    clashed = False
    """Whether somebody changed the record since the page was shown."""

    @property
    def seen(self) -> int:
        """The version that was shown; 0, which none has, for what is no number."""
        return whole_number(str(self.version.data or "")) or 0

    @property
    def drawn(self) -> list[Field]:
        """The fields that are seen, in order."""
        return [field for field in self.shown if field.type != "HiddenField"]


class MakingForm(FreeWords, KeyedForm):
    """A form that adds something to a record, once."""

    @property
    def drawn(self) -> list[Field]:
        """The fields that are seen, in order."""
        return [field for field in self.shown if field.type != "HiddenField"]


def line(label: Words, hint: Words = "", *, needed: Words | None = None, longest: int = LONGEST_LINE) -> StringField:
    """A line of words. `needed` is said where it has to be there and is not."""
    checks = [Length(max=longest, message=_l("Use fewer letters")), *([Needed(needed)] if needed else [])]
    return StringField(label, description=hint, filters=[one_line], validators=checks)


def words(
    label: Words, hint: Words = "", *, needed: Words | None = None, longest: int = LONGEST_STORY
) -> TextAreaField:
    """Words over several lines."""
    checks = [Length(max=longest, message=_l("Use fewer letters")), *([Needed(needed)] if needed else [])]
    return TextAreaField(label, description=hint, filters=[plain], validators=checks)


class Needed:
    """A check: something was typed."""

    def __init__(self, sentence: Words) -> None:
        self.sentence = sentence

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        if not field.data:
            raise ValidationError(str(self.sentence))


def as_flag(told: str | None) -> bool | None:
    """ "yes" and "no" as they are kept; None for neither."""
    return {"yes": True, "no": False}.get(told or "")


def as_choice(held: bool | None) -> str:
    """A kept yes or no as a form shows it."""
    return "" if held is None else "yes" if held else "no"


def choices_of(told: Mapping[str, Words]) -> Sequence[SelectChoice]:
    """Values and words as fields hold them."""
    return [SelectChoice(value, label) for value, label in told.items()]


def _needs() -> Iterable[Any]:
    return [need for group in GROUPS for need in NEEDS.values() if need.group == group.id]

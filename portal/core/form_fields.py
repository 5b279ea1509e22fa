"""Fields of forms: one of many, one of a few, several of many, a line, words over several lines, and a whole number.

`components/form-field.html` draws each by its kind. A date is `portal.codes.dates.DateField`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.numbers import whole_number
from portal.core.plain import one_line, plain

Words = str | LazyString
Answers = Mapping[str, Words]
"""Values with their words, in the order of the page."""
QUIET = {"autocomplete": "off"}
"""Of boxes in which staff write about somebody else: what was typed for another is not offered again."""
TOO_LONG = _l("Use %(max)d characters or fewer")


def choices_of(told: Answers) -> Sequence[SelectChoice]:
    """Values and words as fields hold them."""
    return [SelectChoice(value, label) for value, label in told.items()]


class Select(SelectField):
    """One of many. `needed` is said where none was chosen; what is none of them is refused in our words."""

    def __init__(
        self, label: Words, told: Answers | None = None, *, needed: Words | None = None, **options: Any
    ) -> None:
        super().__init__(label, choices=choices_of(told or {}), **options)
        self.needed = needed

    def offer(self, told: Answers) -> None:
        """Say what can be chosen, before the form is checked."""
        self.choices = choices_of(told)

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is not among the answers, and for none where one is needed."""
        _check_chosen(self)


class Choice(RadioField):
    """One of a few answers, or none. `needed` is said where none was chosen."""

    def __init__(
        self, label: Words, told: Answers | None = None, *, needed: Words | None = None, **options: Any
    ) -> None:
        options.setdefault("default", "")
        super().__init__(label, choices=choices_of(told or {}), **options)
        self.needed = needed

    def offer(self, told: Answers) -> None:
        """Say what can be chosen, before the form is checked."""
        self.choices = choices_of(told)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Values and words, as templates draw them."""
        return [(choice.value, str(choice.label)) for choice in self.choices]

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is none of the answers, and for none where one is needed."""
        _check_chosen(self)


class Ticks(SelectMultipleField):
    """Several of many, or none. `groups`: headings over the first box of each, by its value.

    `look`: the class of the list. `has_names`: the words are names, each in a direction of its own. `shows_values`: each value
    stands behind its words, as codes of areas do.
    """

    def __init__(
        self,
        label: Words,
        told: Answers | None = None,
        *,
        look: str = "",
        has_names: bool = False,
        shows_values: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(label, choices=choices_of(told or {}), **options)
        self.groups: dict[str, str] = {}
        self.look, self.has_names, self.shows_values = look, has_names, shows_values

    def offer(self, told: Answers) -> None:
        """Say what can be ticked, before the form is checked."""
        self.choices = choices_of(told)

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


class Number(StringField):
    """A whole number, or nothing unless `needed` is said. `sentence`: of what is not from `least` to `most`; it may name them."""

    def __init__(
        self, label: Words, sentence: Words, *, needed: Words | None = None, least: int = 0, most: int, **options: Any
    ) -> None:
        super().__init__(label, filters=[one_line], render_kw=dict(QUIET), **options)
        self.sentence, self.needed, self.least, self.most = sentence, needed, least, most

    @property
    def number(self) -> int | None:
        """What was typed; None for nothing, and for what is no number."""
        return whole_number(self.data or "")

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is no number within the bounds, and for nothing where a number is needed."""
        if not self.data and self.needed:
            raise ValidationError(str(self.needed))
        if self.data and not (self.number is not None and self.least <= self.number <= self.most):
            raise ValidationError(str(self.sentence) % {"least": f"{self.least:,}", "most": f"{self.most:,}"})


class Suggested(StringField):
    """A line of words with suggestions, which a browser offers without script; anything else may be typed too."""

    def __init__(self, label: Words, hint: Words, *, needed: Words, longest: int, **options: Any) -> None:
        checks = _checks(needed, longest, ())
        super().__init__(label, checks, filters=[one_line], description=hint, render_kw=dict(QUIET), **options)
        self.suggestions: Sequence[str] = ()

    def offer(self, told: Sequence[str]) -> None:
        """Say what is suggested."""
        self.suggestions = told


def line(
    label: Words,
    hint: Words = "",
    *checks: Any,
    needed: Words | None = None,
    longest: int | None = None,
    **shown: Any,
) -> StringField:
    """A line of words. `needed` is said where it has to be there and is not; without `longest` it is for `checks` to say.

    `shown`: attributes of the box.
    """
    return StringField(
        label, _checks(needed, longest, checks), filters=[one_line], description=hint, render_kw={**QUIET, **shown}
    )


def words(
    label: Words,
    hint: Words = "",
    *checks: Any,
    needed: Words | None = None,
    longest: int,
    rows: int = 3,
    **shown: Any,
) -> TextAreaField:
    """Words over several lines, in a box of so many `rows`."""
    return TextAreaField(
        label, _checks(needed, longest, checks), filters=[plain], description=hint, render_kw={"rows": rows, **shown}
    )


def _checks(needed: Words | None, longest: int | None, more: Sequence[Any]) -> list[Any]:
    length = [Length(max=longest, message=TOO_LONG)] if longest is not None else []
    return [*([DataRequired(needed)] if needed else []), *length, *more]


def _check_chosen(field: Select | Choice) -> None:
    if field.data and field.data not in {choice.value for choice in field.choices}:
        raise ValidationError(_("Choose one of the answers"))
    if not field.data and field.needed:
        raise ValidationError(str(field.needed))

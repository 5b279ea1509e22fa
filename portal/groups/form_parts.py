"""What forms of facts are made of."""

from collections.abc import Iterable
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from portal.core.forms import PageForm
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import one_line, plain

YES_NO = (("", _l("Not told")), ("yes", _l("Yes")), ("no", _l("No")))


class FactForm(PageForm):
    """What forms of facts share."""

    def put(self, value: Any) -> None:
        """Fill the fields from a value of the fact."""
        raise NotImplementedError

    def told(self, standing: Any) -> Any:
        """The value of the fact that was typed."""
        raise NotImplementedError


def line(label: LazyString, longest: int, *more: Any, hint: LazyString | None = None, **shown: Any) -> StringField:
    """A field of one line."""
    length = Length(max=longest, message=_l("Use %(max)d characters or fewer"))
    return StringField(label, [*more, length], filters=[one_line], description=hint or "", render_kw=shown)


def area(label: LazyString, longest: int, *more: Any, hint: LazyString | None = None, rows: int = 4) -> TextAreaField:
    """A field of several lines."""
    length = Length(max=longest, message=_l("Use %(max)d characters or fewer"))
    return TextAreaField(label, [*more, length], filters=[plain], description=hint or "", render_kw={"rows": rows})


def ticks(label: LazyString, choices: Any, hint: LazyString | None = None) -> SelectMultipleField:
    """Several answers to tick."""
    return SelectMultipleField(label, choices=options(choices), validate_choice=True, description=hint or "")


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Answers to choose from: values with their words."""
    return [SelectChoice(value, words) for value, words in pairs]


def needed(sentence: LazyString) -> DataRequired:
    """Something must be typed; the sentence says what."""
    return DataRequired(sentence)


def pairs_of(field: Any) -> list[tuple[str, str]]:
    """The answers of a field as pairs of values and words."""
    return [(one.value, str(one.label)) for one in field.choices]

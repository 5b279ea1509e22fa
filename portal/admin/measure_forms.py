"""Forms with which administrators bring what a licensed measure needs. Made from the measure's own data."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import Field, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from portal.core.forms import PageForm
from portal.core.plain import one_line, plain
from portal.measures.queries import Ready
from portal.measures.wording import ENDS

LONGEST_TABLE = 4_000
MOST_END = 1_000


class LicenceForm(PageForm):
    """Under which licence or agreement a measure is used, and which version of it."""

    number = StringField(
        _l("Licence number, or words of the agreement"),
        filters=[one_line],
        validators=[Length(max=120, message=_l("Use 120 characters or fewer"))],
    )
    version = StringField(
        _l("Version, as its holders call it"),
        filters=[one_line],
        validators=[Length(max=60, message=_l("Use 60 characters or fewer"))],
    )


class TableForm(PageForm):
    """The table from raw sums to scores, pasted."""

    table = TextAreaField(
        _l("Table of scores"),
        filters=[plain],
        validators=[
            DataRequired(_l("Paste the table")),
            Length(max=LONGEST_TABLE, message=_l("Use 4,000 characters or fewer")),
        ],
    )


class EndsForm(PageForm):
    """Which numbers the answers of its scales run from and to."""

    lowest = IntegerField(
        _l("Lowest number"),
        validators=[InputRequired(_l("Enter a whole number")), NumberRange(0, MOST_END, _l("Use 0 to 1,000"))],
    )
    highest = IntegerField(
        _l("Highest number"),
        validators=[InputRequired(_l("Enter a whole number")), NumberRange(0, MOST_END, _l("Use 0 to 1,000"))],
    )


class WordsForm(PageForm):
    """The words of questions and answers in one language. Made by `words_form`."""

    ready: Ready
    intro = TextAreaField(
        _l("What is said before the questions"),
        filters=[plain],
        validators=[Length(max=1_000, message=_l("Use 1,000 characters or fewer"))],
    )

    def texts(self) -> dict[str, Any]:
        """What was typed, as `actions.import_words` takes it."""
        one = self.ready.instrument
        return {
            "intro": self.intro.data,
            "questions": {item.id: self[f"question-{item.id}"].data for item in one.items},
            "answers": {
                name: {value: self[f"said-{name}-{value}"].data for value in values}
                for name, values in _answers(self.ready).items()
            },
        }


def words_form(ready: Ready, *, is_sent: bool) -> WordsForm:
    """The form for the words of a measure, filled with those that are there, or with what was sent."""
    fields: dict[str, Any] = {"ready": ready}
    for number, item in enumerate(ready.instrument.items, 1):
        fields[f"question-{item.id}"] = _line(
            _("Question %(number)s, which is answered in words", number=number)
            if item.kind == "words"
            else _("Question %(number)s", number=number)
        )
    for name, values in _answers(ready).items():
        for number, value in enumerate(values, 1):
            fields[f"said-{name}-{value}"] = _line(_label(ready, name, number, value))
    kind: type[WordsForm] = type("MadeForm", (WordsForm,), fields)
    return kind(data=_there(ready)) if is_sent else kind(formdata=None, data=_there(ready))


def _label(ready: Ready, name: str, number: int, value: str) -> str:
    """What is asked for: which answer, to which questions, and what it counts."""
    if value in ENDS:
        return _("Words for the lowest number") if value == ENDS[0] else _("Words for the highest number")
    asked = [place for place, item in enumerate(ready.instrument.items, 1) if item.answers == name]
    points = next(option.points for option in ready.instrument.answer_sets[name] if option.value == value)
    return str(
        ngettext(
            "Answer %(answer)s to questions %(first)s to %(last)s, which counts %(num)s point",
            "Answer %(answer)s to questions %(first)s to %(last)s, which counts %(num)s points",
            points,
            answer=number,
            first=asked[0],
            last=asked[-1],
        )
    )


def _line(label: str) -> Field:
    told = [DataRequired(_l("Enter the words")), Length(max=300, message=_l("Use 300 characters or fewer"))]
    return StringField(label, filters=[one_line], validators=told)


def _answers(ready: Ready) -> dict[str, tuple[str, ...]]:
    """The answers that need words, by set: of a row of numbers its two ends."""
    is_row = {item.answers for item in ready.instrument.items if item.kind == "scale"}
    return {
        name: ENDS if name in is_row else tuple(option.value for option in options)
        for name, options in ready.instrument.answer_sets.items()
    }


def _there(ready: Ready) -> dict[str, str]:
    texts = ready.brought.texts if ready.brought is not None and ready.brought.texts else None
    if texts is None:
        return {}
    questions = {f"question-{name}": words for name, words in texts["questions"].items()}
    said = {f"said-{name}-{value}": words for name, told in texts["answers"].items() for value, words in told.items()}
    return {"intro": texts["intro"], **questions, **said}

"""What a coordinator types to ask, and what a group types to answer."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from portal.codes.dates import DateField
from portal.codes.typed import plain_digits
from portal.coordinating import kinds
from portal.coordinating.asking import Written
from portal.coordinating.models import GroupQuestion
from portal.core import clock
from portal.core.form_fields import words
from portal.core.forms import KeyedForm, PageForm, VersionedForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.numbers import whole_number
from portal.core.plain import one_line, plain
from portal.directory.help_first import FreeWords

LONGEST_QUESTION = 300
LONGEST_AHEAD = timedelta(days=21)
"""The link of a mail works as long."""
WHO = {
    "all": _l("All of my groups"),
    "need": _l("Groups that help with one thing"),
    "place": _l("Groups in one neighbourhood"),
    "ticked": _l("Only those that I tick"),
}
SPACE_FIELD = "space-"


class QuestionForm(FreeWords, VersionedForm):
    """The question, what it asks for, and by when."""

    free = ("words", "choices")

    team = HiddenField(filters=[one_line])
    area = SelectField(_l("Which area is it for?"), filters=[one_line], validate_choice=False)
    words = words(_l("Your question"), needed=_l("Write your question"), longest=LONGEST_QUESTION)
    kind = RadioField(_l("What kind of answer do you need?"), validate_choice=False)
    choices = TextAreaField(_l("Answers to choose from"), filters=[plain])
    answer_by = DateField(
        _l("Answer by"),
        needed=_l("Enter the day by which groups should answer"),
        hint=_l("Within 3 weeks: the link in the e-mail works as long. Groups are reminded once before that day."),
    )

    areas: Sequence[tuple[str, str]] = ()
    team_id: UUID | None = None
    """The team whose groups are asked, if it is one's; known to be of an area of theirs."""

    @classmethod
    def of(
        cls, areas: Sequence[tuple[str, str]], draft: GroupQuestion | None, area: str | None, team: UUID | None = None
    ) -> "QuestionForm":
        """For a new question, to groups of a team perhaps, or for a draft as it stands."""
        known: dict[str, Any] = {"area": area, "team": str(team or "")}
        if draft is not None:
            known = {
                "area": draft.area, "words": draft.words, "kind": draft.kind, "choices": draft.choices or "",
                "answer_by": draft.answer_by, "version": str(draft.version),
            }  # fmt: skip
        form = cls(data=known)
        form.areas, form.area.choices, form.team_id = areas, list(areas), team
        form.kind.choices = [(key, str(kind.label)) for key, kind in kinds.KINDS.items()]
        return form

    def validate_area(self, field: SelectField) -> None:
        """One of the areas that they coordinate."""
        if field.data not in dict(self.areas):
            raise ValidationError(_("Choose one of your areas"))

    def validate_kind(self, field: RadioField) -> None:
        """One of the table."""
        if field.data not in kinds.KINDS:
            raise ValidationError(_("Choose what kind of answer you need"))

    def validate_choices(self, field: TextAreaField) -> None:
        """Two to eight different ones, each short; of no weight for other kinds."""
        if self.kind.data != "choice":
            return
        found = self.choice_lines
        if len(found) < kinds.LEAST_CHOICES:
            raise ValidationError(_("Write at least 2 answers, each on a line of its own"))
        if len(found) > kinds.MOST_CHOICES:
            raise ValidationError(_("Write 8 answers or fewer"))
        if any(len(one) > kinds.LONGEST_CHOICE for one in found):
            raise ValidationError(_("Use 80 characters or fewer for each answer"))

    def validate_answer_by(self, field: DateField) -> None:
        """From tomorrow, as long as the link works."""
        if field.data is None:
            return
        if field.data <= clock.today():
            raise ValidationError(_("Enter a date in the future"))
        if field.data > clock.today() + LONGEST_AHEAD:
            raise ValidationError(_("Enter a date within 3 weeks"))

    @property
    def choice_lines(self) -> list[str]:
        """The answers to choose from, each once."""
        return list(dict.fromkeys(line for one in (self.choices.data or "").split("\n") if (line := one_line(one))))

    def written(self) -> Written:
        """What was typed."""
        day = self.answer_by.data
        if day is None:
            raise ValueError("ask for what was typed after the form was checked")
        return Written(self.words.data, self.kind.data, tuple(self.choice_lines), day)


class ChooseForm(PageForm):
    """Which groups a question goes to."""

    who = RadioField(_l("Which groups?"), validate_choice=False)
    need = SelectField(_l("What they help with"), validate_choice=False)
    place = SelectField(_l("Neighbourhood"), validate_choice=False)
    tick = SelectMultipleField(_l("Groups"), validate_choice=False)

    @classmethod
    def of(
        cls, needs: Sequence[tuple[str, str]], places: Sequence[tuple[str, str]], ticked: Sequence[UUID]
    ) -> "ChooseForm":
        """With those ticked that were chosen before."""
        form = cls(data={"tick": [str(one) for one in ticked], "who": "ticked" if ticked else None})
        form.who.choices = [(key, str(label)) for key, label in WHO.items() if key != "need" or needs]
        form.need.choices, form.place.choices = list(needs), list(places)
        return form

    def validate_who(self, field: RadioField) -> None:
        """One of the ways."""
        if field.data not in dict(field.choices):
            raise ValidationError(_("Choose which groups"))

    @property
    def ticked(self) -> frozenset[str]:
        """Ids of the groups that were ticked, as text."""
        return frozenset(self.tick.data or ())


class AnswerForm(FreeWords, KeyedForm):
    """The answer of a group. Which field counts follows from the kind of the question."""

    free = ("words",)

    yes_no = RadioField(_l("Your answer"), validate_choice=False)
    choice = RadioField(_l("Your answer"), validate_choice=False)
    number = StringField(_l("Your answer, as a number"), filters=[one_line])
    words = words(_l("Your answer, in a few words"), longest=kinds.LONGEST_WORDS)

    question: GroupQuestion
    listings: Sequence[tuple[str, str]] = ()
    states: Mapping[str, str] = {}
    problem: tuple[str, str] | None = None

    @classmethod
    def about(
        cls, question: GroupQuestion, listings: Sequence[tuple[str, str]], *, answer: str | None, typed: Any
    ) -> "AnswerForm":
        """For one question, with what the group said last; `typed`: what was sent, None for none."""
        kind, known = question.kind, answer or ""
        form = cls(typed, data={FIELDS[kind]: known} if kind in FIELDS else {})
        form.question, form.listings = question, listings
        form.yes_no.choices = [(value, str(words)) for value, words in kinds.YES_NO.items()]
        form.choice.choices = [(str(number), words) for number, words in enumerate(question.choice_list)]
        if typed is None:
            form.states = kinds.states_of(known) if kind == "space" else {}
        else:
            told = ((one, typed.get(f"{SPACE_FIELD}{one}")) for one, _name in listings)
            form.states = {one: state for one, state in told if state in kinds.SPACE}
        return form

    def read(self) -> str | None:
        """The answer as it is kept; None where it is none, with the reason in `problem`."""
        kind = self.question.kind
        if not self.validate():
            self.problem = next(((one, sentence) for one, sentence in self.problems()), None)
            return None
        value, sentence = READERS[kind](self)
        self.problem = (first_id(self), sentence) if sentence else None
        return value


FIELDS = {"yes-no": "yes_no", "choice": "choice", "number": "number", "words": "words"}


def first_id(form: AnswerForm) -> str:
    """The id of the first field that counts."""
    if form.question.kind == "space":
        return f"{SPACE_FIELD}{form.listings[0][0]}" if form.listings else "answer"
    return FIELDS[form.question.kind]


def _read_yes_no(form: AnswerForm) -> tuple[str | None, str]:
    return (form.yes_no.data, "") if form.yes_no.data in kinds.YES_NO else (None, _("Choose yes or no"))


def _read_choice(form: AnswerForm) -> tuple[str | None, str]:
    is_one = form.choice.data in {value for value, _words in form.choice.choices}
    return (form.choice.data, "") if is_one else (None, _("Choose one of the answers"))


def _read_number(form: AnswerForm) -> tuple[str | None, str]:
    told = plain_digits(form.number.data or "").replace(",", "").replace(" ", "")
    number = whole_number(told, kinds.DIGITS)
    return (str(number), "") if number is not None else (None, _("Enter a whole number, like 12, up to 999,999"))


def _read_words(form: AnswerForm) -> tuple[str | None, str]:
    return (form.words.data, "") if form.words.data else (None, _("Write your answer"))


def _read_space(form: AnswerForm) -> tuple[str | None, str]:
    if not form.states:
        return None, _("Say it for one of your listings at least")
    return json.dumps(dict(form.states)), ""


READERS = {
    "yes-no": _read_yes_no,
    "choice": _read_choice,
    "number": _read_number,
    "words": _read_words,
    "space": _read_space,
}
"""How an answer of each kind is read from the form: the value to keep, or why there is none."""

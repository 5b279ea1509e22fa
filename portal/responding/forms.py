"""What a group may type to answer a referral. Which fields count follows from the answer that is chosen."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from portal.attachments.forms import WithFile, WordsOrFile
from portal.core.forms import KeyedForm
from portal.core.i18n import gettext as _
from portal.core.numbers import whole_number
from portal.core.plain import one_line, plain
from portal.directory.help_first import FreeWords
from portal.referrals.answering import MOST_WEEKS
from portal.referrals.guards import Refused
from portal.referrals.messages import LONGEST
from portal.referrals.models import Introduction
from portal.referrals.reasons import REASONS
from portal.responding import suggesting
from portal.responding.answers import Answer, Kind, kinds_of
from portal.responding.passing_forms import NONE_OF_THESE, SHORT, PassingOn
from portal.responding.sessions import coming_of, moment_of

LONGEST_WORDS = 2_000
WITH_WORDS = Length(max=LONGEST_WORDS, message=_l("Use 2,000 characters or fewer"))
COMMON = (
    "no-capacity", "not-eligible", "out-of-area", "no-contact", "no-longer-wants", "not-funded", "safety", "other",
)  # fmt: skip
"""Reasons that most groups have; the rest folds below them."""
BY_GROUP = tuple(code for code, reason in REASONS.items() if reason.by_group)
KIND_LABELS = {
    "accept": (_l("Accept"), _l("We have a place for this person")),
    "wait": (_l("Put on our waiting list"), _l("Say about how many weeks. We check the person is happy to wait")),
    "ask": (
        _l("Ask a question"),
        _l("One question to whoever referred them. Your time to answer stops until they reply"),
    ),
    "pass": (
        _l("Pass on to another group"),
        _l("Sent there now where the person agreed to that. Otherwise your idea goes to whoever referred them"),
    ),
    "decline": (_l("Decline"), _l("Choose a reason. It never counts against your listing")),
}
FIELD_OF = {
    "weeks": "weeks",
    "reason": "reason",
    "words": "words",
    "first_date": "first_at",
    "starts_at": "first_at",
    "suggestion": "suggestion",
}
"""Where what an action refuses is said."""


class AnswerForm(FreeWords, PassingOn):
    """Accept, wait, ask, pass on or decline."""

    free = ("question", "words")

    version = HiddenField()
    answer = RadioField(_l("Your answer"), validate_choice=False)
    first_at = SelectField(_l("First date"), validate_choice=False)
    meets = StringField(_l("Who will meet them at the door? (optional)"), filters=[one_line], validators=[SHORT])
    weeks = StringField(_l("About how many weeks?"), filters=[one_line])
    question = TextAreaField(_l("Your question"), filters=[plain], validators=[WITH_WORDS])
    reason = RadioField(_l("Why?"), validate_choice=False)
    words = TextAreaField(_l("A word on why"), filters=[plain], validators=[WITH_WORDS])
    suggestion = StringField(_l("Know a group that could help? (optional)"), filters=[one_line], validators=[SHORT])
    suggestion_id = RadioField(_l("Which of these do you mean?"), validate_choice=False)
    is_full = BooleanField(_l("Also show “Full” on our listing"))

    introduction: Introduction

    @classmethod
    def about(cls, introduction: Introduction, typed: Any) -> "AnswerForm":
        """The form for one referral. `typed` is what was sent or held; None for a new one."""
        form = cls(typed)
        form.introduction = introduction
        coming = [(one.value, one.words) for one in coming_of(introduction.service_id)]
        form.first_at.choices = [*coming, ("", _("We will agree a date by phone"))]
        if typed is None:
            form.version.data = str(introduction.version)
            form.first_at.data = coming[0][0] if coming else ""
        form.found = []
        if form.suggestion.data and form.answer.data == "decline":
            form.found = suggesting.found_for(form.suggestion.data, but=introduction.service_id)
        form.look_for(introduction.service_id)
        return form

    found: Sequence[tuple[str, str]]
    """Listings that the suggestion may mean: id and words."""

    @property
    def is_passing(self) -> bool:
        """Whether this is the answer."""
        return self._is("pass")

    @property
    def kinds(self) -> list[tuple[Kind, str, str]]:
        """The answers that can be given now: value, label and hint."""
        told = {kind: KIND_LABELS[kind] for kind in kinds_of(self.introduction)}
        return [(kind, str(label), str(hint)) for kind, (label, hint) in told.items()]

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """The reasons that most groups have."""
        return [(code, str(REASONS[code].label)) for code in COMMON]

    @property
    def more_reasons(self) -> list[tuple[str, str]]:
        """The other reasons that a group may give."""
        return [(code, str(REASONS[code].label)) for code in BY_GROUP if code not in COMMON]

    def validate_answer(self, field: RadioField) -> None:
        """One that can be given now."""
        if field.data not in kinds_of(self.introduction):
            raise ValidationError(_("Choose your answer"))

    def validate_first_at(self, field: SelectField) -> None:
        """One of the next sessions, or none."""
        if self._is("accept") and field.data not in {value for value, _words in field.choices}:
            raise ValidationError(_("Choose one of the next dates, or agree a date by phone"))

    def validate_weeks(self, field: StringField) -> None:
        """How long the wait is about."""
        if self._is("wait") and not 1 <= (whole_number(field.data or "") or 0) <= MOST_WEEKS:
            raise ValidationError(_("Enter about how many weeks, like 3"))

    def validate_question(self, field: TextAreaField) -> None:
        """Something has to be asked."""
        if self._is("ask") and not field.data:
            raise ValidationError(_("Write your question"))

    def validate_reason(self, field: RadioField) -> None:
        """One of the list."""
        if self._is("decline") and field.data not in BY_GROUP:
            raise ValidationError(_("Choose a reason"))

    def validate_words(self, field: TextAreaField) -> None:
        """Where the reason alone does not say it."""
        reason = REASONS.get(self.reason.data or "")
        if self._is("decline") and reason is not None and reason.needs_words and not field.data:
            raise ValidationError(_("Say in a sentence why"))

    def validate_suggestion_id(self, field: RadioField) -> None:
        """Which listing was meant, where the words fit some."""
        known = {value for value, _words in self.found} | {NONE_OF_THESE}
        if self._is("decline") and self.found and field.data not in known:
            raise ValidationError(_("Say which group you mean"))

    def given(self) -> Answer:
        """What was said."""
        kind, words = cast("Kind", self.answer.data), self.question.data
        if kind == "decline":
            words = self._why()
        if kind == "pass":
            words = self.onward_words
        return Answer(
            kind,
            first_at=moment_of(self.first_at.data) if kind == "accept" and self.first_at.data else None,
            meets=self.meets.data or None,
            weeks=whole_number(self.weeks.data or "") or 0,
            words=words or None,
            reason=self.reason.data if kind == "decline" else None,
            suggestion_id=self._suggested() or self.onward_service,
            is_full=bool(self.is_full.data),
            key=str(self.key.data),
        )

    def refused(self, problem: Refused) -> None:
        """Say at its field what an action does not let pass."""
        name = FIELD_OF.get(problem.field or "", "answer")
        self.refuse("question" if name == "words" and self._is("ask") else name, problem.sentence)

    @property
    def seen_version(self) -> int | None:
        """The version of the introduction that the page showed."""
        return whole_number(self.version.data or "")

    @property
    def typed_words(self) -> list[str]:
        """The words that were typed, so that none is lost where they can no longer be sent."""
        fields = (self.question, self.words, self.suggestion, self.onward, self.meets)
        return [field.data for field in fields if field.data]

    def _is(self, kind: Kind) -> bool:
        return bool(self.answer.data == kind)

    def _suggested(self) -> UUID | None:
        known = {value for value, _words in self.found}
        is_one = self._is("decline") and self.suggestion_id.data in known
        return UUID(self.suggestion_id.data) if is_one else None

    def _why(self) -> str:
        """The words to the reason; a suggestion that is no listing here stands in a line of its own."""
        lines = [self.words.data or ""]
        if self.suggestion.data and self._suggested() is None:
            lines.append(self.suggestion.data)
        return "\n".join(line for line in lines if line)


class MessageForm(FreeWords, WithFile, KeyedForm):
    """A word to the other side, or a file."""

    free = ("message",)

    message = TextAreaField(
        _l("Write to who referred them"),
        filters=[plain],
        validators=[
            WordsOrFile(_l("Write what you want to say")),
            Length(max=LONGEST, message=_l("Use 20,000 characters or fewer")),
        ],
    )

"""What a group types by a link once it has accepted: who came, and how it ended. No name stands on these forms."""

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from portal.codes.dates import DateField, Lately
from portal.core.i18n import gettext as _
from portal.core.plain import plain
from portal.referrals.reasons import REASONS
from portal.referrals.states import STARTED, State
from portal.responding.forms import WITH_WORDS
from portal.responding.step_forms import CAME, RESULTS, WHY_NO_MEASURE, Choices, OneOf, ReasonForm, ReportForm, WhenForm

MOVED = "moved"
ANOTHER: Choices = {MOVED: _l("It moved to another date")}
WITHOUT_BOOKING: Choices = {"attended": _l("They came"), MOVED: _l("A date is agreed")}
FINISHED, EARLY, NOT_STARTED, STILL = "finished", "early", "not-started", "still"
HOW: Choices = {
    STILL: _l("It still goes on"),
    FINISHED: _l("It has finished"),
    EARLY: _l("It ended early"),
    NOT_STARTED: _l("It did not start"),
}


class VisitForm(WhenForm):
    """Did they come? Where the visit moved, to when."""

    status = RadioField(_l("Did they come?"), validators=[OneOf(_l("Say whether they came"))], validate_choice=False)

    def prepare(self) -> None:
        """What may have become of it, with a booking or without."""
        super().prepare()
        has_booking = any(one.status == "booked" for one in self.introduction.appointments)
        choices = {**CAME, **ANOTHER} if has_booking else WITHOUT_BOOKING
        self.status.choices = [(value, str(label)) for value, label in choices.items()]

    @property
    def asked(self) -> list[Field]:
        """The question first; a date belongs to one of its answers."""
        return [self.status, self.session, self.day, self.time]

    def validate_session(self, field: SelectField) -> None:
        """Where it moved, a date is needed."""
        if self.status.data == MOVED:
            super().validate_session(field)

    def validate_time(self, field: StringField) -> None:
        """Where it moved to a date of their own."""
        if self.status.data == MOVED:
            super().validate_time(field)


class EndingForm(ReasonForm, ReportForm):
    """Is it over, and how did it go? Which questions count follows from the first."""

    free = ("words", "onward")

    named = ReportForm.named
    how = RadioField(_l("How does it stand?"), validators=[OneOf(_l("Say how it stands"))], validate_choice=False)
    result = RadioField(_l("How did it turn out?"), choices=list(RESULTS), validate_choice=False)
    last_contact = DateField(_l("When were you last in touch?"))
    why_no_measure = RadioField(
        _l("Why is there no questionnaire before and after?"), choices=list(WHY_NO_MEASURE), validate_choice=False
    )
    reason = RadioField(_l("Why?"), validate_choice=False)
    words = TextAreaField(_l("A word on why"), filters=[plain], validators=[WITH_WORDS])

    def prepare(self) -> None:
        """What can be said of where it stands."""
        super().prepare()
        has_begun = State(self.introduction.state) in STARTED
        self.how.choices = [
            (value, str(label)) for value, label in HOW.items() if value != NOT_STARTED or not has_begun
        ]

    @property
    def asked(self) -> list[Field]:
        """In the order of the page."""
        return [self[name] for name in ("how", "reason", "words", "result", "last_contact", "why_no_measure", "onward")]

    def validate_result(self, field: RadioField) -> None:
        """For what began."""
        if self._is(FINISHED, EARLY) and field.data not in RESULTS:
            raise ValidationError(_("Say how it turned out"))

    def validate_last_contact(self, field: DateField) -> None:
        """For what began; neither ahead nor long ago."""
        if self._is(FINISHED, EARLY):
            Lately()(self, field)

    def validate_why_no_measure(self, field: RadioField) -> None:
        """For what began. The date is asked for here, since an empty one passes no check of its own."""
        if self._is(FINISHED, EARLY) and self.last_contact.data is None and not self.last_contact.errors:
            self.refuse("last_contact", _("Enter the date of the last contact"))
        if self._is(FINISHED, EARLY) and field.data not in WHY_NO_MEASURE:
            raise ValidationError(_("Say why there is none"))

    def validate_reason(self, field: RadioField) -> None:
        """For what did not come to its end."""
        if self._is(EARLY, NOT_STARTED) and field.data not in {value for value, *_rest in field.choices}:
            raise ValidationError(_("Choose a reason"))

    def validate_words(self, field: TextAreaField) -> None:
        """Where the reason alone does not say it."""
        reason = REASONS.get(self.reason.data or "")
        if self._is(EARLY, NOT_STARTED) and reason is not None and reason.needs_words and not field.data:
            raise ValidationError(_("Say in a sentence why"))

    def _is(self, *how: str) -> bool:
        return self.how.data in how

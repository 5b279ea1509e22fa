"""What a group types about somebody whom it has accepted: one class a step, its fields in the order of the page."""

from datetime import date, datetime, time
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, ValidationError

from portal.accounts.queries import users_of
from portal.codes.dates import DateField, Lately
from portal.core import clock
from portal.core.forms import KeyedForm
from portal.core.i18n import gettext as _
from portal.core.numbers import whole_number
from portal.core.permissions import Permission
from portal.core.plain import one_line, plain
from portal.directory.help_first import FreeWords
from portal.measures.words import NOT_USED, WHY_NONE_OF_GROUPS
from portal.people.items import CONTACT_MODES
from portal.referrals import waiting
from portal.referrals.guards import Refused
from portal.referrals.models import Introduction
from portal.referrals.reasons import REASONS
from portal.responding.forms import WITH_WORDS
from portal.responding.passing_forms import SHORT, PassingOn
from portal.responding.sessions import coming_of, moment_at, moment_of, said_at

Choices = dict[str, LazyString]
OTHER_DATE = "other"
CAME: Choices = {
    "attended": _l("They came"),
    "late": _l("They came late"),
    "did-not-attend": _l("They did not come"),
}
WHO_CANCELLED: Choices = {"person": _l("The person"), "group": _l("We did")}
RESULTS: Choices = {
    "achieved": _l("It helped, as they had hoped"),
    "partly": _l("It helped in part"),
    "not-achieved": _l("It did not help"),
    "not-known": _l("We do not know"),
}
WHY_NO_MEASURE: Choices = dict(WHY_NONE_OF_GROUPS)
MODES: Choices = {mode: words for mode, words in CONTACT_MODES.items() if mode != "other"}
OUTCOMES: Choices = {
    "reached": _l("We spoke"),
    "no-answer": _l("No answer"),
    "message-left": _l("Left a message"),
    "not-there": _l("Not there"),
}
VISIT_MODES: Choices = {"visit": _l("A visit"), "phone": _l("By phone"), "video": _l("By video")}


class OneOf:
    """A check: one of the choices."""

    def __init__(self, sentence: LazyString) -> None:
        self.sentence = sentence

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data not in {str(value) for value, *_rest in field.choices}:
            raise ValidationError(str(self.sentence))


def one_of(label: LazyString, choices: Choices, sentence: LazyString) -> RadioField:
    """A question with a few answers."""
    return RadioField(label, choices=list(choices), validators=[OneOf(sentence)], validate_choice=False)


def words_field(label: LazyString) -> TextAreaField:
    """Words that may be left out."""
    return TextAreaField(label, filters=[plain], validators=[WITH_WORDS])


class StepForm(FreeWords, KeyedForm):
    """One step. `named`: the words of each question's choices."""

    version = HiddenField()
    named: ClassVar[dict[str, Choices]] = {}
    introduction: Introduction

    @classmethod
    def about(cls, introduction: Introduction, typed: Any) -> "StepForm":
        """The form for one referral. `typed` is what was sent or held; None for a new one."""
        form = cls(typed)
        form.introduction = introduction
        form.prepare()
        if typed is None:
            form.version.data = str(introduction.version)
            form.fill()
        return form

    def prepare(self) -> None:
        """Put the choices that depend on the referral."""
        for name, choices in self.named.items():
            self[name].choices = [(value, str(label)) for value, label in choices.items()]

    def fill(self) -> None:
        """Put what stands, or what is likely."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is well, also what one field found wrong with another."""
        return super().validate(extra_validators) and not self.errors

    @property
    def asked(self) -> list[Field]:
        """The fields that are seen."""
        return [field for field in self.shown if field.type != "HiddenField"]

    @property
    def seen_version(self) -> int | None:
        """The version that the page showed."""
        return whole_number(self.version.data or "")

    @property
    def typed_words(self) -> list[str]:
        """The words that were typed."""
        return [field.data for field in self.asked if field.type in {"TextAreaField", "StringField"} and field.data]

    def refused(self, problem: Refused) -> None:
        """Say at its field what an action does not let pass; at the first where it is about none of them."""
        names = [field.name for field in self.asked]
        about = problem.field or ""
        self.refuse(about if about in names else names[0], problem.sentence)


class PlainForm(StepForm):
    """A button and nothing else."""

    free = ("note",)

    note = words_field(_l("A note (optional)"))


class PassForm(PassingOn, StepForm):
    """Another group fits better after all. Which listing is meant is asked once the words fit some."""

    def prepare(self) -> None:
        """Look for what was typed."""
        super().prepare()
        self.look_for(self.introduction.service_id)

    @property
    def asked(self) -> list[Field]:
        """The second question once it has answers."""
        return [self.onward, self.onward_id] if self.onward_found else [self.onward]


class WhenForm(StepForm):
    """A date of the sessions, or one of their own with its time."""

    session = SelectField(_l("When?"), validate_choice=False)
    day = DateField(_l("Another date"))
    time = StringField(_l("Its time"), filters=[one_line])

    def prepare(self) -> None:
        """The next sessions, and another date."""
        super().prepare()
        coming = [(one.value, one.words) for one in coming_of(self.introduction.service_id)]
        self.session.choices = [*coming, (OTHER_DATE, _("Another date"))]

    def validate_session(self, field: SelectField) -> None:
        """One of them."""
        if field.data not in {value for value, _words in field.choices}:
            raise ValidationError(_("Choose a date"))

    def validate_time(self, field: StringField) -> None:
        """Where another date is meant, it is needed with a time, and both lie ahead."""
        if self.session.data != OTHER_DATE:
            return
        if self.day.data is None:
            if not self.day.errors:
                self.refuse("day", _("Enter the date of the visit, like 24 11 2026"))
            return
        if (at := _time(field.data)) is None:
            raise ValidationError(_("Enter a time, like 10:30"))
        if moment_at(self.day.data, at) <= clock.now():
            raise ValidationError(_("Enter a date and time in the future"))

    @property
    def starts_at(self) -> datetime:
        """The moment that was chosen."""
        if self.session.data != OTHER_DATE:
            return moment_of(self.session.data)
        at = _time(self.time.data)
        return moment_at(self.day.data or clock.today(), at or time(0))


class BookForm(WhenForm):
    """A visit to be agreed."""

    named = {"mode": VISIT_MODES}
    mode = one_of(_l("How?"), VISIT_MODES, _l("Say how they meet you"))
    place = StringField(_l("Where, if not at the usual place? (optional)"), filters=[one_line], validators=[SHORT])

    def fill(self) -> None:
        """Most come by."""
        self.mode.data = "visit"


class AcceptForm(WhenForm):
    """From the waiting list: there is a place now. The date may be agreed by phone."""

    meets = StringField(_l("Who will meet them at the door? (optional)"), filters=[one_line], validators=[SHORT])

    def prepare(self) -> None:
        """By phone comes first: after a wait nobody knows who can still come when."""
        super().prepare()
        self.session.choices = [("", _("We will agree a date by phone")), *self.session.choices]


class CameForm(StepForm):
    """What became of the visit."""

    free = ("reason",)

    named = {"status": CAME}
    status = one_of(_l("Did they come?"), CAME, _l("Say whether they came"))
    reason = words_field(_l("Why not, if you know (optional)"))


class MoveForm(WhenForm):
    """Another date for the visit."""

    named = {"who": WHO_CANCELLED}
    who = one_of(_l("Who asked for another date?"), WHO_CANCELLED, _l("Say who asked for it"))


class CancelForm(StepForm):
    """The visit does not happen, and there is no other date yet."""

    free = ("reason",)

    named = {"who": WHO_CANCELLED}
    who = one_of(_l("Who cancelled?"), WHO_CANCELLED, _l("Say who cancelled"))
    reason = words_field(_l("Why, if you know (optional)"))


class StartForm(StepForm):
    """They came without a booking."""

    started_on = DateField(_l("When did they come first?"), Lately(), needed=_l("Enter the date, like 24 11 2026"))

    def fill(self) -> None:
        """Most is written down on the same day."""
        self.started_on.process(None, clock.today())


class PauseForm(StepForm):
    """On hold."""

    free = ("words",)

    words = TextAreaField(
        _l("Why?"), filters=[plain], validators=[DataRequired(_l("Say in a sentence why")), WITH_WORDS]
    )
    review_on = DateField(_l("When do you look again?"), needed=_l("Enter a date in the future on which to look again"))


class ReportForm(StepForm):
    """How it ended."""

    free: ClassVar[tuple[str, ...]] = ("onward",)

    named = {"result": RESULTS, "why_no_measure": WHY_NO_MEASURE}
    result = one_of(_l("How did it turn out?"), RESULTS, _l("Say how it turned out"))
    last_contact = DateField(
        _l("When were you last in touch?"), Lately(), needed=_l("Enter the date of the last contact")
    )
    why_no_measure = one_of(
        _l("Why is there no questionnaire before and after?"), WHY_NO_MEASURE, _l("Say why there is none")
    )
    onward = words_field(_l("What could come next for them? (optional)"))

    def fill(self) -> None:
        """Most groups use none."""
        self.why_no_measure.data = NOT_USED

    @property
    def report(self) -> dict[str, Any]:
        """As the record keeps it."""
        last = self.last_contact.data
        return {
            "result": self.result.data,
            "last_contact": last.isoformat() if last else None,
            "why_no_measure": self.why_no_measure.data,
            "onward": self.onward.data or None,
        }


class ReasonForm(StepForm):
    """Why it came to nothing."""

    free: ClassVar[tuple[str, ...]] = ("words",)

    reason = RadioField(_l("Why?"), validators=[OneOf(_l("Choose a reason"))], validate_choice=False)
    words = words_field(_l("A word on why"))

    def prepare(self) -> None:
        """The reasons for what was accepted or begun, but the two that are recorded elsewhere."""
        super().prepare()
        self.reason.choices = [(code, str(one.label)) for code, one in REASONS.items() if one.ends and code != "died"]


class EndEarlyForm(ReasonForm, ReportForm):
    """Begun, and not finished."""

    free = ("words", "onward")

    named = ReportForm.named

    @property
    def asked(self) -> list[Field]:
        """Why comes first."""
        order = ("reason", "words", "result", "last_contact", "why_no_measure", "onward")
        return [self[name] for name in order]


class WaitingForm(StepForm):
    """Where somebody stands in the list, and until when."""

    place = StringField(_l("Place in the list"), filters=[one_line])
    expected_on = DateField(_l("When do you expect a place?"), needed=_l("Enter the date, like 24 11 2026"))
    review_on = DateField(_l("When do you look again?"), needed=_l("Enter the date, like 24 11 2026"))

    def fill(self) -> None:
        """As it stands."""
        self.place.data = str(waiting.place_of(self.introduction))
        for name in ("expected_on", "review_on"):
            day: date | None = getattr(self.introduction, "place_expected_on" if name == "expected_on" else name)
            self[name].process(None, day)

    def validate_place(self, field: StringField) -> None:
        """A number."""
        if whole_number(field.data or "") is None:
            raise ValidationError(_("Enter a number, like 1"))


class ColleagueForm(StepForm):
    """Who of the group looks after it."""

    worker = SelectField(_l("Who looks after it?"), validators=[OneOf(_l("Choose a colleague"))], validate_choice=False)

    def prepare(self) -> None:
        """Those of the group who answer referrals, and nobody in particular."""
        super().prepare()
        several = users_of(self.introduction.organization_id, Permission.INTRODUCTION_ANSWER)
        self.worker.choices = [("", _("Nobody in particular")), *((str(one.id), one.name) for one in several)]

    def fill(self) -> None:
        """As it stands."""
        self.worker.data = str(self.introduction.worker_id or "")


class ContactForm(StepForm):
    """A contact with the person, or a try."""

    free = ("note",)

    named = {"mode": MODES, "outcome": OUTCOMES}
    mode = one_of(_l("How?"), MODES, _l("Say how"))
    outcome = one_of(_l("What came of it?"), OUTCOMES, _l("Say what came of it"))
    on = DateField(_l("When?"), Lately(), needed=_l("Enter the date, like 24 11 2026"))
    note = words_field(_l("A note (optional)"))

    def fill(self) -> None:
        """Most is written down on the same day."""
        self.on.process(None, clock.today())


class CorrectForm(StepForm):
    """What was recorded of a visit was wrong."""

    free = ("words",)

    named = {"status": CAME}
    visit = SelectField(_l("Which visit?"), validators=[OneOf(_l("Choose a visit"))], validate_choice=False)
    status = one_of(_l("What is right?"), CAME, _l("Say whether they came"))
    words = TextAreaField(
        _l("Why is it corrected?"), filters=[plain], validators=[DataRequired(_l("Say in a sentence why")), WITH_WORDS]
    )

    def prepare(self) -> None:
        """Visits of which something was recorded."""
        super().prepare()
        done = [one for one in self.introduction.appointments if one.status in CAME]
        self.visit.choices = [(str(one.id), said_at(one.starts_at)) for one in reversed(done)]


def _time(text: str | None) -> time | None:
    """A time as a browser's own field sends it, "10:30"."""
    try:
        return time.fromisoformat(text or "")
    except ValueError:
        return None

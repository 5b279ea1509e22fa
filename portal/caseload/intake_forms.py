"""The answer to a handover."""

from wtforms import Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from portal.core.forms import VersionedForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import plain
from portal.directory.help_first import FreeWords
from portal.referrals.reasons import REASONS

LONGEST = 1_000
ANSWERS = {
    "accept": _l("Take them on"),
    "ask": _l("Ask who handed over"),
    "decline": _l("Say no"),
}


def _words(label: object) -> TextAreaField:
    told = _l("Use 1,000 characters or fewer")
    return TextAreaField(label, filters=[plain], validators=[Length(max=LONGEST, message=told)])


class HandoverForm(FreeWords, VersionedForm):
    """Three answers; each has its own fields."""

    free = ("question", "words")

    answer = RadioField(_l("Your answer"), validators=[InputRequired(_l("Choose an answer"))])
    same = StringField(_l("Is this the same person?"))
    question = _words(_l("Your question"))
    reason = SelectField(_l("Why"), default="")
    words = _words(_l("What they should know"))

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.answer.choices = [SelectChoice(name, str(label)) for name, label in ANSWERS.items()]
        offered = ((code, reason) for code, reason in REASONS.items() if reason.by_group)
        self.reason.choices = [SelectChoice("", _("Choose a reason"))]
        self.reason.choices += [SelectChoice(code, str(reason.label)) for code, reason in offered]

    def validate_question(self, field: Field) -> None:
        """Asked where a question is the answer."""
        if self.answer.data == "ask" and not (field.data or "").strip():
            raise ValidationError(_("Write what you want to ask"))

    def validate_reason(self, field: Field) -> None:
        """Given where the answer is no."""
        if self.answer.data == "decline" and not field.data:
            raise ValidationError(_("Choose a reason"))

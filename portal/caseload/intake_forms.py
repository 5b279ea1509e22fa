"""The answer to a handover."""

from wtforms import Field, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portal.core.form_fields import words
from portal.core.forms import VersionedForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.directory.help_first import FreeWords
from portal.referrals.reasons import REASONS

LONGEST = 1_000
ANSWERS = {
    "accept": _l("Take them on"),
    "ask": _l("Ask who handed over"),
    "decline": _l("Say no"),
}


class HandoverForm(FreeWords, VersionedForm):
    """Three answers; each has its own fields."""

    free = ("question", "words")

    answer = RadioField(_l("Your answer"), validators=[InputRequired(_l("Choose an answer"))])
    same = StringField(_l("Is this the same person?"))
    question = words(_l("Your question"), longest=LONGEST)
    reason = SelectField(_l("Why"), default="")
    words = words(_l("What they should know"), longest=LONGEST)

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

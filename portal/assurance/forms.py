"""The form "Is something wrong?"."""

import re
import secrets
from typing import cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from portal.assurance.reporting import KINDS, Kind, Told
from portal.core.plain import is_email, plain

LONGEST_WORDS, LONGEST_CONTACT = 500, 200
IDS = {"kind": "report-closed", "words": "report-words", "contact": "report-contact"}
"""Of fields, as a listing's page has others of their names."""
FORM_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")


class ReportForm(FlaskForm):
    """One page: what is wrong, words and a contact if they like."""

    kind = RadioField(_l("What is wrong?"), validate_choice=False)
    words = TextAreaField(
        _l("What should it say?"),
        filters=[plain],
        validators=[Length(max=LONGEST_WORDS, message=_l("Use 500 characters or fewer"))],
    )
    contact = StringField(
        _l("How to reach you, if you want an answer"),
        filters=[plain],
        validators=[Length(max=LONGEST_CONTACT, message=_l("Use 200 characters or fewer"))],
    )
    key = HiddenField()

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.kind.choices = [SelectChoice(value, str(label)) for value, label in KINDS.items()]
        if not FORM_KEY.fullmatch(self.key.data or ""):
            self.key.data = secrets.token_urlsafe(24)

    def validate_kind(self, field: RadioField) -> None:
        """One of the four."""
        if field.data not in KINDS:
            raise ValidationError(_("Choose what is wrong"))

    def validate_contact(self, field: StringField) -> None:
        """A telephone number or an e-mail address."""
        digits = re.sub(r"\D", "", field.data or "")
        if field.data and not is_email(field.data) and not 10 <= len(digits) <= 15:
            raise ValidationError(_("Enter a phone number or an e-mail address, like 07700 900 982"))

    def problems(self) -> list[tuple[str, str]]:
        """Ids of fields and what is wrong with each, in the order of the page."""
        return [(IDS[field.name], str(field.errors[0])) for field in self if field.errors and field.name in IDS]

    def told(self) -> Told:
        """What was typed."""
        kind = cast("Kind", self.kind.data)
        return Told(kind, self.words.data or None, self.contact.data or None, str(self.key.data))

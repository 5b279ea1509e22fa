"""The form "Is something wrong?"."""

from typing import cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from portal.assurance.reporting import KINDS, Kind, Told
from portal.core.forms import KeyedForm, contact_field
from portal.core.plain import plain
from portal.directory.help_first import FreeWords

LONGEST_WORDS = 500
IDS = {"kind": "report-closed", "words": "report-words", "contact": "report-contact"}
"""Of fields, as a listing's page has others of their names."""


class ReportForm(FreeWords, KeyedForm):
    """One page: what is wrong, words and a contact if they like."""

    free = ("words",)

    kind = RadioField(_l("What is wrong?"), validate_choice=False)
    words = TextAreaField(
        _l("What should it say?"),
        filters=[plain],
        validators=[Length(max=LONGEST_WORDS, message=_l("Use 500 characters or fewer"))],
    )
    contact = contact_field()

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.kind.choices = [SelectChoice(value, str(label)) for value, label in KINDS.items()]

    def validate_kind(self, field: RadioField) -> None:
        """One of the four."""
        if field.data not in KINDS:
            raise ValidationError(_("Choose what is wrong"))

    def problems(self) -> list[tuple[str, str]]:
        """Ids of fields and what is wrong with each, in the order of the page."""
        return [(IDS[field.name], str(field.errors[0])) for field in self if field.errors and field.name in IDS]

    def told(self) -> Told:
        """What was typed."""
        kind = cast("Kind", self.kind.data)
        return Told(kind, self.words.data or None, self.contact.data or None, str(self.key.data))

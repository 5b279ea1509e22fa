"""The form "Tell us what you were looking for"."""

import re
import secrets
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from portal.core.plain import plain
from portal.directory.needs import GROUPS, NEEDS
from portal.geography.places import Place, PlaceProblem
from portal.geography.queries import locate

LONGEST_WORDS = 500
LONGEST_CONTACT = 200
FORM_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def new_key() -> str:
    """A one-time key for a form that is about to be shown."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Told:
    """What was typed, made plain. `district` is the first half of a postcode, or none."""

    needs: tuple[str, ...]
    words: str | None
    district: str | None
    contact: str | None
    form_key: str


class TellForm(FlaskForm):
    """One page: a need, words, a place and, if they like, how to reach them."""

    need = SelectField(_l("What did you need help with?"))
    words = TextAreaField(
        _l("In your own words"),
        filters=[plain],
        validators=[Length(max=LONGEST_WORDS, message=_l("Use 500 characters or fewer"))],
    )
    postcode = StringField(_l("Your postcode"), filters=[plain], validators=[Length(max=60)])
    contact = StringField(
        _l("How to reach you, if you want an answer"),
        filters=[plain],
        validators=[Length(max=LONGEST_CONTACT, message=_l("Use 200 characters or fewer"))],
    )
    key = HiddenField()

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.need.choices = [SelectChoice("", _("Choose one, if one fits"))] + [
            SelectChoice(need.id, str(need.label))
            for group in GROUPS
            for need in NEEDS.values()
            if need.group == group.id
        ]
        if not FORM_KEY.fullmatch(self.key.data or ""):
            self.key.data = new_key()
        self.place: Place | None = None

    def validate_words(self, field: TextAreaField) -> None:
        """Something must be told: a need or a sentence."""
        if not field.data and not self.need.data:
            raise ValidationError(_("Choose a need, or say in a sentence what you were looking for"))

    def validate_postcode(self, field: StringField) -> None:
        """A place that we know; only its district is kept."""
        if not field.data:
            return
        found = locate(field.data)
        if isinstance(found, PlaceProblem):
            raise ValidationError(found.sentence)
        self.place = found

    def validate_contact(self, field: StringField) -> None:
        """A telephone number or an e-mail address."""
        digits = re.sub(r"\D", "", field.data or "")
        if field.data and not EMAIL.fullmatch(field.data) and not 10 <= len(digits) <= 15:
            raise ValidationError(_("Enter a phone number or an e-mail address, like 07700 900 982"))

    def problems(self) -> list[tuple[str, str]]:
        """Ids of fields and what is wrong with each, in the order of the page."""
        return [(field.id, str(field.errors[0])) for field in self if field.errors and field.type != "CSRFTokenField"]

    def told(self) -> Told:
        """What was typed."""
        needs = (self.need.data,) if self.need.data else ()
        district = self.place.sector.partition(" ")[0] if self.place else None
        return Told(needs, self.words.data or None, district or None, self.contact.data or None, str(self.key.data))

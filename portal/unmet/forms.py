"""The form "Tell us what you were looking for"."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from portal.core.form_fields import choices_of
from portal.core.forms import KeyedForm, contact_field
from portal.core.plain import plain
from portal.directory.help_first import FreeWords
from portal.directory.needs import labels
from portal.geography.places import Place, PlaceProblem
from portal.geography.queries import locate

LONGEST_WORDS = 500


@dataclass(frozen=True)
class Told:
    """What was typed, made plain. `district` is the first half of a postcode, or none.

    `area_code`: the official area of the place. It is counted, and kept with nothing that was typed.
    """

    needs: tuple[str, ...]
    words: str | None
    district: str | None
    contact: str | None
    form_key: str
    area_code: str | None = None


class TellForm(FreeWords, KeyedForm):
    """One page: a need, words, a place and, if they like, how to reach them."""

    free = ("words",)

    need = SelectField(_l("What did you need help with?"))
    words = TextAreaField(
        _l("In your own words"),
        filters=[plain],
        validators=[Length(max=LONGEST_WORDS, message=_l("Use 500 characters or fewer"))],
    )
    postcode = StringField(_l("Your postcode"), filters=[plain], validators=[Length(max=60)])
    contact = contact_field()

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.need.choices = choices_of({"": _("Choose one, if one fits"), **labels()})
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

    def told(self) -> Told:
        """What was typed."""
        needs = (self.need.data,) if self.need.data else ()
        district = self.place.sector.partition(" ")[0] if self.place else None
        code = self.place.neighbourhood_code if self.place else None
        words, contact = self.words.data or None, self.contact.data or None
        return Told(needs, words, district or None, contact, str(self.key.data), code)

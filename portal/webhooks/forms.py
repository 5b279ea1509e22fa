"""The form for a new webhook."""

import re

from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.core.forms import KeyedForm
from portal.core.plain import one_line

AREA = re.compile(r"[A-Z]\d{8}")
MOST_AREAS = 50
CHOICES = [
    SelectChoice("changed", _l("Listings that are new or have changed")),
    SelectChoice("gone", _l("Listings that are gone")),
]


class SubscriptionForm(KeyedForm):
    """Where to, of what, and for which areas."""

    address = StringField(
        _l("Address of the receiver"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter an address that begins with https://")),
            Length(max=2000, message=_l("Use 2,000 characters or fewer")),
        ],
    )
    kinds = SelectMultipleField(
        _l("What it is told of"),
        choices=CHOICES,
        default=[choice.value for choice in CHOICES],
        validators=[DataRequired(_l("Choose at least one"))],
    )
    areas = StringField(
        _l("Codes of areas, if not all"),
        filters=[one_line],
        validators=[Length(max=1000, message=_l("Use 1,000 characters or fewer"))],
    )

    def validate_areas(self, field: Field) -> None:
        """Codes of councils or neighbourhoods, with spaces or commas between."""
        codes = self.codes
        if any(AREA.fullmatch(code) is None for code in codes):
            raise ValidationError(_l("Enter codes like E06000016, with a space between"))
        if len(codes) > MOST_AREAS:
            raise ValidationError(_l("Enter 50 codes or fewer"))

    @property
    def codes(self) -> list[str]:
        """The codes that were typed, each once."""
        return (
            list(dict.fromkeys(re.split(r"[\s,;]+", (self.areas.data or "").upper().strip())))
            if self.areas.data
            else []
        )

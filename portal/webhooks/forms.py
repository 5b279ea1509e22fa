"""The form for a new webhook."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.core.forms import KeyedForm
from portal.core.plain import one_line
from portal.geography.typed import codes_in

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
        _l("Areas, if not all"),
        filters=[one_line],
        validators=[Length(max=1000, message=_l("Use 1,000 characters or fewer"))],
    )

    def validate_areas(self, field: Field) -> None:
        """Each is a council that we know by name, or a code."""
        codes, unknown = codes_in(field.data or "")
        if unknown:
            raise ValidationError(
                _(
                    "We know no council called %(name)s. Enter names or codes with a comma between, like Leicester, E06000016.",
                    name=unknown[0],
                )
            )
        if len(codes) > MOST_AREAS:
            raise ValidationError(_("Enter 50 areas or fewer"))

    @property
    def codes(self) -> list[str]:
        """Codes of the areas that were typed, each once."""
        return codes_in(self.areas.data or "")[0]

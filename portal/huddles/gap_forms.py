"""The form "No service fits"."""

from collections.abc import Sequence
from uuid import UUID

from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from portal.core.form_fields import choices_of
from portal.core.forms import KeyedForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import plain
from portal.directory.help_first import FreeWords
from portal.directory.needs import NEEDS, labels
from portal.geography.models import Neighbourhood
from portal.huddles.gaps import Told

LONGEST = 300


class GapForm(FreeWords, KeyedForm):
    """What is missing, where, and a sentence if one likes."""

    free = ("words",)

    need = SelectField(_l("What is missing?"), validate_choice=False)
    place = SelectField(_l("Where?"), validate_choice=False)
    words = TextAreaField(
        _l("In a sentence"),
        filters=[plain],
        validators=[Length(max=LONGEST, message=_l("Use %(max)d characters or fewer"))],
        description=_l("Say what kind of help, where and when. Name nobody, and leave health details out."),
        render_kw={"rows": 3},
    )
    next = HiddenField()

    def __init__(self, places: Sequence[Neighbourhood], *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.need.choices = choices_of({"": _("Choose one"), **labels()})
        self.place.choices = [SelectChoice(str(one.id), one.name) for one in places]

    def validate_need(self, field: SelectField) -> None:
        """One of our needs."""
        if field.data not in NEEDS:
            raise ValidationError(_("Choose what is missing"))

    def validate_place(self, field: SelectField) -> None:
        """One of the places that are offered, where any are."""
        known = {one.value for one in self.place.choices or ()}
        if known and field.data not in known:
            raise ValidationError(_("Choose where it is missing"))

    @property
    def chosen_place(self) -> UUID | None:
        """The neighbourhood that was chosen."""
        return UUID(str(self.place.data)) if self.place.choices else None

    def told(self) -> Told:
        """What was typed."""
        return Told(str(self.need.data), self.words.data or None, str(self.key.data))

"""What a group types to pass somebody on: a group that it has in mind, and which listing of the directory that is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.validators import Length, ValidationError

from portal.core.forms import KeyedForm
from portal.core.i18n import gettext as _
from portal.core.plain import one_line
from portal.responding import suggesting

NONE_OF_THESE = "none"
SHORT = Length(max=100, message=_l("Use 100 characters or fewer"))


class PassingOn(KeyedForm):
    """The two questions; they count where `is_passing`."""

    onward = StringField(_l("Which group fits better?"), filters=[one_line], validators=[SHORT])
    onward_id = RadioField(_l("Which of these do you mean?"), validate_choice=False)

    onward_found: Sequence[tuple[str, str]] = ()
    """Listings that the words may mean: id and words."""

    @property
    def is_passing(self) -> bool:
        """Whether somebody is passed on by this form."""
        return True

    def look_for(self, service_id: UUID | None) -> None:
        """Find what the words may mean. `service_id`: the listing in hand, which is none of them."""
        if self.onward.data and self.is_passing:
            self.onward_found = suggesting.found_for(self.onward.data, but=service_id)
        named = [*self.onward_found, (NONE_OF_THESE, _("None of these: pass on my words"))]
        self.onward_id.choices = named if self.onward_found else []

    def validate_onward(self, field: Any) -> None:
        """Something to look for."""
        if self.is_passing and not field.data:
            raise ValidationError(_("Write the name of the group that you have in mind"))

    def validate_onward_id(self, field: Any) -> None:
        """Which listing was meant, where the words fit some."""
        if (
            self.is_passing
            and self.onward_found
            and field.data not in {value for value, _words in self.onward_id.choices}
        ):
            raise ValidationError(_("Say which group you mean"))

    @property
    def onward_service(self) -> UUID | None:
        """The listing that was chosen."""
        is_known = self.onward_id.data in {value for value, _words in self.onward_found}
        return UUID(self.onward_id.data) if self.is_passing and is_known else None

    @property
    def onward_words(self) -> str | None:
        """The idea, where it is no listing here."""
        return self.onward.data if self.is_passing and self.onward_service is None else None

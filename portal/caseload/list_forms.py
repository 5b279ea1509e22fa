"""What is typed on the caseload: nothing but a day."""

from wtforms.validators import ValidationError

from portal.codes.dates import DateField
from portal.core import clock
from portal.core.forms import PageForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l

LONGEST_AHEAD_DAYS = 366


class TokenForm(PageForm):
    """A button alone."""


class MoveForm(PageForm):
    """The day that things are moved to."""

    day = DateField(_l("New day"), needed=_l("Enter the new day"), hint=_l("For example, 27 3 2027"))

    def validate_day(self, field: DateField) -> None:
        """From tomorrow, within a year."""
        if field.data is None:
            return
        ahead = (field.data - clock.today()).days
        if ahead < 1:
            raise ValidationError(_("Enter a date in the future"))
        if ahead > LONGEST_AHEAD_DAYS:
            raise ValidationError(_("Enter a date within a year"))

"""Forms about worries for somebody's safety."""

from wtforms import SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from portal.codes import queries as codes
from portal.core.forms import KeyedForm, ShownVersion
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import plain
from portal.safeguarding.actions import Worry

LONGEST = 4_000
LIST = "safeguarding-concern"
NOTHING_FOUND = "861931000000100"
"""Not a worry: that there is none."""
TOO_LONG = _l("Use 4,000 characters or fewer")


class RaiseForm(KeyedForm):
    """What worries somebody: kinds, if they like, and words."""

    codes = SelectMultipleField(_l("What kind of worry is it?"))
    words = TextAreaField(
        _l("What have you seen or heard?"),
        filters=[plain],
        validators=[DataRequired(_l("Say in a sentence what worries you")), Length(max=LONGEST, message=TOO_LONG)],
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.codes.choices = [SelectChoice(code, term) for code, term in codes.choices(LIST) if code != NOTHING_FOUND]

    def worry(self) -> Worry:
        """What was typed."""
        return Worry(str(self.words.data), str(self.key.data), list(self.codes.data or []))


class OutcomeForm(ShownVersion):
    """What a lead did about it. `version`: how often it had been written when the page was shown."""

    outcome = TextAreaField(
        _l("What was done, and by whom"),
        filters=[plain],
        validators=[DataRequired(_l("Say what was done")), Length(max=LONGEST, message=TOO_LONG)],
    )

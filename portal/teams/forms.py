"""What coordinators type about teams: a team, a neighbourhood from a day, a boundary, a member."""

from datetime import date, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import ValidationError

from portal.codes.dates import DateField
from portal.core import clock, wording
from portal.core.form_fields import Number, Select, Ticks, line
from portal.core.forms import VersionedForm, email_field
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.teams.kinds import KINDS

LONGEST_NAME = 120
LONGEST_LINE = 200
FARTHEST = timedelta(days=730)
SHORTEST_MINUTES, LONGEST_MINUTES = 5, 240
MONDAY = date(2026, 11, 30)


class FromToday:
    """A check: today or a day to come, within two years. What is over stays as it was."""

    def __call__(self, _form: FlaskForm, field: DateField) -> None:
        if field.data is not None and not clock.today() <= field.data <= clock.today() + FARTHEST:
            raise ValidationError(
                _("Enter today or a day to come, within 2 years. Days that are over stay as they were")
            )


def since_field(label: Any) -> DateField:
    """From which day something holds."""
    return DateField(label, FromToday(), needed=_l("Enter the day"), hint=_l("For example, 4 1 2027"))


class TeamForm(VersionedForm):
    """A team: its name, its area, and when it usually meets."""

    name = line(_l("Name of the team"), needed=_l("Enter a name"), longest=LONGEST_NAME, dir="auto")
    area = Select(_l("Area"), needed=_l("Choose the area"))
    weekday = Select(_l("Usual day of the huddle"), needed=_l("Choose a day"))
    minutes = Number(
        _l("How many minutes is a huddle meant to take?"),
        _l("Enter a number from %(least)s to %(most)s"),
        needed=_l("Enter the minutes"),
        least=SHORTEST_MINUTES,
        most=LONGEST_MINUTES,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.weekday.offer({str(number): weekday_words(number) for number in range(7)})


class CoverForm(VersionedForm):
    """A neighbourhood that a team covers from a day. `version` is that of the team."""

    place = Select(_l("Neighbourhood"), needed=_l("Choose a neighbourhood"))
    since = since_field(_l("From which day?"))
    takes_over = BooleanField(_l("Take it over from the team that covers it then"))


class UntilForm(VersionedForm):
    """Until which day something holds."""

    until = since_field(_l("From which day on no more?"))


class RedrawForm(VersionedForm):
    """Of which official areas a neighbourhood is made from a day. `version` is that of the team."""

    areas = Ticks(_l("Official areas"), look="team-areas", shows_values=True)
    since = since_field(_l("From which day?"))

    def validate_areas(self, field: Ticks) -> None:
        """One at least."""
        if not field.data:
            raise ValidationError(_("Tick at least one area"))


class MemberForm(VersionedForm):
    """Somebody who comes into a team."""

    email = email_field(_l("Their e-mail address"))
    organisation = line(
        _l("For which organisation?"),
        _l("What people agreed to share with this organisation is what they will see."),
        needed=_l("Enter the name of an organisation"),
        longest=LONGEST_LINE,
    )
    kind = Select(_l("What are they there?"), needed=_l("Choose what they are"))
    is_coordinator = BooleanField(_l("They lead the team"))
    since = since_field(_l("From which day?"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind.offer({"": _("Choose"), **KINDS})


def weekday_words(number: int) -> str:
    """The name of a day of the week, 0 for Monday."""
    return wording.weekday(MONDAY + timedelta(days=number))

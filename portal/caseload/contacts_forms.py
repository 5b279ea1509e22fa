"""Forms of what a link worker notes down: a contact or a try, a goal, and what comes next."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError

from portal.caseload.contacts_words import OUTCOMES
from portal.caseload.record_acts import GOAL_RESULTS
from portal.caseload.record_fields import LONGEST_LINE, MakingForm, PartForm
from portal.codes.dates import DateField, Lately
from portal.codes.typed import plain_digits
from portal.core import clock
from portal.core.clock import LONDON
from portal.core.form_fields import Choice, Select, line, words
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.numbers import whole_number
from portal.core.plain import one_line
from portal.people.items import CONTACT_MODES
from portal.people.models import Goal, Person

LONGEST_MINUTES = 600
TOO_FAR = timedelta(days=730)
TIME = re.compile(r"([01]?[0-9]|2[0-3])(?:[.:]([0-5][0-9]))?\s*(am|pm)?", re.IGNORECASE)
NOON = 12


def read_time(text: str | None) -> time | None:
    """ "14:30", "2.30pm" or "9" as a time; None for what is none."""
    found = TIME.fullmatch(plain_digits(one_line(text)))
    if found is None:
        return None
    hour, half = int(found[1]), (found[3] or "").lower()
    if half and not 1 <= hour <= NOON:
        return None
    if half:
        hour = hour % NOON + (NOON if half == "pm" else 0)
    return time(hour, int(found[2] or 0))


class Time:
    """A check: what was typed is a time of day. Nothing typed is for other checks to judge."""

    def __call__(self, _form: Any, field: StringField) -> None:
        if field.data and read_time(field.data) is None:
            raise ValidationError(_("Enter a time, like 2.30pm or 14:30"))


class ContactLogForm(MakingForm):
    """One contact, or one try."""

    free = ("note",)

    outcome = Choice(_l("What came of it?"), OUTCOMES, needed=_l("Say what came of it"))
    mode = Choice(_l("How?"), CONTACT_MODES, needed=_l("Say how"))
    on = DateField(_l("When?"), Lately(), needed=_l("Enter the day"))
    at = line(_l("Time"), _l("For example, 2.30pm"), Time())
    minutes = line(_l("How many minutes?"), _l("You can leave this empty"))
    about = Select(_l("Was it about one of their referrals?"))
    note = words(_l("Note"), _l("What matters for next time. They can ask to read it."), longest=4000)

    def validate_at(self, _field: StringField) -> None:
        """Not in the future."""
        if self.on.data == clock.today() and self.moment() > clock.now():
            raise ValidationError(_("Enter a time that has passed"))

    def validate_minutes(self, field: StringField) -> None:
        """A number that a contact can last."""
        if field.data and not 0 < (whole_number(plain_digits(field.data)) or 0) <= LONGEST_MINUTES:
            raise ValidationError(_("Enter the minutes as a number from 1 to %(most)s", most=LONGEST_MINUTES))

    def moment(self) -> datetime:
        """When it was: the time now, or midday on another day, where no time was typed."""
        day = self.on.data or clock.today()
        if (typed := read_time(self.at.data)) is not None:
            return datetime.combine(day, typed, LONDON)
        return clock.now() if day == clock.today() else datetime.combine(day, time(NOON), LONDON)

    def how_long(self) -> int | None:
        """In minutes; None where it was not told, and for a try."""
        typed = whole_number(plain_digits(self.minutes.data or ""))
        return typed if self.outcome.data == "reached" else None


class GoalForm(MakingForm):
    """Something that the person wants to reach."""

    free = ("words",)

    words = words(
        _l("What do they want to reach?"),
        _l("In their words, one goal at a time."),
        needed=_l("Say what it is"),
        longest=500,
    )


class GoalResultForm(PartForm):
    """How goals turned out. Made by `results_form`, with a question for each goal."""


def results_form(goals: list[Goal]) -> GoalResultForm:
    """The form of these goals, filled with what stands."""
    fields = {f"goal-{goal.id}": Choice(goal.words, GOAL_RESULTS) for goal in goals}
    made: GoalResultForm = type("ResultsForm", (GoalResultForm,), fields)(
        data={f"goal-{goal.id}": goal.result or "" for goal in goals}
    )
    return made


class NextStepForm(PartForm):
    """What comes next with the person, and when."""

    free = ("step",)

    step = line(
        _l("What comes next?"),
        _l("Begin with a verb, for example “Phone about the lunch club”"),
        needed=_l("Say what comes next"),
        longest=LONGEST_LINE,
    )
    on = DateField(_l("On which day?"), needed=_l("Enter the day"))
    at = line(_l("At what time?"), _l("Only if it is agreed with them"), Time())

    @staticmethod
    def of(person: Person) -> dict[str, Any]:
        """What stands."""
        at = person.next_time.strftime("%H:%M") if person.next_time else ""
        return {"step": person.next_step, "on": person.next_on, "at": at, "version": str(person.version)}

    def validate_on(self, field: DateField) -> None:
        """Today or later, within two years."""
        day: date | None = field.data
        if day is not None and not clock.today() <= day <= clock.today() + TOO_FAR:
            raise ValidationError(_("Enter today or a day to come, within 2 years"))

"""Forms for the clocks of referrals, and for organisations that are link worker teams."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from portal.accounts import areas
from portal.codes import phones
from portal.core.forms import PageForm
from portal.core.plain import one_line, plain
from portal.organisations.queries import organisations_named
from portal.referrals.clocks import Clocks

MOST_PRACTICES = 300
CLOCKS: Mapping[str, Mapping[str, tuple[LazyString, int, int]]] = {
    "answer": {
        "remind_first": (_l("Remind the group for the first time after"), 1, 60),
        "remind_again": (_l("Remind it again after"), 1, 60),
        "tell_referrer": (_l("Tell whoever asked that there is no answer after"), 1, 60),
        "expire": (_l("Close it as not answered after"), 1, 90),
        "chase_again": (_l("Let whoever asked remind the group again after"), 1, 30),
    },
    "question": {
        "question_reminds": (_l("Remind whoever is to answer every"), 1, 30),
        "question_ends": (_l("Tell the group that it need not wait any more after"), 1, 90),
    },
    "contact": {
        "tries": (_l("How many tries to reach a person are enough"), 1, 20),
        "tries_on_days": (_l("On how many days"), 1, 20),
        "tries_by_ways": (_l("In how many ways"), 1, 5),
        "missed_visits": (_l("How many missed first visits end it"), 1, 10),
    },
    "other": {
        "link_days": (_l("Days for which a link in an e-mail works"), 1, 60),
        "ending_weeks": (_l("Weeks after the start in which a group is asked whether it has ended"), 1, 52),
        "hidden_after_months": (_l("Months after the end in which a group still sees the person"), 1, 24),
        "reopen_days": (_l("Days after the end in which it can be tried again"), 1, 365),
        "correct_days": (_l("Days in which attendance can be put right"), 1, 365),
    },
}
"""Every clock with its words, the least and the most, in the sheets of the page."""


def _number(label: LazyString, least: int, most: int) -> IntegerField:
    told = _l("Enter a whole number")
    return IntegerField(label, validators=[InputRequired(told), NumberRange(least, most)])


class ClocksBase(PageForm):
    """How long each clock runs. Made with a field for each row of `CLOCKS`."""

    def validate_remind_again(self, field: IntegerField) -> None:
        """Later than the first reminder."""
        _later(field, self["remind_first"], _("The second reminder must come after the first"))

    def validate_tell_referrer(self, field: IntegerField) -> None:
        """Later than the reminders."""
        _later(field, self["remind_again"], _("Whoever asked is told after the second reminder"))

    def validate_expire(self, field: IntegerField) -> None:
        """Last of all."""
        _later(field, self["tell_referrer"], _("It must close after whoever asked was told"))

    def validate_question_ends(self, field: IntegerField) -> None:
        """Not before the first reminder of a question."""
        _later(field, self["question_reminds"], _("This must come after the first reminder"))

    def validate_tries_on_days(self, field: IntegerField) -> None:
        """One try stands for one day at most."""
        if field.data and self["tries"].data and field.data > self["tries"].data:
            raise ValidationError(_("There cannot be more days than tries"))

    def clocks(self) -> Clocks:
        """As they were typed."""
        return Clocks(**{one.name: self[one.name].data for one in fields(Clocks)})


ClocksForm: type[ClocksBase] = type(
    "ClocksForm", (ClocksBase,), {name: _number(*told) for sheet in CLOCKS.values() for name, told in sheet.items()}
)


class TeamForm(PageForm):
    """What makes an organisation a link worker team."""

    areas = SelectMultipleField(_l("Areas that it serves"), choices=lambda: [*areas.sets(), *areas.councils()])
    practices = TextAreaField(_l("Organisations that hand over to it"), filters=[plain])
    phone = StringField(_l("Phone"), filters=[one_line])
    calls_within_days = IntegerField(
        _l("Calls within how many working days"),
        validators=[InputRequired(_l("Enter a whole number")), NumberRange(1, 60)],
    )
    is_active = BooleanField(_l("Takes people on"))

    practice_ids: Sequence[UUID] = ()

    def validate_areas(self, field: SelectMultipleField) -> None:
        """A team that takes people on serves somewhere."""
        if self.is_active.data and not field.data:
            raise ValidationError(_("Choose at least one area"))

    def validate_phone(self, field: StringField) -> None:
        """A number that can be dialled."""
        if field.data and phones.read(field.data) is None:
            raise ValidationError(_("Enter a phone number, like 0116 496 0123"))

    def validate_practices(self, field: TextAreaField) -> None:
        """One organisation a line, by its name or by its id where several share one."""
        lines = [line.strip() for line in (field.data or "").splitlines() if line.strip()]
        if len(lines) > MOST_PRACTICES:
            raise ValidationError(_("Use %(most)s lines or fewer", most=MOST_PRACTICES))
        found = []
        for line in dict.fromkeys(lines):
            named = organisations_named(line)
            if not named:
                raise ValidationError(_("We have no organisation of the name “%(name)s”", name=line))
            if len(named) > 1:
                raise ValidationError(
                    _("Several organisations are called “%(name)s”. Write the id from its page instead.", name=line)
                )
            found.append(named[0].id)
        self.practice_ids = found


def _later(field: IntegerField, before: IntegerField, sentence: str) -> None:
    if field.data is not None and before.data is not None and field.data <= before.data:
        raise ValidationError(sentence)

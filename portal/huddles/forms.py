"""What is typed at a huddle: what stands about a case with one action, who is there, a case, an action."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from portal.codes.dates import DateField
from portal.core import clock
from portal.core.form_fields import Select, line, words
from portal.core.forms import PageForm, VersionedForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import one_line
from portal.directory.help_first import FreeWords
from portal.huddles.cases import LONGEST, LONGEST_DONE, TEXTS
from portal.huddles.days import FARTHEST

WHY_LONGEST = 160
NO_HEALTH = _l("Leave health details out.")
ENDED_AS = {
    "settled": _l("What was to be done is done"),
    "passed-on": _l("Somebody else looks after it now"),
    "asked": _l("The person asked for it"),
    "mistake": _l("They were put on the board by mistake"),
    "other": _l("Another reason"),
}
"""Why a case is closed. Kept by its key."""


class Ahead:
    """A check: today or a day to come, within a year."""

    def __call__(self, _form: FlaskForm, field: DateField) -> None:
        if field.data is not None and not clock.today() <= field.data <= clock.today() + FARTHEST:
            raise ValidationError(_("Enter today or a day to come, within a year"))


def mark_of(texts: Mapping[str, str | None]) -> str:
    """What tells texts from others: the page carries that of what it showed."""
    told = "\0".join(texts[name] or "" for name in TEXTS)
    return sha256(told.encode()).hexdigest()[:24]


class HereForm(PageForm):
    """Who is there: ids of members. What is none of the team's is left out. `shown_here`: who was ticked on the page."""

    here = SelectMultipleField(validate_choice=False)
    shown_here = HiddenField()


class WriteForm(FreeWords, VersionedForm):
    """What stands about a case, and one thing to be done, if there is one. `version` is that of the note."""

    free = (*TEXTS, "what")

    situation = words(_l("Situation"), longest=LONGEST)
    done_so_far = words(_l("Done so far"), longest=LONGEST_DONE)
    this_week = words(_l("Update this week"), longest=LONGEST)
    next_steps = words(_l("Next steps"), longest=LONGEST)
    what = line(_l("Add an action"), longest=WHY_LONGEST)
    owner = Select(_l("Owner"))
    due = Select(_l("Due"))
    do = StringField(filters=[one_line])
    stood = HiddenField()

    def validate_what(self, field: StringField) -> None:
        """It has to be there where the button for it was pressed."""
        if self.do.data == "add" and not field.data:
            raise ValidationError(_("Say what is to be done, then choose who does it"))

    def validate_owner(self, field: Select) -> None:
        """Nothing is to be done by nobody."""
        if self.what.data and not field.data:
            raise ValidationError(_("Choose who does it"))

    def validate_due(self, field: Select) -> None:
        """Nor by no day."""
        if self.what.data and not field.data:
            raise ValidationError(_("Choose by when"))

    @property
    def texts(self) -> dict[str, str | None]:
        """The four texts as they are kept."""
        return {name: self[name].data or None for name in TEXTS}

    @property
    def is_untouched(self) -> bool:
        """Whether the texts are as the page showed them: then nobody else's words are in the way of an action."""
        return bool(self.stood.data == mark_of(self.texts))

    @property
    def due_on(self) -> date:
        """By when."""
        return date.fromisoformat(str(self.due.data))


class AddCaseForm(FreeWords, VersionedForm):
    """Whom to put on the board: picked from what the viewer holds, or by a reference."""

    free = ("why",)
    has_list = True

    who = RadioField(_l("Who is it?"), validate_choice=False)
    reference = line(
        _l("Or the reference of somebody else, or of a referral"), _l("It looks like K7PH-4MWX."), longest=40
    )
    why = line(
        _l("Why does the team need to talk about them?"),
        _l("In a line, without health details. For example, “Home on Friday, and nobody there”."),
        needed=_l("Say why in a line"),
        longest=WHY_LONGEST,
        dir="auto",
    )
    lead = Select(_l("Who leads?"))
    has_safety = BooleanField(_l("There is a worry about safety"))

    def without_a_list(self) -> None:
        """There is nobody to pick from: a reference is all that can be given."""
        self.reference.label.text = _("The reference of the person, or of a referral")
        self.has_list = False

    @property
    def typed(self) -> str:
        """The reference that was picked, or typed where none was."""
        return str(self.reference.data or self.who.data or "")

    def validate_reference(self, _field: StringField) -> None:
        """One of the two."""
        if not self.typed:
            raise ValidationError(
                _("Choose somebody, or enter a reference") if self.has_list else _("Enter a reference")
            )


class CaseForm(FreeWords, VersionedForm):
    """How a case stands on the board. `version` is that of the case."""

    free = ("why",)

    why = line(
        _l("Why does the team talk about them?"),
        NO_HEALTH,
        needed=_l("Say why in a line"),
        longest=WHY_LONGEST,
        dir="auto",
    )
    lead = Select(_l("Who leads?"))
    review_on = DateField(_l("When to look at the plan again"), Ahead(), hint=_l("You can leave this empty"))
    has_safety = BooleanField(_l("There is a worry about safety"))


class CloseForm(VersionedForm):
    """Why a case is closed."""

    closed_as = Select(_l("Why?"), needed=_l("Say why"))
    drops = BooleanField(_l("What is still to do is needed no more"))


class ActionForm(FreeWords, VersionedForm):
    """One action that was agreed."""

    free = ("what",)

    what = line(
        _l("What is to be done?"), NO_HEALTH, needed=_l("Say what is to be done"), longest=WHY_LONGEST, dir="auto"
    )
    owner = Select(_l("Owner"), needed=_l("Choose who does it"))
    due = DateField(_l("Due"), Ahead(), needed=_l("Enter the day"))

    @property
    def due_on(self) -> date:
        """By when, once it was looked at."""
        return self.due.data or clock.today()


class FinishForm(VersionedForm):
    """The day of the next huddle."""

    next_on = DateField(_l("When is the next huddle?"), Ahead(), needed=_l("Enter the day of the next huddle"))

"""Forms of what becomes of a record: no contact, a death, a colleague, closing it, a flag."""

from collections.abc import Mapping
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms.validators import ValidationError

from portal.caseload.record_fields import MakingForm, PartForm
from portal.codes.dates import DateField
from portal.core import clock
from portal.core.form_fields import Choice, Select, words
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.referrals.reasons import REASONS

WHY_CLOSED = ("support-finished", "needs-met-elsewhere", "no-longer-wants", "no-contact", "moved-away", "died", "other")
"""Reasons for closing a record, of those that a referral can be closed for."""


def _why_closed() -> Mapping[str, LazyString]:
    return {code: REASONS[code].label for code in WHY_CLOSED}


class BlockForm(PartForm):
    """That nobody may contact the person, and why."""

    free = ("reason",)

    reason = words(
        _l("Why?"), _l("For example, somebody at home must not know. Keep it short: colleagues read it."),
        needed=_l("Say why in a sentence"), longest=300,
    )  # fmt: skip


class SureForm(PartForm):
    """A button alone."""


class DeathForm(PartForm):
    """That the person has died."""

    died_on = DateField(_l("When did they die?"), hint=_l("You can leave this empty if you do not know the day"))

    def validate_died_on(self, field: DateField) -> None:
        """Not in the future."""
        if field.data and field.data > clock.today():
            raise ValidationError(_("Enter a date that is not in the future"))


class GiveForm(PartForm):
    """Whose caseload they go to."""

    worker = Choice(_l("Who takes over?"), needed=_l("Choose a colleague"))

    def offer(self, colleagues: list[tuple[Any, str]]) -> None:
        """Let these be chosen."""
        self.worker.offer({str(user_id): name for user_id, name in colleagues})


class CloseForm(PartForm):
    """Why a record is closed."""

    reason = Choice(_l("Why do you close it?"), _why_closed(), needed=_l("Choose a reason"))


class FlagForm(MakingForm):
    """A word to the coordinator of a neighbourhood team."""

    free = ("why",)

    area = Select(_l("Which team?"))
    why = words(
        _l("Why does this person need more than one of us?"),
        _l("In a sentence or two. No health details and no names: the coordinator sees initials and reference."),
        needed=_l("Say why in a sentence"), longest=500,
    )  # fmt: skip

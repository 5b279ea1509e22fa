"""What a person types on the pages of their own referral."""

from typing import Any

from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import DataRequired, ValidationError

from portal.codes import phones
from portal.core.form_fields import Choice, choices_of, line
from portal.core.forms import KeyedForm, PageForm, ShownVersion
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.directory.help_first import FreeWords
from portal.people.models import Person
from portal.referrals.reasons import REASONS
from portal.selfreferral.fields import text, ticks
from portal.selfreferral.forms import Asks, ContactForm, Told

WHY = {
    "no-longer-wants": _l("I do not want it any more"),
    "needs-met-elsewhere": _l("I found help elsewhere"),
    "illness": _l("I am not well"),
    "caring-or-work": _l("Caring or work"),
    "moved-away": _l("I have moved"),
    "other": _l("Something else"),
}
"""Reasons of `portal.referrals.reasons`, as the person would say them."""
UNSAID = "no-longer-wants"


class OpenForm(PageForm):
    """A reference and its code."""

    reference = line(
        _l("Reference"), _l("Like K7PH-4MWX."), needed=_l("Enter the reference, like K7PH-4MWX"), longest=40
    )
    code = line(_l("Code"), _l("6 digits."), needed=_l("Enter the code of 6 digits"), longest=40)


class WriteForm(FreeWords, KeyedForm):
    """What somebody writes to the group that they asked, or answers. `of` is the reference of the introduction."""

    free = ("words",)

    of = HiddenField()
    words = text(
        _l("Write to them"),
        DataRequired(_l("Write what you want to say")),
        hint=_l("Up to 500 characters. Do not name other people. Nobody reads it straight away."),
    )


class CancelForm(FreeWords, PageForm):
    """Which of them, and why; the reason may be left out."""

    free = ("words",)

    which = ticks(_l("What do you want to cancel?"), {})
    why = Choice(_l("Why? You need not say."), WHY)
    words = text(_l("Anything you want to say about it"), hint=_l("You can leave this empty. The group may read it."))

    def __init__(self, names: dict[str, str], **options: Any) -> None:
        super().__init__(**options)
        self.which.choices = choices_of(names)
        if not self.is_submitted():
            self.which.data = list(names)

    def validate_which(self, field: SelectMultipleField) -> None:
        """At least one of those that are open."""
        if not field.data:
            raise ValidationError(_("Tick what you want to cancel"))

    @property
    def reason(self) -> str:
        """The code of the reason: that they no longer want it, where nothing was said that stands by itself."""
        chosen = self.why.data or UNSAID
        return UNSAID if REASONS[chosen].needs_words and not self.words.data else chosen


class OwnContactForm(FreeWords, ShownVersion, ContactForm):
    """How to get in touch, changed by the person themselves. `version` is of the record that the page showed."""

    free = ("best_times",)

    def __init__(self, told: Told, **options: Any) -> None:
        super().__init__(told, Asks(), **options)

    @classmethod
    def of(cls, told: Told, *, version: int) -> "OwnContactForm":
        """With what is on record."""
        return cls(told, formdata=None, data={**told, "version": str(version)})

    def shape(self) -> None:
        """Names and numbers of who asked for somebody else stay as they are."""
        super().shape()
        if self.my_name:
            del self.my_name, self.my_phone


def contact_told(person: Person, route: str) -> dict[str, Any]:
    """What is on record of how to get in touch, as the form has it. `route` says who asked: the person or somebody else."""
    contact, access = person.contact or {}, person.access or {}
    is_safe = contact.get("voicemail")
    return {
        "who": "me" if route == "self" else "carer",
        "ways": list(contact.get("ways") or ()),
        "phone": phones.shown(contact["phone"]) if contact.get("phone") else "",
        "email": contact.get("email") or "",
        "address": contact.get("address") or "",
        "voicemail": None if is_safe is None else "yes" if is_safe else "no",
        "best_times": contact.get("best_times") or "",
        "language": access.get("language") or "en",
        "interpreter": bool(access.get("interpreter")),
        "formats": list(access.get("formats") or ()),
    }

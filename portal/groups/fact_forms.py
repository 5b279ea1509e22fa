"""The form of each fact but sessions and place: a question, its fields, and the value from what was typed. One row a fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from wtforms.fields.core import Field
from wtforms.validators import DataRequired, ValidationError

from portal.changes.facts import FACTS
from portal.core.form_fields import words
from portal.core.forms import LONGEST_EMAIL, Email
from portal.core.i18n import lazy_gettext as _l
from portal.directory.addresses import web_address
from portal.groups.choice_forms import (
    AgesForm,
    AudiencesForm,
    CostForm,
    DeliveryForm,
    FirstVisitForm,
    JoiningForm,
    LanguagesForm,
    NeedsForm,
    OpeningForm,
    SpaceForm,
    UrgentForm,
)
from portal.groups.form_parts import FactForm, line
from portal.groups.phone_form import PhoneForm


class TextForm(FactForm):
    """A fact that is one text: the subclass has the field `text`."""

    text: Field

    def put(self, value: Any) -> None:
        self.text.data = value or ""

    def told(self, standing: Any) -> Any:
        return self.text.data or None


class NameForm(TextForm):
    """The name."""

    text = line(_l("Name"), 250, DataRequired(_l("Enter the name of the group or service")))


class SummaryForm(TextForm):
    """One sentence."""

    text = line(_l("In one sentence"), 160, hint=_l("What people see first in a list. 160 letters at most."))


class DescriptionForm(TextForm):
    """What happens."""

    text = words(
        _l("What happens"),
        _l("What happens at the door, who meets you, whether you must speak. One idea a sentence."),
        needed=_l("Say in a sentence or two what happens"),
        longest=6_000,
        rows=9,
    )


class WhoForm(TextForm):
    """Whom it is for, in words."""

    text = words(_l("Who it is for, in your own words"), longest=1_000, rows=4)


class HowToJoinForm(TextForm):
    """How to join, in words."""

    text = words(
        _l("How to join, in your own words"),
        _l("What to do first: come, ring, or fill in a form."),
        longest=1_000,
        rows=4,
    )


class AlertForm(TextForm):
    """A notice."""

    text = words(
        _l("Notice at the top of your page"),
        _l("For example: we meet in the library until May."),
        longest=500,
        rows=4,
    )


class EmailForm(TextForm):
    """An e-mail address."""

    text = line(
        _l("E-mail address for the public"),
        LONGEST_EMAIL,
        Email(_l("Enter an e-mail address, like hello@example.org")),
        type="email",
        autocomplete="off",
        dir="ltr",
        hint=_l(
            "Everyone sees it, here and wherever this listing is copied. Best is one that several people read, like info@."
        ),
    )


class UrlForm(TextForm):
    """A website."""

    text = line(_l("Website"), 500, dir="ltr", inputmode="url")

    def validate_text(self, field: Field) -> None:
        """An address that can be linked to."""
        if field.data and web_address(field.data) is None:
            raise ValidationError(_("Enter a web address, like www.example.org"))

    def told(self, standing: Any) -> Any:
        return web_address(self.text.data)


@dataclass(frozen=True)
class FactPage:
    """The page of a fact: its question and its form."""

    question: LazyString
    form: type[FactForm]


PAGES: Mapping[str, FactPage] = {
    "name": FactPage(_l("What is it called?"), NameForm),
    "summary": FactPage(_l("What is it, in one sentence?"), SummaryForm),
    "description": FactPage(_l("What happens?"), DescriptionForm),
    "needs": FactPage(_l("What does it help with?"), NeedsForm),
    "opening": FactPage(_l("When are you open?"), OpeningForm),
    "delivery": FactPage(_l("How can people use it?"), DeliveryForm),
    "cost": FactPage(_l("What does it cost?"), CostForm),
    "who_for": FactPage(_l("Who is it for?"), WhoForm),
    "ages": FactPage(_l("Which ages is it for?"), AgesForm),
    "audiences": FactPage(_l("Which groups of people is it for?"), AudiencesForm),
    "languages": FactPage(_l("Which languages are spoken?"), LanguagesForm),
    "joining": FactPage(_l("How can people join?"), JoiningForm),
    "how_to_join": FactPage(_l("What should people do to join?"), HowToJoinForm),
    "first_visit": FactPage(_l("What happens on the first visit?"), FirstVisitForm),
    "phone": FactPage(_l("Which number should people ring?"), PhoneForm),
    "email": FactPage(_l("Which e-mail address should people write to?"), EmailForm),
    "url": FactPage(_l("What is your website?"), UrlForm),
    "space": FactPage(_l("Do you have space?"), SpaceForm),
    "urgent": FactPage(_l("Do you take urgent requests?"), UrgentForm),
    "alert": FactPage(_l("Is there something people should know first?"), AlertForm),
}
"""Facts with pages of their own are `sessions` and `place`."""
assert {*PAGES, "sessions", "place"} == set(FACTS)

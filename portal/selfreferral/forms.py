"""The question pages, one form each. What was told comes out as plain JSON, under the names of the fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from portal.codes import phones
from portal.codes.dates import age_on, birth_date_field
from portal.core import clock
from portal.core.form_fields import Choice, choices_of, line
from portal.core.forms import LONGEST_EMAIL, Email, KeyedForm, PageForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.directory.languages import LANGUAGE_VALUES
from portal.directory.needs import labels
from portal.geography.places import PlaceProblem
from portal.geography.queries import locate
from portal.people.consents import NEEDS_SOMEBODY_UNDER
from portal.people.items import AGE_GROUPS, FORMATS, WAYS
from portal.selfreferral.fields import text, ticks

Told = Mapping[str, Any]
WHO = {"me": _l("Me"), "carer": _l("Someone I care for"), "work": _l("Someone I work with")}
YES_NO = {"yes": _l("Yes"), "no": _l("No")}
NAMES = 60
LONGEST_LINE = 100
OFF_THE_MAP = frozenset({"ended", "post_only", "no_grid_reference", "northern_ireland", "crown_dependency"})
"""People live at postcodes that we cannot place."""
OWN = ("own_1", "own_2")
"""Answers to a service's own questions."""
NEEDS_PHONE, NEEDS_MOBILE = frozenset({"phone", "text"}), "text"


@dataclass(frozen=True)
class Asks:
    """What a service asks beside the usual. `wait`: how long, where there is one; `birth_why`: why it asks for the date of birth.

    `questions`: its own, two at most; `needs`: ids of those that it helps with.
    """

    wait: str | None = None
    birth_why: str | None = None
    questions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def is_for_me(told: Told) -> bool:
    """Whether somebody asks for themselves."""
    return str(told.get("who", "me")) == "me"


def is_young(told: Told) -> bool:
    """Whether the law asks for more than their word alone."""
    born = _date(told.get("birth_date"))
    if born is None:
        return told.get("age_group") == "under-16"
    return age_on(born, clock.today()) < NEEDS_SOMEBODY_UNDER


class QuestionForm(PageForm):
    """One page. Some words and fields depend on what was told so far, and on what the service asks."""

    def __init__(self, so_far: Told, asks: Asks, **options: Any) -> None:
        self.so_far, self.asks = so_far, asks
        super().__init__(**options)
        self.shape()

    def shape(self) -> None:
        """Fit words and fields to what was told so far."""

    def told(self) -> dict[str, Any]:
        """What was typed, as it is kept."""
        return {field.name: _plain(field.data) for field in self.shown}


class WhoForm(QuestionForm):
    """For whom it is; where there is a wait, whether they are happy to wait."""

    who = Choice(_l("Who is this for?"), WHO, needed=_l("Select who this is for"))
    wait = Choice(_l("Are you happy to wait?"), YES_NO, needed=_l("Select yes if you are happy to wait"))

    def shape(self) -> None:
        """Only where there is a wait."""
        if self.asks.wait is None:
            del self.wait


class NamedForm(QuestionForm):
    """Who they are: a name, and about how old."""

    given_name = line(_l("First name"), needed=_l("Enter a name"), longest=NAMES)
    family_name = line(_l("Last name"), _l("You can leave this empty."), longest=NAMES)
    age_group = Choice(_l("Age"), AGE_GROUPS, needed=_l("Select an age group"))


class PersonForm(NamedForm):
    """The same with where they live. The date of birth only where the service says why."""

    birth_date = birth_date_field(needed=_l("Enter the date of birth, like 27 3 1964"))
    postcode = line(_l("Postcode"), _l("A full one, like LE2 0QB."), longest=NAMES)
    no_fixed_abode = BooleanField(_l("No fixed address at the moment"))

    def shape(self) -> None:
        """Ask as it fits who is asked about."""
        if self.asks.birth_why is None:
            del self.birth_date
        else:
            del self.age_group
        if not is_for_me(self.so_far):
            self.given_name.label.text = _("Their first name")
            self.family_name.label.text = _("Their last name")
            self.postcode.label.text = _("Their postcode")

    def validate_postcode(self, field: Any) -> None:
        """A full postcode that we know, or no fixed address."""
        if field.data or not self.no_fixed_abode.data:
            field.data = full_postcode(field.data)


class WhereForm(QuestionForm):
    """Where somebody lives who asks for a link worker, and their practice."""

    postcode = line(_l("Postcode"), _l("A full one, like LE2 0QB."), longest=NAMES)
    practice = line(
        _l("Your GP practice"),
        _l("Its name, as it stands on the door. If you have none, write “none”."),
        needed=_l("Enter the name of the practice. If there is none, write “none”"),
        longest=LONGEST_LINE,
    )

    def validate_postcode(self, field: Any) -> None:
        """A full postcode that we know."""
        field.data = full_postcode(field.data)


class AboutForm(NamedForm):
    """For whom a link worker is asked, and who they are."""

    who = Choice(
        _l("Who is this for?"),
        {key: words for key, words in WHO.items() if key != "work"},
        needed=_l("Select who this is for"),
    )
    given_name = line(_l("First name of the person who needs support"), needed=_l("Enter a name"), longest=NAMES)


def full_postcode(typed: str | None) -> str:
    """A full postcode as it is written, also one that has no place on our map. Raises ValidationError."""
    found = locate(typed) if typed else None
    if isinstance(found, PlaceProblem) and found.reason in OFF_THE_MAP:
        return found.text
    if isinstance(found, PlaceProblem) and found.reason == "unknown_postcode":
        raise ValidationError(_("We do not know the postcode %(text)s. Check it", text=found.text))
    if found is None or isinstance(found, PlaceProblem) or found.precision != "postcode":
        raise ValidationError(_("Enter a full UK postcode, like LE2 0QB"))
    return found.text


class HelpForm(QuestionForm):
    """What would help: a sentence, and needs to tick. A service may ask two questions of its own."""

    words = text(
        _l("What would help?"),
        DataRequired(_l("Tell us in a sentence what would help")),
        hint=_l("A sentence or two in your own words. Up to 500 characters. Do not name other people."),
    )
    needs = ticks(_l("What is it about?"), {})
    own_1 = text("")
    own_2 = text("")

    def shape(self) -> None:
        """Every need may be ticked; the page shows first those that the service helps with, ticked."""
        for place, name in enumerate(OWN):
            if place < len(self.asks.questions):
                self[name].label.text = self.asks.questions[place]
            else:
                del self[name]
        self.needs.choices = choices_of(labels())


class ContactForm(QuestionForm):
    """How to get in touch safely, and what makes it easier. Whether a message may be left is never assumed."""

    ways = ticks(_l("How can the group get in touch?"), WAYS, _l("Tick each way that is safe."))
    phone = line(_l("Phone number"), _l("Like 07700 900 982."), longest=40)
    email = line(
        _l("E-mail address"), "", Email(_l("Enter an e-mail address, like name@example.org")), longest=LONGEST_EMAIL
    )
    address = text(_l("Address for letters"))
    voicemail = Choice(
        _l("Is it safe to text or leave a message?"),
        YES_NO,
        needed=_l("Select yes if it is safe to text or leave a message"),
    )
    best_times = line(
        _l("Best time to get in touch"), _l("Like “mornings”. You can leave this empty."), longest=LONGEST_LINE
    )
    language = SelectField(_l("Language"), validate_choice=False)
    interpreter = BooleanField(_l("An interpreter is needed"))
    formats = ticks(_l("What makes reading easier?"), FORMATS)
    my_name = line(_l("Your own name"), longest=NAMES)
    my_phone = line(_l("Your own phone number"), _l("Like 07700 900 982."), longest=40)

    def shape(self) -> None:
        """Somebody who asks for themselves is not reached through themselves."""
        self.language.choices = [
            SelectChoice("en", _("English")),
            *choices_of({code: str(words) for code, words in LANGUAGE_VALUES.items()}),
        ]
        if is_for_me(self.so_far):
            self.ways.choices = choices_of({way: words for way, words in WAYS.items() if way != "through-me"})
            del self.my_name, self.my_phone
        else:
            self.phone.label.text = _("Their phone number")
            self.email.label.text = _("Their e-mail address")
            self.address.label.text = _("Their address for letters")

    def validate_ways(self, field: Any) -> None:
        """At least one."""
        if not field.data:
            raise ValidationError(_("Tick at least one way to get in touch"))

    def validate_phone(self, field: Any) -> None:
        """A number where one is needed; a mobile for texts."""
        ways = set(self.ways.data or ())
        number = phones.read(field.data) if field.data else None
        if (field.data or ways & NEEDS_PHONE) and number is None:
            raise ValidationError(_("Enter a phone number, like 07700 900 982"))
        if NEEDS_MOBILE in ways and number is not None and not phones.is_mobile(number):
            raise ValidationError(_("Enter a UK mobile phone number, like 07700 900 982"))

    def validate_voicemail(self, field: Any) -> None:
        """Texts are no safe way where it is not safe to text: nobody is written to on half an answer."""
        if field.data == "no" and NEEDS_MOBILE in (self.ways.data or ()):
            raise ValidationError(_("You ticked text above. Untick it there, or select yes here"))

    def validate_email(self, field: Any) -> None:
        """An address where one is needed."""
        if "e-mail" in (self.ways.data or ()) and not field.data:
            raise ValidationError(_("Enter an e-mail address, like name@example.org"))

    def validate_address(self, field: Any) -> None:
        """Lines where letters are sent."""
        if "letter" in (self.ways.data or ()) and not field.data:
            raise ValidationError(_("Enter the address that letters are sent to"))

    def validate_my_name(self, field: Any) -> None:
        """Who asks for somebody else says who they are."""
        if not field.data:
            raise ValidationError(_("Enter your own name"))

    def validate_my_phone(self, field: Any) -> None:
        """The number by which the person is reached through them."""
        is_needed = "through-me" in (self.ways.data or ())
        if (field.data or is_needed) and phones.read(field.data) is None:
            raise ValidationError(_("Enter a phone number, like 07700 900 982"))

    def validate_language(self, field: Any) -> None:
        """One that is offered."""
        if field.data not in {one.value for one in field.choices}:
            field.data = "en"


class SafetyForm(QuestionForm):
    """What keeps people safe: nothing has to be written."""

    safety_note = text(
        _l("Is there anything to keep people safe?"),
        hint=_l("You can leave this empty. Up to 500 characters. Do not name other people."),
    )


AGREED_FOR_ME = {"yes": _l("Yes, I agree"), "no": _l("No")}
AGREED_YOUNG = {"parent": _l("Yes, and my parent or guardian agrees too"), "no": _l("No")}
AGREED_FOR_OTHER = {
    "spoken": _l("Yes, they told me that they agree"),
    "written": _l("Yes, they agreed in writing"),
    "attorney": _l("I decide for them by law, as their attorney or deputy"),
    "no": _l("No, or I have not asked them"),
}
AGREED_FOR_CHILD = {"parent": _l("Yes, I am their parent or guardian"), "no": _l("No")}


class AgreementForm(QuestionForm):
    """Whether they agree, and how that was told. Source: `portal.people.consents`."""

    agreed = Choice(_l("Do you agree?"), AGREED_FOR_ME, needed=_l("Select yes or no"))
    basis_note = text(
        _l("Why can they not decide this themselves, and whom did you ask?"),
        hint=_l("Only if you decide for them by law. Up to 500 characters."),
    )

    def shape(self) -> None:
        """The answers that there are for this person."""
        young = is_young(self.so_far)
        if is_for_me(self.so_far):
            self.agreed.offer(AGREED_YOUNG if young else AGREED_FOR_ME)
        else:
            self.agreed.label.text = _("Does the person agree?")
            self.agreed.offer(AGREED_FOR_CHILD if young else AGREED_FOR_OTHER)
        if "attorney" not in {one.value for one in self.agreed.choices}:
            del self.basis_note

    def validate_basis_note(self, field: Any) -> None:
        """Why somebody decides for them."""
        if self.agreed.data == "attorney" and not field.data:
            raise ValidationError(_("Say why the person cannot decide this, and who was asked"))


class SendForm(KeyedForm):
    """The button that sends. Its key lets it be sent once."""


class AgreeAndSendForm(SendForm):
    """The same with a tick for the agreement, where no page asked for it."""

    agreed = BooleanField(validators=[DataRequired(_l("Tick the box to say that you agree"))])


def filled(form_class: type[QuestionForm], told: Told, asks: Asks) -> QuestionForm:
    """A form as it is first shown: with what was told so far, and with the needs of the service ticked."""
    known = {name: value for name, value in told.items() if value is not None}
    known.setdefault("needs", list(asks.needs))
    if "birth_date" in known:
        known["birth_date"] = _date(known["birth_date"])
    return form_class(told, asks, formdata=None, data=known)


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value

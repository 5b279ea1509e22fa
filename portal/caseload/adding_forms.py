"""The form for a new person: what is needed to send a referral, no more. The record asks for the rest when it is known."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.caseload.record_codes import no_number_choices
from portal.codes import nhs_numbers, phones
from portal.codes.dates import birth_date_field
from portal.core.form_fields import line, words
from portal.core.forms import LONGEST_EMAIL, Email, KeyedForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.directory.help_first import FreeWords
from portal.directory.languages import LANGUAGE_VALUES
from portal.directory.needs import NEEDS
from portal.geography.places import PlaceProblem
from portal.geography.queries import locate
from portal.organisations.models import Organization
from portal.people.actions import About
from portal.people.items import AGE_GROUPS, WAYS

LONGEST_NAME = 100
LONGEST_WORDS = 1_000
LONGEST_CODE = 40
LONGEST_PLACE = 60


class Ticks(SelectMultipleField):
    """Boxes of which any may be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AddForm(FreeWords, KeyedForm):
    """One page."""

    free = ("what_matters",)

    team = SelectField(_l("Team"))
    given_name = line(_l("First name"), longest=LONGEST_NAME)
    family_name = line(_l("Surname"), longest=LONGEST_NAME)
    birth_date = birth_date_field(label=_l("Date of birth, if you know it"))
    age_group = SelectField(_l("Age, if you do not know the date"), default="")
    nhs_number = line(_l("NHS number"), "", nhs_numbers.NhsNumber(), longest=LONGEST_CODE)
    no_number = SelectField(_l("If there is none, why"), default="not-asked")
    postcode = line(_l("Postcode"), longest=LONGEST_PLACE)
    no_fixed_abode = BooleanField(_l("No fixed address"))
    ways = Ticks(_l("How can they be reached safely?"))
    phone = line(_l("Phone number"), "", phones.Phone(), longest=LONGEST_CODE)
    email = line(
        _l("E-mail address"), "", Email(_l("Enter an e-mail address, like name@example.org")), longest=LONGEST_EMAIL
    )
    voicemail = RadioField(
        _l("Is it safe to leave a message?"),
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
        validate_choice=False,
    )
    language = SelectField(_l("Language they like to speak"), default="en")
    interpreter = BooleanField(_l("An interpreter is needed"))
    needs = Ticks(_l("What would help?"))
    what_matters = words(_l("What matters to them, in their own words"), longest=LONGEST_WORDS)

    def __init__(self, teams: Sequence[Organization], *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.team.choices = [SelectChoice(str(team.id), team.name) for team in teams]
        self.age_group.choices = _with_none(AGE_GROUPS)
        self.no_number.choices = [SelectChoice(*pair) for pair in no_number_choices()]
        self.ways.choices = [SelectChoice(name, str(label)) for name, label in WAYS.items()]
        self.language.choices = [SelectChoice(code, str(label)) for code, label in _languages().items()]
        self.needs.choices = [SelectChoice(need.id, str(need.label)) for need in NEEDS.values()]

    def validate_given_name(self, field: Field) -> None:
        """One name at least."""
        if not field.data and not self.family_name.data:
            raise ValidationError(_("Enter a name"))

    def validate_age_group(self, field: Field) -> None:
        """A birth date or an age group."""
        if not field.data and not self.birth_date.data and not self.birth_date.errors:
            raise ValidationError(_("Enter the date of birth, or choose an age"))

    def validate_postcode(self, field: Field) -> None:
        """A postcode that we know, or that there is no fixed address."""
        if not field.data:
            if not self.no_fixed_abode.data:
                raise ValidationError(_("Enter a full UK postcode, like LE2 0QB, or tick “No fixed address”"))
            return
        found = locate(field.data)
        if isinstance(found, PlaceProblem):
            raise ValidationError(found.sentence)
        if found.kind != "postcode":
            raise ValidationError(_("Enter a full UK postcode, like LE2 0QB"))

    def validate_ways(self, field: Field) -> None:
        """One way at least."""
        if not field.data:
            raise ValidationError(_("Choose at least one way to reach them, or “Through me”"))

    def validate_phone(self, field: Field) -> None:
        """A number where it is to be used."""
        if not field.data and {"phone", "text"} & set(self.ways.data or ()):
            raise ValidationError(_("Enter a phone number, like 07700 900 982"))

    def validate_email(self, field: Field) -> None:
        """An address where it is to be used."""
        if not field.data and "e-mail" in (self.ways.data or ()):
            raise ValidationError(_("Enter an e-mail address, like name@example.org"))

    def validate_voicemail(self, field: Field) -> None:
        """Answered by hand, where the phone is to be used."""
        if field.data not in {"yes", "no"} and "phone" in (self.ways.data or ()):
            raise ValidationError(_("Say whether it is safe to leave a message"))

    def about(self) -> About:
        """What was told."""
        number = nhs_numbers.read(self.nhs_number.data)
        ways = list(self.ways.data or ())
        contact: dict[str, Any] = {"ways": ways}
        if phone := phones.read(self.phone.data):
            contact["phone"] = phone
        if self.email.data:
            contact["email"] = self.email.data
        if self.voicemail.data in {"yes", "no"} and "phone" in ways:
            contact["voicemail"] = self.voicemail.data == "yes"
        return About(
            given_name=self.given_name.data or None,
            family_name=self.family_name.data or None,
            birth_date=self.birth_date.data,
            age_group=None if self.birth_date.data else self.age_group.data or None,
            nhs_number=number,
            no_nhs_number_reason=None if number else self.no_number.data,
            postcode=self.postcode.data or None,
            contact=contact,
            access={"language": self.language.data, "interpreter": bool(self.interpreter.data)},
            details={"no_fixed_abode": True} if self.no_fixed_abode.data else {},
            needs=tuple(self.needs.data or ()),
            what_matters=self.what_matters.data or None,
            form_key=str(self.key.data),
        )


def _languages() -> dict[str, Any]:
    return {"en": _l("English"), **LANGUAGE_VALUES}


def _with_none(choices: Any) -> list[SelectChoice]:
    return [SelectChoice("", _("Choose one")), *(SelectChoice(name, str(label)) for name, label in choices.items())]

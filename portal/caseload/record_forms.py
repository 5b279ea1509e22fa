"""The forms of the parts of a record. Each says what stands (`of`) and what it makes of the columns (`columns`)."""

from datetime import date, timedelta
from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError

from portal.caseload import record_codes
from portal.caseload.record_fields import LONGEST_LINE, LONGEST_STORY, NeedsField, PartForm, as_choice, as_flag
from portal.codes import nhs_numbers, ods, phones, queries
from portal.codes.dates import DateField, birth_date_field
from portal.codes.nhs_numbers import NhsNumber
from portal.codes.ods import PracticeCode
from portal.codes.phones import Phone
from portal.core import clock
from portal.core.form_fields import Choice, Select, Ticks, line, words
from portal.core.forms import LONGEST_EMAIL, LONGEST_NAME, Email
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.directory.filters import BY_NAME
from portal.directory.languages import LANGUAGE_VALUES, name_of
from portal.geography.places import PlaceProblem
from portal.geography.queries import locate
from portal.people.items import AGE_GROUPS, FORMATS, WAYS
from portal.people.models import Person

SAID = {"yes": _l("Yes"), "no": _l("No")}
ASK_AGAIN_AFTER = timedelta(days=183)
NOT_ASKED, NOT_TOLD = "", "not-told"
NEEDED_BY_WAY = {
    "phone": ("phone", _l("Enter the phone number")),
    "text": ("phone", _l("Enter the mobile number for texts")),
    "e-mail": ("email", _l("Enter the e-mail address")),
    "letter": ("address", _l("Enter the address for letters")),
}
"""The field that a way of contact needs, and what is said where it is empty."""


class MattersForm(PartForm):
    """What matters to the person, and what would help."""

    free = ("what_matters",)

    what_matters = words(
        _l("What matters to them, in their own words"), _l("As they say it. They can read it."), longest=LONGEST_STORY
    )
    needs = NeedsField(_l("What would help"))

    @staticmethod
    def of(person: Person) -> dict[str, Any]:
        """What stands."""
        return {"what_matters": person.what_matters, "needs": person.needs}

    def columns(self, _person: Person) -> dict[str, Any]:
        """What was typed."""
        return {"what_matters": self.what_matters.data or None, "needs": list(self.needs.data or ())}


class ContactForm(PartForm):
    """How to reach the person safely."""

    free = ("best_times", "bad_times")

    ways = Ticks(
        _l("Safe ways to reach them"), WAYS, description=_l("Tick all that are safe. “Through me” means by you alone.")
    )
    phone = line(_l("Phone"), "", Phone())
    voicemail = Choice(
        _l("May a message be left on their phone?"), SAID,
        description=_l("Ask them. Somebody else may hear it."),
    )  # fmt: skip
    email = line(_l("E-mail"), "", Email(_l("Enter an e-mail address, like name@example.org")), longest=LONGEST_EMAIL)
    textphone = line(_l("Textphone"), "", Phone())
    address = words(_l("Address for letters"), longest=400)
    plain_letters = Choice(_l("Plain envelope?"), SAID, description=_l("Without a name of a service on it."))
    best_times = line(_l("Best times"), _l("For example, after 2pm"), longest=LONGEST_LINE)
    bad_times = line(_l("Not at these times"), longest=LONGEST_LINE)

    @staticmethod
    def of(person: Person) -> dict[str, Any]:
        """What stands, phones as people say them."""
        told = dict(person.contact or {})
        for key in ("phone", "textphone"):
            told[key] = phones.shown(told[key]) if told.get(key) else ""
        return {
            **told,
            "voicemail": as_choice(told.get("voicemail")),
            "plain_letters": as_choice(told.get("plain_letters")),
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: at least one way, each with what it needs, and whether a message may be left on a phone."""
        is_right = super().validate(extra_validators)
        if not self.ways.data:
            self.refuse("ways", _("Tick at least one way, or “Through me”"))
        for way in self.ways.data or ():
            field, sentence = NEEDED_BY_WAY.get(way, ("", ""))
            if field and not self[field].data and not self[field].errors:
                self.refuse(field, str(sentence))
        if self.phone.data and not self.voicemail.data:
            self.refuse("voicemail", _("Say whether a message may be left"))
        if (
            "text" in (self.ways.data or ())
            and self.phone.data
            and not self.phone.errors
            and not _is_mobile(self.phone.data)
        ):
            self.refuse("phone", _("Texts need a mobile number of the United Kingdom, like 07700 900 982"))
        return is_right and not self.errors

    def columns(self, _person: Person) -> dict[str, Any]:
        """What was typed. Every key is there: all was asked."""
        told: dict[str, Any] = {
            "ways": list(self.ways.data or ()),
            "phone": phones.read(self.phone.data),
            "textphone": phones.read(self.textphone.data),
            "email": self.email.data or None,
            "address": self.address.data or None,
            "plain_letters": as_flag(self.plain_letters.data),
            "best_times": self.best_times.data or None,
            "bad_times": self.bad_times.data or None,
        }
        if (voicemail := as_flag(self.voicemail.data)) is not None:
            told["voicemail"] = voicemail
        return {"contact": told}


class AccessForm(PartForm):
    """Language, and what makes it easier to take part: asked, recorded, flagged, shared, reviewed."""

    free = ("communication", "adjustments")

    language = Select(_l("Language"))
    interpreter = Choice(_l("Is an interpreter needed?"), SAID)
    getting_in = Ticks(_l("Getting in"), {value.id: value.label for value in BY_NAME["access"].values})
    formats = Ticks(_l("Format of what they read"), FORMATS)
    communication = words(
        _l("What helps when you talk"), _l("For example, a lip speaker, or time to answer"), longest=500
    )
    adjustments = words(_l("What else helps"), _l("For example, a longer appointment, or a carer present"), longest=500)
    review_on = DateField(_l("Ask again by"), hint=_l("Half a year from now if you leave it empty"))

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        codes = ["en", *LANGUAGE_VALUES]
        held = self.language.object_data
        extra = [held] if isinstance(held, str) and held and held not in codes else []
        self.language.offer({"": _("Not told"), **{code: name_of(code) for code in [*codes, *extra]}})

    @staticmethod
    def of(person: Person) -> dict[str, Any]:
        """What stands."""
        told = dict(person.access or {})
        told["interpreter"] = as_choice(told.get("interpreter"))
        told["review_on"] = date.fromisoformat(told["review_on"]) if told.get("review_on") else None
        if isinstance(told.get("adjustments"), list):
            told["adjustments"] = "\n".join(told["adjustments"])
        return told

    def columns(self, _person: Person) -> dict[str, Any]:
        """What was typed, asked today."""
        told = {
            "language": self.language.data or None,
            "interpreter": as_flag(self.interpreter.data),
            "getting_in": list(self.getting_in.data or ()),
            "formats": list(self.formats.data or ()),
            "communication": self.communication.data or None,
            "adjustments": self.adjustments.data or None,
            "asked_on": clock.today().isoformat(),
            "review_on": (self.review_on.data or clock.today() + ASK_AGAIN_AFTER).isoformat(),
        }
        return {"access": told}

    def validate_review_on(self, field: DateField) -> None:
        """In the future."""
        if field.data is not None and field.data <= clock.today():
            raise ValidationError(_("Enter a date in the future"))


AS_TYPED = (
    "given_name", "family_name", "preferred_name", "pronouns", "age_group", "no_nhs_number_reason", "postcode",
)  # fmt: skip
"""Columns of who a person is that stand as they were typed."""


class IdentityForm(PartForm):
    """Who the person is."""

    given_name = line(_l("First name"), longest=LONGEST_NAME)
    family_name = line(_l("Surname"), longest=LONGEST_NAME)
    preferred_name = line(_l("Name they like to be called by"), longest=LONGEST_NAME)
    pronouns = line(_l("Pronouns"), _l("For example, she or they"), longest=40)
    birth_date = birth_date_field()
    age_group = Select(_l("Age, if the date of birth is not known"), {"": _l("Not known"), **AGE_GROUPS})
    nhs_number = line(_l("NHS number"), "", NhsNumber())
    no_nhs_number_reason = Select(_l("Why there is no NHS number, if there is none"))
    postcode = line(_l("Postcode"), longest=60)
    no_fixed_abode = Ticks(_l("Where they live"), {"yes": _l("No fixed address")})

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        choices, held = dict(record_codes.no_number_choices()), self.no_nhs_number_reason.object_data
        extra = {held: record_codes.why_no_number(held)} if held and held not in choices else {}
        self.no_nhs_number_reason.offer({"": _("No reason given"), **choices, **extra})

    @staticmethod
    def of(person: Person) -> dict[str, Any]:
        """What stands. The number is not shown: an empty field keeps it."""
        told: dict[str, Any] = {name: getattr(person, name) for name in AS_TYPED}
        told["birth_date"] = date.fromisoformat(person.birth_date) if person.birth_date else None
        told["no_fixed_abode"] = ["yes"] if (person.details or {}).get("no_fixed_abode") else []
        return told

    def say(self, person: Person) -> None:
        """Tell at its field which number is on record."""
        if person.nhs_number:
            ending = nhs_numbers.ending(person.nhs_number)
            told = _("On record: a number ending in %(ending)s. Leave this empty to keep it", ending=ending)
            self.nhs_number.description = told

    def validate_family_name(self, _field: StringField) -> None:
        """One name at least."""
        if not (self.given_name.data or self.family_name.data or self.preferred_name.data):
            raise ValidationError(_("Enter a name"))

    def validate_postcode(self, field: StringField) -> None:
        """One that we know, unless they have no fixed address."""
        found = locate(field.data) if field.data else None
        if isinstance(found, PlaceProblem):
            raise ValidationError(found.sentence)

    def columns(self, person: Person) -> dict[str, Any]:
        """What was typed."""
        told: dict[str, Any] = {name: self[name].data or None for name in AS_TYPED}
        told["postcode"] = told["postcode"].upper() if told["postcode"] else None
        told["birth_date"] = self.birth_date.data.isoformat() if self.birth_date.data else None
        if number := nhs_numbers.read(self.nhs_number.data):
            told["nhs_number"] = number
        told["details"] = {**(person.details or {}), "no_fixed_abode": bool(self.no_fixed_abode.data)}
        return told


class RiskForm(PartForm):
    """What keeps the person, and those who visit, safe."""

    free = ("risk_to_worker", "triggers")

    risk_to_worker = words(_l("Risk to workers"), _l("What a colleague has to know before they meet"), longest=1000)
    lone_visit = Choice(_l("Visiting alone"), record_codes.LONE_VISIT)
    triggers = words(_l("Known triggers"), _l("What upsets them, and what helps then"), longest=1000)

    @staticmethod
    def of(person: Person) -> dict[str, Any]:
        """What stands."""
        return {key: (person.details or {}).get(key) or "" for key in ("risk_to_worker", "lone_visit", "triggers")}

    def columns(self, person: Person) -> dict[str, Any]:
        """What was typed."""
        told = {key: self[key].data or None for key in ("risk_to_worker", "lone_visit", "triggers")}
        return {"details": {**(person.details or {}), **told}}


class DetailsForm(PartForm):
    """What else the standard asks for. Each answer can be “Not asked yet” or “Asked, not told”."""

    gender = Select(_l("Gender"))
    sex_at_birth = Select(_l("Sex at birth"))
    ethnic_category = Select(_l("Ethnic group"))
    practice_code = line(_l("GP practice"), _l("Its code, like C82031"), PracticeCode())
    carer_status = Select(_l("Looks after somebody"))
    lives_alone = Select(_l("Lives alone"))
    veteran = Select(_l("Served in the armed forces"))
    employment = line(_l("Work"), _l("For example, retired, or looking for work"), longest=LONGEST_LINE)
    housing = Select(_l("Housing"))

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        for name, table in record_codes.TABLES.items():
            self._offer(name, [(code, str(label)) for code, label in table.items()])
        for name, list_name in record_codes.LISTS.items():
            self._offer(name, queries.choices(list_name))

    @staticmethod
    def of(person: Person) -> dict[str, Any]:
        """What stands. A key that is missing was not asked, one that holds nothing was not told."""
        held = person.details or {}
        told = {name: NOT_ASKED if name not in held else held[name] or NOT_TOLD for name in record_codes.WORDS_OF}
        for name in ("practice_code", "employment"):
            told[name] = held.get(name) or ""
        return told

    def columns(self, person: Person) -> dict[str, Any]:
        """What was typed; what is not asked yet stays out."""
        held = {key: value for key, value in (person.details or {}).items() if key not in record_codes.WORDS_OF}
        for name in (*record_codes.TABLES, *record_codes.LISTS):
            if self[name].data:
                held[name] = None if self[name].data == NOT_TOLD else self[name].data
        if self.practice_code.data:
            held["practice_code"] = ods.practice(self.practice_code.data)
        if self.employment.data:
            held["employment"] = self.employment.data
        return {"details": held}

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self[name]
        asked = [(NOT_ASKED, _("Not asked yet")), (NOT_TOLD, _("Asked, not told"))]
        known = {code for code, _label in choices} | {NOT_ASKED, NOT_TOLD}
        held = field.object_data
        extra = [(held, record_codes.WORDS_OF[name][1](held))] if held and held not in known else []
        field.offer(dict([*asked, *choices, *extra]))
        if not choices:
            field.description = _("The list of answers has not been loaded here yet. Ask whoever runs the site.")


def _is_mobile(typed: str) -> bool:
    dialled = phones.read(typed)
    return dialled is not None and phones.is_mobile(dialled)

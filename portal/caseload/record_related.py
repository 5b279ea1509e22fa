"""People close to a person: a carer, next of kin or advocate, how to reach them, and whether one may speak to them."""

from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError

from portal.caseload.record_codes import YES_NO
from portal.caseload.record_fields import LONGEST_LINE, PartForm, as_choice, as_flag
from portal.caseload.record_told import Said
from portal.codes import phones
from portal.codes.phones import Phone
from portal.core.form_fields import Choice, line
from portal.core.forms import LONGEST_NAME
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.people.models import Person

ASKED = 2
"""How many the form asks for. Others on record stay as they are."""


class RelatedForm(PartForm):
    """Two people close to the person."""

    name_1 = line(_l("Name"), longest=LONGEST_NAME)
    relationship_1 = line(
        _l("What are they to the person?"), _l("For example, daughter, carer or advocate"), longest=LONGEST_LINE
    )
    phone_1 = line(_l("Phone"), "", Phone())
    may_speak_1 = Choice(_l("May we speak to them about the person?"), YES_NO)
    name_2 = line(_l("Name of a second one"), longest=LONGEST_NAME)
    relationship_2 = line(_l("What are they to the person?"), longest=LONGEST_LINE)
    phone_2 = line(_l("Phone"), "", Phone())
    may_speak_2 = Choice(_l("May we speak to the second one?"), YES_NO)

    @staticmethod
    def of(person: Person) -> dict[str, Any]:
        """What stands."""
        told: dict[str, Any] = {}
        for number, one in enumerate(related_of(person)[:ASKED], 1):
            told[f"name_{number}"], told[f"relationship_{number}"] = one.get("name"), one.get("relationship")
            told[f"phone_{number}"] = phones.shown(one["phone"]) if one.get("phone") else ""
            told[f"may_speak_{number}"] = as_choice(one.get("may_speak"))
        return told

    def validate_name_1(self, field: StringField) -> None:
        """A name, where anything is told of somebody."""
        if not field.data and (self.relationship_1.data or self.phone_1.data):
            raise ValidationError(_("Enter the name"))

    def validate_name_2(self, field: StringField) -> None:
        """The same of the second."""
        if not field.data and (self.relationship_2.data or self.phone_2.data):
            raise ValidationError(_("Enter the name"))

    def columns(self, person: Person) -> dict[str, Any]:
        """What was typed. Not known whether one may speak to somebody is no."""
        rows = [
            {
                "name": self[f"name_{number}"].data,
                "relationship": self[f"relationship_{number}"].data or None,
                "phone": phones.read(self[f"phone_{number}"].data),
                "may_speak": as_flag(self[f"may_speak_{number}"].data) or False,
            }
            for number in range(1, ASKED + 1)
            if self[f"name_{number}"].data
        ]
        return {"details": {**(person.details or {}), "related": [*rows, *related_of(person)[ASKED:]]}}


def related_of(person: Person) -> list[dict[str, Any]]:
    """Those on record."""
    return list((person.details or {}).get("related") or ())


def related_rows(person: Person) -> list[Said]:
    """Those on record, in words."""
    return [Said(one.get("name") or "–", _words(one), not one.get("may_speak")) for one in related_of(person)]


def _words(one: dict[str, Any]) -> str:
    known = [one.get("relationship"), phones.shown(one["phone"]) if one.get("phone") else None]
    may = _("We may speak to them") if one.get("may_speak") else _("Do not speak to them about the person")
    return "\n".join(part for part in (*known, may) if part)

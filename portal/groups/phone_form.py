"""The form of whom to ring: a number, a role, and the name of a person who agreed that everybody sees it."""

from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField
from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from portal.changes import agreements
from portal.core import clock
from portal.core.i18n import lazy_gettext as _l
from portal.directory.persons import is_person
from portal.directory.telephones import telephone
from portal.groups.form_parts import FactForm, line


class PhoneForm(FactForm):
    """The first contact with its first number; others stay."""

    number = line(_l("Phone number"), 60, type="tel", dir="ltr", autocomplete="off")
    about = line(_l("Who answers"), 250, hint=_l("A role, not a person: enquiries, the warden."))
    hours = line(_l("When the phone is answered"), 250)
    person = line(
        _l("Name of the person who answers, if they want to be named"), 250, autocomplete="off",
        hint=_l(
            "Most groups leave this empty. Everyone sees the name, here and wherever this listing is copied. "
            "Without the tick below it is not kept."
        ),
    )  # fmt: skip
    agreed = BooleanField(
        _l(
            "This person agreed that everyone sees their name. "
            "They can change their mind at any time: take the tick away, and the name goes at once."
        )
    )

    def put(self, value: Any) -> None:
        first = (value or [{}])[0]
        name = first.get("name", "")
        self.number.data = ((first.get("phones") or [{}])[0]).get("number", "")
        self.person.data = name if is_person(name) else ""
        self.agreed.data = bool(first.get(agreements.AGREED)) and is_person(name)
        self.about.data = first.get("title") or ("" if self.person.data else name)
        self.hours.data = first.get("hours", "")

    def validate_number(self, field: Field) -> None:
        """A number that can be dialled."""
        if field.data and telephone(field.data).link is None:
            raise ValidationError(_("Enter a phone number, like 0116 496 0999"))

    def validate_person(self, field: Field) -> None:
        """A number to ring them at, as for any contact."""
        if field.data and self.agreed.data and not self.number.data:
            raise ValidationError(_("Enter the phone number that this person answers"))

    def told(self, standing: Any) -> Any:
        rest = list(standing or ())[1:]
        if not self.number.data:
            return rest or None
        old = (standing or [{}])[0]
        numbers = [{**(old.get("phones") or [{}])[0], "number": self.number.data}, *(old.get("phones") or [])[1:]]
        contact = {**self._named(old), "title": self.about.data, "hours": self.hours.data, "phones": numbers}
        return [{name: one for name, one in contact.items() if one}, *rest]

    def _named(self, old: dict[str, Any]) -> dict[str, Any]:
        """The name of a person who agreed, and since when. A name without that is not kept, however it came here."""
        name = self.person.data
        if not name or not (self.agreed.data or not is_person(name)):
            return {}
        if not is_person(name):
            return {"name": name}
        since = old.get(agreements.AGREED) if old.get("name") == name else None
        return {"name": name, agreements.AGREED: since or clock.now().isoformat()}

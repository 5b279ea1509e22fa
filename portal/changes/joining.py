"""Facts about getting in touch: ways to join, the first visit, phones, space."""

from typing import Any

from portal.changes import agreements, plain_rows
from portal.core import clock
from portal.core.fields import new_id
from portal.core.i18n import gettext as _
from portal.directory import space as spaces
from portal.directory.filters import BY_NAME
from portal.directory.models import Contact, Language, Phone, Service
from portal.directory.persons import is_person
from portal.directory.telephones import telephone

CONTACT = ("name", "name_agreed_at", "title", "hours")
PHONE = ("number", "description")
SPACE = ("space_state", "space_weeks", "space_full_until", "space_said_at")


def ways(service: Service) -> list[str] | None:
    """Values of the filter `join`, in its order."""
    return [way for way in BY_NAME["join"].ids if way in service.joining] or None


def put_ways(service: Service, value: Any) -> None:
    """Set the ways in."""
    service.joining = list(value or ())


def ways_shown(value: Any) -> list[str]:
    """Labels of ways."""
    return [BY_NAME["join"].label_of(way) for way in value]


def visit(service: Service) -> dict[str, Any] | None:
    """{"lines": ["...", ...], "bring_someone": true}; what is not told is left out."""
    told: dict[str, Any] = {"lines": list(service.first_visit)} if service.first_visit else {}
    return told | ({} if service.bring_someone is None else {"bring_someone": service.bring_someone}) or None


def put_visit(service: Service, value: Any) -> None:
    """Set what happens the first time."""
    told = value or {}
    service.first_visit, service.bring_someone = list(told.get("lines", ())), told.get("bring_someone")


def visit_shown(value: Any) -> list[str]:
    """The steps of a first visit, and whether somebody may come along."""
    told = value.get("bring_someone")
    brings = [] if told is None else [_("You can bring someone") if told else _("Please come by yourself")]
    return [*value.get("lines", ()), *brings]


def phones(service: Service) -> list[dict[str, Any]] | None:
    """Contacts, each with its numbers: [{"title": "Enquiries", "phones": [{"number": "0116 496 0999"}]}].

    A person who is named stands with the moment at which they agreed: "name": "Ann Lark", "name_agreed_at": "2026-11-30T...".
    """
    return [_contact(one) for one in service.contacts] or None


def put_phones(service: Service, value: Any) -> None:
    """Replace whom to ask."""
    told = value or []
    if told == (phones(service) or []):
        return
    ids = sorted(new_id() for _one in told)
    recorded = {agreements.key_of(_contact(one)): one.name_agreed_by_id for one in service.contacts}
    service.contacts = [_new_contact(row, own) for row, own in zip(told, ids, strict=True)]
    for row, contact in zip(told, service.contacts, strict=True):
        contact.name_agreed_by_id = recorded.get(agreements.key_of(row))


def phones_shown(value: Any) -> list[str]:
    """A line each number, with whom one reaches and when."""
    lines = []
    for contact in value:
        about = [_named(contact), *(contact[name] for name in ("title", "hours") if contact.get(name))]
        numbers = [telephone(one["number"]).text for one in contact.get("phones", ())]
        words = [one["description"] for one in contact.get("phones", ()) if one.get("description")]
        lines.append(", ".join(word for word in [*numbers, *about, *words] if word))
    return [line for line in lines if line]


def space(service: Service) -> dict[str, Any] | None:
    """{"state": "full", "full_until": "2026-12-01", "weeks": 3, "said_at": "..."}; None where nobody said."""
    told = plain_rows.told(service, SPACE)
    return {name.removeprefix("space_"): value for name, value in told.items()} if "space_state" in told else None


def put_space(service: Service, value: Any) -> None:
    """Set what is said of space. Without a moment it is said now."""
    told = {f"space_{name}": one for name, one in (value or {}).items()}
    if told:
        told.setdefault("space_said_at", clock.now().isoformat())
    plain_rows.put(service, SPACE, told)


def space_shown(value: Any) -> list[str]:
    """The words of the tag, as long as it holds."""
    said = Service()
    said.joining = []
    put_space(said, value)
    return [spaces.label(spaces.space_of(said))]


def _named(contact: dict[str, Any]) -> str | None:
    name = contact.get("name")
    if not name or not is_person(name):
        return name
    if contact.get("name_agreed_at"):
        return _("%(name)s, who agreed that everyone sees this name", name=name)
    return _("%(name)s, whose name nobody else sees", name=name)


def _contact(row: Contact) -> dict[str, Any]:
    numbers = [plain_rows.told(one, PHONE) | _spoken(one) for one in row.phones]
    return plain_rows.told(row, CONTACT) | ({"phones": numbers} if numbers else {})


def _spoken(phone: Phone) -> dict[str, Any]:
    codes = [{"code": one.code} | ({"note": one.note} if one.note else {}) for one in phone.languages]
    return {"languages": codes} if codes else {}


def _new_contact(row: dict[str, Any], own_id: Any) -> Contact:
    made = Contact(id=own_id)
    plain_rows.put(made, CONTACT, row)
    numbers = row.get("phones", ())
    for one, phone_id in zip(numbers, sorted(new_id() for _one in numbers), strict=True):
        phone = Phone(id=phone_id, number=one["number"], description=one.get("description"))
        phone.languages = [Language(code=it["code"], note=it.get("note")) for it in one.get("languages", ())]
        made.phones.append(phone)
    return made

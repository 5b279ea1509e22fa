"""Names of persons that everybody may see: what somebody agreed to is recorded with the contact, and ends the moment they want.

An agreement is a moment that stands beside a name in the fact "phone". Only what somebody typed on the page of that fact brings
one: an import, an earlier version, a merge and a copy never do. Taking one back waits for nobody.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from portal.directory.models import Service

FACT = "phone"
AGREED = "name_agreed_at"
TYPED = frozenset({"edited", "approved", "added"})
"""How a change came about that somebody typed; others put back, or bring over, what stood elsewhere."""
Contact = Mapping[str, Any]
Key = tuple[Any, Any]


def key_of(contact: Contact) -> Key:
    """What one agreement is told from others by: the name, and since when."""
    return contact.get("name"), contact.get(AGREED)


def agreed(value: Iterable[Contact] | None) -> set[Key]:
    """The agreements in a value of the fact."""
    return {key_of(one) for one in value or () if one.get(AGREED) and one.get("name")}


def only_standing(
    value: list[dict[str, Any]] | None, standing: Iterable[Contact] | None
) -> list[dict[str, Any]] | None:
    """A value without agreements that do not stand now."""
    kept = agreed(standing)
    return value and [one if key_of(one) in kept else _without(one, AGREED) for one in value]


def withdrawn(before: list[dict[str, Any]] | None, after: Iterable[Contact] | None) -> list[dict[str, Any]] | None:
    """What stands without the names that a new value agrees to no more; None where it takes none back."""
    gone = agreed(before) - agreed(after)
    if not gone:
        return None
    left = (_without(one, "name", AGREED) if key_of(one) in gone else one for one in before or ())
    return [one for one in left if one]


def only_withdraws(before: list[dict[str, Any]] | None, after: list[dict[str, Any]] | None) -> bool:
    """Whether a new value does nothing but take names back."""
    left = withdrawn(before, after)
    return left is not None and left == (after or [])


def note_who(service: Service, who: UUID | None) -> None:
    """Keep who recorded the agreements that have come in."""
    for contact in service.contacts:
        if contact.name_agreed_at is not None and contact.name_agreed_by_id is None:
            contact.name_agreed_by_id = who


def acts(before: Iterable[Contact] | None, after: Iterable[Contact] | None) -> list[str]:
    """What the audit chain calls it: names that came to be agreed to, and that were taken back."""
    was, now = agreed(before), agreed(after)
    return [*(["contact.name_agreed"] if now - was else []), *(["contact.name_withdrawn"] if was - now else [])]


def _without(contact: Contact, *names: str) -> dict[str, Any]:
    return {name: value for name, value in contact.items() if name not in names}

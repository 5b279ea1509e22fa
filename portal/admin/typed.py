"""What was typed or stands in an address, as what it means."""

from uuid import UUID

from flask import request
from flask_babel import gettext as _

from portal.accounts.roles import ROLES, Role
from portal.core.errors import DomainError
from portal.organisations.queries import organisations_named


class WrongPlace(DomainError):
    """A role without its organisation or area. `field` is where to mend it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def page_number() -> int:
    """The page that an address asks for; 1 where it asks for none."""
    told = request.args.get("page", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 8 else 1


def whole_number(told: str) -> int | None:
    """A whole number, or None."""
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 18 else None


def uuid_or_none(text: str) -> UUID | None:
    """An id, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def place_of(role: Role, organisation: str | None, area: str | None) -> tuple[UUID | None, str | None]:
    """Where a role is to be held: the organisation with this name or id, and the area. Raises WrongPlace."""
    scope = ROLES[role].scope
    if scope != "organisation":
        return None, (area or None) if scope == "area" else None
    found = organisations_named(organisation) if organisation else []
    if not found:
        raise WrongPlace("organisation", _("Enter the whole name of an organisation of ours, or its id"))
    if len(found) > 1:
        raise WrongPlace("organisation", _("Several organisations have this name. Enter the id of one."))
    return found[0].id, None

"""What was typed or stands in an address, as what it means."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _

from portal.accounts.roles import ROLES, Role
from portal.admin import queries
from portal.core.errors import DomainError
from portal.organisations.models import Organization
from portal.organisations.queries import organisations_named

MOST_ALIKE = 10


class WrongPlace(DomainError):
    """A role without its organisation. `field` is where to mend it; `alike`: the organisations that may be meant."""

    def __init__(self, field: str, sentence: str, alike: Sequence[Organization] = ()) -> None:
        super().__init__(sentence)
        self.field, self.alike = field, alike


def uuid_or_none(text: str) -> UUID | None:
    """An id, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def place_of(
    role: Role, organisation: str | None, which: str | None, area: str | None
) -> tuple[UUID | None, str | None]:
    """Where a role is to be held: the organisation of this name, or the one that was chosen of several; and the area.

    Raises WrongPlace.
    """
    scope = ROLES[role].scope
    if scope != "organisation":
        return None, (area or None) if scope == "area" else None
    if not organisation:
        raise WrongPlace("organisation", _("This role belongs to an organisation. Enter its name."))
    named = organisations_named(organisation)
    alike = named or queries.organisations(organisation).items[:MOST_ALIKE]
    chosen = next((one for one in alike if str(one.id) == which), None) or (named[0] if len(named) == 1 else None)
    if chosen is not None:
        return chosen.id, None
    if named:
        raise WrongPlace("which", _("Several organisations have this name. Choose one."), alike)
    if alike:
        raise WrongPlace(
            "which", _("No organisation has exactly this name. Choose one of these, or enter another."), alike
        )
    raise WrongPlace(
        "organisation", _("We have no organisation with these words in its name. Look for it in the list.")
    )

"""What the pages of agreements show: the organisations that one can choose from, and the rows that stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.caseload import agreements_rows, record_queries
from portal.caseload.agreements_rows import Row
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.plain import one_line
from portal.organisations import queries as organisations
from portal.organisations.models import Organization
from portal.people.models import Person
from portal.referrals.models import Introduction

MOST = 20


@dataclass(frozen=True)
class Choosing:
    """Choosing an organisation. `asked`: those that the person has referrals to, without an agreement that holds."""

    words: str
    found: Sequence[Organization]
    asked: Sequence[Organization]

    @property
    def is_cut(self) -> bool:
        """Whether there may be more."""
        return len(self.found) >= MOST


def rows_of(person: Person) -> list[Row]:
    """One row an organisation."""
    return agreements_rows.rows_of(*record_queries.consents_of(person))


def choosing(person: Person, typed: str) -> Choosing:
    """What was found by a name, and organisations that are at hand."""
    words = one_line(typed)[:80]
    found = record_queries.organisations_like(words, MOST) if len(words) > 1 else []
    held = {row.organization_id for row in rows_of(person) if row.standing == "yes"}
    at_hand = {
        one.organization_id: one.organization for one in introductions_of(person) if one.organization_id not in held
    }
    return Choosing(words, found, list(at_hand.values()))


def introductions_of(person: Person) -> Sequence[Introduction]:
    """All of the person's, newest first."""
    return record_queries.introductions_of(person).every


def organisation_named(told: str) -> Organization:
    """The organisation with this id. Raises NotFound."""
    try:
        found = organisations.organisation(UUID(told))
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("There is no such organisation."))
    return found

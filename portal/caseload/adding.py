"""Taking a new person onto a caseload, unless the team knows them already.

Of what another organisation knows nothing is said, whatever is typed: see `docs/decisions/0050-people-and-who-sees-them.md`.
"""

from dataclasses import dataclass
from uuid import UUID

from portal.core.viewer import Viewer
from portal.people.actions import About, match_of, new_person
from portal.people.models import Person
from portal.people.queries import is_known


@dataclass(frozen=True)
class Known:
    """Somebody whom the team knows. `is_certain`: by the NHS number; else by surname and birth date alone."""

    person: Person
    is_certain: bool


def known_here(about: About, team_id: UUID) -> Known | None:
    """Whom the worker's own team knows already. What this same form made before is nobody else."""
    person = is_known(team_id, nhs_number=about.nhs_number, match=match_of(about.family_name, about.birth_date))
    if person is None or person.form_key == about.form_key:
        return None
    return Known(person, about.nhs_number is not None and person.nhs_number == about.nhs_number)


def add(about: About, *, by: Viewer, team_id: UUID) -> Person:
    """Make the record, on the caseload of who adds it. The same form sent twice makes one."""
    return new_person(about, by=by, organization_id=team_id, worker_id=by.id)

"""What every kind of fact can do: be saved with a new listing, and be changed on a known one."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from portal.importing.facts import Facts
from portal.importing.naming import Shared
from portal.importing.parts import Rows, Values
from portal.importing.tellings import Found, Telling


@dataclass(frozen=True)
class Kind:
    """One fact. `label` is what results call it."""

    name: str
    label: str

    UNCHECKED: ClassVar[frozenset[str]] = frozenset()
    """Labels whose change leaves the day on which the listing was checked."""

    def columns(self, facts: Facts, shared: Shared) -> Values:
        """Columns of a new service that hold this fact."""
        return {}

    def put(self, rows: Rows, service_id: UUID, facts: Facts, shared: Shared) -> None:
        """Put down the rows of other tables that hold this fact of a new service."""

    def change(self, telling: Telling) -> Found:
        """Change it where the source did, unless it was edited here. Gives labels and what became of each."""
        raise NotImplementedError

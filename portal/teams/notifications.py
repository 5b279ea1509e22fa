"""What is sent about teams."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from portal.core import wording
from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class JoinedTeam(Notification):
    """To somebody with an account who was put into a team. `team` is its name; `since` the first day, like "2026-12-01"."""

    name: ClassVar[str] = "joined-team"
    placeholders: ClassVar[tuple[str, ...]] = ("team", "day")

    team_id: str
    team: str
    since: str

    def link(self) -> str:
        """The page of the team."""
        return address("teams.team", team_id=self.team_id)

    def facts(self) -> Mapping[str, Any]:
        """The first day in words."""
        return {"day": wording.day(date.fromisoformat(self.since))}

    @classmethod
    def example(cls) -> "JoinedTeam":
        """A made-up one."""
        return cls("0b7c8a2e-4f0a-4c52-9d3c-0f6f3d1c2b1a", "Saffron Vale neighbourhood team", "2026-12-01")

    @classmethod
    def example_facts(cls) -> Mapping[str, Any]:
        """Made up as well."""
        return {"day": "Tuesday 1 December"}

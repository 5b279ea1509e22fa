"""What is sent about huddles: references and days alone, and only of cases that are shared with the reader when it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from portal.core import wording
from portal.huddles.owing import summary
from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class HuddleSummary(Notification):
    """What is somebody's to do after a huddle. `slug`: of the neighbourhood under whose address it was."""

    name: ClassVar[str] = "huddle-summary"
    placeholders: ClassVar[tuple[str, ...]] = ("day",)

    huddle_id: str
    user_id: str
    slug: str

    def link(self) -> str:
        """The huddle that comes next."""
        return address("huddles.current", slug=self.slug)

    def facts(self) -> Mapping[str, Any]:
        """The day, the next one, and each action by reference and day, as they stand when it is sent."""
        huddle, rows = summary(UUID(self.huddle_id), UUID(self.user_id))
        told = [(reference, wording.day(due_on)) for reference, due_on in rows]
        following = wording.day(huddle.next_on) if huddle.next_on else None
        return {"day": wording.day(huddle.held_on), "next": following, "rows": told}

    @classmethod
    def example(cls) -> "HuddleSummary":
        """A made-up one."""
        return cls("0b7c8a2e-4f0a-4c52-9d3c-0f6f3d1c2b1a", "0b7c8a2e-4f0a-4c52-9d3c-0f6f3d1c2b1b", "saffron-fields")

    @classmethod
    def example_facts(cls) -> Mapping[str, Any]:
        """Made up as well."""
        rows = [("K7PH-4MWX", "Tuesday 1 December"), ("C4HT-9XRK", "Friday 4 December")]
        return {"day": "Tuesday 24 November", "next": "Tuesday 1 December", "rows": rows}

"""What is written to the author of a change once a moderator has decided. A reference and a link; no names, no words."""

from dataclasses import dataclass
from typing import ClassVar

from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class ChangeDecided(Notification):
    """Tells what became of a change: "live", "sent_back", "rejected" or "undone". A duty: nobody stops it."""

    name: ClassVar[str] = "change-decided"

    change_id: str
    outcome: str
    service_id: str = ""
    """Of the listing, where its author is a moderator, who has no page of a group."""

    def link(self) -> str:
        """The page on which the group sees its changes, or a moderator the listing."""
        return address("groups.listing", service_id=self.service_id) if self.service_id else address("groups.home")

    @classmethod
    def example(cls) -> "ChangeDecided":
        return cls(change_id="00000000-0000-0000-0000-000000000001", outcome="sent_back")

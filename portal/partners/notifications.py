"""What is written to those who keep a programme: how much there is to do, and where."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class PartnerTasks(Notification):
    """Agreements come up for review or end, or are with an organisation that has closed. `count`: how many tasks are new."""

    name: ClassVar[str] = "partner-tasks"
    useful_for: ClassVar[timedelta] = timedelta(days=14)

    count: int
    programme_id: str

    def link(self) -> str:
        """What is to be done in the programme."""
        return address("partners.agreements", programme=self.programme_id)

    @classmethod
    def example(cls) -> "PartnerTasks":
        return cls(3, "5b1d7f1e-6a0c-4f0b-9d55-1c8f6a2b7e10")

"""What administrators are told of webhooks: one was switched off, and where to look. Not the address, which can hold a key."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class WebhookOff(Notification):
    """A webhook was switched off: its receiver wants no more ("gone"), or has failed for three days ("failing")."""

    name: ClassVar[str] = "webhook-off"
    useful_for: ClassVar[timedelta] = timedelta(days=5)

    subscription_id: str
    why: str = "failing"

    def link(self) -> str:
        """Its page."""
        return address("webhooks.one", subscription_id=self.subscription_id)

    @classmethod
    def example(cls) -> "WebhookOff":
        return cls("00000000-0000-0000-0000-000000000001")

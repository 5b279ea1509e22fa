"""What this feature itself sends."""

from dataclasses import dataclass
from typing import ClassVar

from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class SendingWorks(Notification):
    """What `portal messages try` sends: it arrives, so sending works."""

    name: ClassVar[str] = "sending-works"
    forgets: ClassVar[bool] = True

    reference: str

    def link(self) -> str:
        """The site."""
        return address("pages.home")

    @classmethod
    def example(cls) -> "SendingWorks":
        return cls(reference="3f9c1a")

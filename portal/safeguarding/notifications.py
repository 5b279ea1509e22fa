"""What is written about a worry: its reference and a link, nothing of what it says."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from portal.core.references import shown
from portal.notifications.addresses import address
from portal.notifications.notification import Notification
from portal.referrals.notifications import REFERENCE


@dataclass(frozen=True)
class SafetyRaised(Notification):
    """To a safeguarding lead: a worry was raised ("new"), or nobody has read it by the end of the working day ("unread")."""

    name: ClassVar[str] = "safety-raised"
    useful_for: ClassVar[timedelta] = timedelta(days=5)
    placeholders: ClassVar[tuple[str, ...]] = ("reference",)

    reference: str
    code: str
    what: str = "new"

    def link(self) -> str:
        """The worry itself."""
        return address("safeguarding.item", reference=self.code)

    @classmethod
    def example(cls) -> "SafetyRaised":
        return cls(shown(REFERENCE), REFERENCE)


@dataclass(frozen=True)
class SafetyUnread(Notification):
    """To an administrator, who may not read it: nobody has, by the end of the working day."""

    name: ClassVar[str] = "safety-unread"
    useful_for: ClassVar[timedelta] = timedelta(days=5)
    placeholders: ClassVar[tuple[str, ...]] = ("reference",)

    reference: str

    def link(self) -> str:
        """Where the organisation is named."""
        return address("admin.home")

    @classmethod
    def example(cls) -> "SafetyUnread":
        return cls(shown(REFERENCE))

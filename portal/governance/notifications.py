"""What is written when somebody breaks the glass: the reference of the record, and a link."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from portal.core.references import shown
from portal.notifications.addresses import address
from portal.notifications.notification import Notification
from portal.referrals.notifications import REFERENCE


@dataclass(frozen=True)
class RecordOpened(Notification):
    """A record was opened from outside its team. `is_governance`: the recipient can look at it; else it is the team's lead."""

    name: ClassVar[str] = "record-opened"
    useful_for: ClassVar[timedelta] = timedelta(days=5)
    placeholders: ClassVar[tuple[str, ...]] = ("reference",)

    reference: str
    is_governance: bool

    def link(self) -> str:
        """All that were opened so; for the lead of a team the home page, since the reason is for information governance."""
        return address("governance.broken" if self.is_governance else "pages.home")

    @classmethod
    def example(cls) -> "RecordOpened":
        return cls(shown(REFERENCE), is_governance=True)

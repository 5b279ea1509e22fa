"""What is written to groups about their grants."""

from dataclasses import dataclass
from typing import ClassVar

from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class GrantReportDue(Notification):
    """A group owes a report about a quarter that has ended. `reference`: of the grant, as it is written for people."""

    name: ClassVar[str] = "grant-report-due"
    placeholders: ClassVar[tuple[str, ...]] = ("reference",)

    reference: str
    quarter: str

    def link(self) -> str:
        """Where to report."""
        return address("group_grants.report", reference=self.reference, quarter=self.quarter)

    @classmethod
    def example(cls) -> "GrantReportDue":
        return cls(reference="K7PH-4MWX", quarter="2026-q3")

"""What is written to people about their listings, and to visitors who reported something."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class CodeOnRecord(Notification):
    """The base of a code that goes to an address or phone on record. Each is named for what it lets somebody do."""

    placeholders: ClassVar[tuple[str, ...]] = ("code", "organisation")

    code: str
    organisation: str

    @classmethod
    def example(cls) -> Self:
        return cls(code="1234 5678", organisation="Larkfield Circle")


@dataclass(frozen=True)
class StillRight(Notification):
    """Asks whether listings are still right. A duty: it has no topic, so nobody can stop it and forget their listing."""

    name: ClassVar[str] = "still-right"
    useful_for: ClassVar[timedelta] = timedelta(days=7)

    letter_id: str
    token: str
    step: str

    def link(self) -> str:
        """The page on which it is confirmed."""
        return address("assurance.confirm", token=self.token)

    def facts(self) -> Mapping[str, Any]:
        """The listings as the public sees them today, with the links beside the main one."""
        from portal.assurance.sheets import sheets_of_letter

        sheets = sheets_of_letter(UUID(self.letter_id))
        return self._told([sheet.plain() for sheet in sheets])

    def _told(self, listings: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "listings": listings,
            "group": listings[0]["organisation"] if listings else "",
            "is_several": len(listings) > 1,
            "change_link": address("assurance.change", token=self.token),
            "closed_link": address("assurance.closed", token=self.token),
        }

    @classmethod
    def example(cls) -> "StillRight":
        return cls(letter_id="00000000-0000-0000-0000-000000000001", token="example", step="first")  # noqa: S106

    @classmethod
    def example_facts(cls) -> Mapping[str, Any]:
        rows = [("When", ["Every Saturday, 10am to 1pm"]), ("Where", ["The Shed, Tannery Lane, LE2 0QB"])]
        listing = {"name": "Shed Saturdays", "organisation": "Tannery Park Allotment Group", "rows": rows}
        return cls.example()._told([listing])


@dataclass(frozen=True)
class ReportAnswered(Notification):
    """Tells a visitor what became of their report. Nothing of them is kept once it is sent."""

    name: ClassVar[str] = "report-answered"
    forgets: ClassVar[bool] = True

    service_id: str
    reference: str
    outcome: str

    def link(self) -> str:
        """The page of the listing as it stands now."""
        return address("directory.show", service_id=UUID(self.service_id))

    @classmethod
    def example(cls) -> "ReportAnswered":
        return cls(service_id="00000000-0000-0000-0000-000000000001", reference="K7MH4P", outcome="fixed")

"""What somebody wants who joins: to look after an organisation that is here, or to add one, from a register or by its name."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID


@dataclass(frozen=True)
class Wish:
    """One of: an organisation of ours; a body in a register; a name, with a postcode. `locale` is of the mails to come."""

    organisation_id: UUID | None = None
    register: str | None = None
    number: str | None = None
    name: str | None = None
    postcode: str | None = None
    locale: str = "en"

    def packed(self) -> dict[str, Any]:
        """As plain JSON, kept with the link that was sent. All of it is public."""
        return {
            "organisation": str(self.organisation_id) if self.organisation_id else None,
            "register": self.register,
            "number": self.number,
            "name": self.name,
            "postcode": self.postcode,
            "locale": self.locale,
        }

    @classmethod
    def unpacked(cls, told: dict[str, Any]) -> Self:
        """From what was kept."""
        organisation = told.get("organisation")
        return cls(
            UUID(organisation) if organisation else None,
            told.get("register"),
            told.get("number"),
            told.get("name"),
            told.get("postcode"),
            told.get("locale") or "en",
        )

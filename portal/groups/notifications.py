"""What is written to people who join, to the organisation itself, to its lead, and to those who edit for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from portal.assurance.notifications import CodeOnRecord
from portal.changes.facts import FACTS
from portal.core.extensions import db
from portal.directory.models import Service
from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class JoinLink(Notification):
    """A link that confirms an e-mail address, and goes on with joining. `organisation` is its public name."""

    name: ClassVar[str] = "join-link"
    placeholders: ClassVar[tuple[str, ...]] = ("organisation",)

    token: str
    organisation: str

    def link(self) -> str:
        return address("joining.confirm", token=self.token)

    @classmethod
    def example(cls) -> Self:
        return cls(token="k" * 43, organisation="Larkfield Circle")


@dataclass(frozen=True)
class ProofCodeSent(CodeOnRecord):
    """To the address that is on record: a code for somebody who asks to look after the listings."""

    name: ClassVar[str] = "proof-code"
    useful_for: ClassVar[timedelta] = timedelta(days=2)


@dataclass(frozen=True)
class ClaimAsked(Notification):
    """To a lead: somebody asks to look after the listings too."""

    name: ClassVar[str] = "claim-asked"
    placeholders: ClassVar[tuple[str, ...]] = ("organisation",)

    claim: str
    organisation: str

    def link(self) -> str:
        return address("joining.asked_to", claim_id=self.claim)

    @classmethod
    def example(cls) -> Self:
        return cls(claim="0" * 8 + "-0000-4000-8000-" + "0" * 12, organisation="Larkfield Circle")


@dataclass(frozen=True)
class ClaimDecided(Notification):
    """To who asked: whether they may."""

    name: ClassVar[str] = "claim-decided"
    placeholders: ClassVar[tuple[str, ...]] = ("organisation",)

    claim: str
    organisation: str
    is_accepted: bool

    def link(self) -> str:
        return address("joining.claim", claim_id=self.claim)

    @classmethod
    def example(cls) -> Self:
        return cls(claim="0" * 8 + "-0000-4000-8000-" + "0" * 12, organisation="Larkfield Circle", is_accepted=True)


@dataclass(frozen=True)
class DraftKept(Notification):
    """A link back to a listing that was begun. A kindness, no duty: the draft stands on the page of the group too."""

    name: ClassVar[str] = "draft-kept"
    topic: ClassVar[str] = "drafts"

    change: str

    def link(self) -> str:
        return address("groups.new_listing", change_id=self.change)

    @classmethod
    def example(cls) -> Self:
        return cls(change="0" * 8 + "-0000-4000-8000-" + "0" * 12)


@dataclass(frozen=True)
class ListingChanged(Notification):
    """To those who edit for a group: a moderator changed its listing. A duty, since it stands in their name.

    `facts_changed`: names of facts, "close", "reopen".
    """

    name: ClassVar[str] = "listing-changed"
    placeholders: ClassVar[tuple[str, ...]] = ("listing",)

    service_id: str
    facts_changed: tuple[str, ...]

    def link(self) -> str:
        return address("groups.history", service_id=self.service_id)

    def facts(self) -> Mapping[str, Any]:
        """The name of the listing as it is now, and what was changed, in words."""
        service = db.session.get(Service, UUID(self.service_id))
        return self._told(service.name if service else "")

    def _told(self, listing: str) -> Mapping[str, Any]:
        changed = [str(FACTS[name].label) for name in self.facts_changed if name in FACTS]
        return {
            "listing": listing,
            "changed": changed,
            "is_closed": "close" in self.facts_changed,
            "is_opened": "reopen" in self.facts_changed,
        }

    @classmethod
    def example(cls) -> Self:
        return cls(service_id="0" * 8 + "-0000-4000-8000-" + "0" * 12, facts_changed=("sessions", "cost"))

    @classmethod
    def example_facts(cls) -> Mapping[str, Any]:
        return cls.example()._told("Shed Saturdays")

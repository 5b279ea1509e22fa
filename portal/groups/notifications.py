"""What is written to people who join, to the organisation itself, and to its lead."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Self

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
class ProofCodeSent(Notification):
    """To the address that is on record: a code for somebody who asks to look after the listings."""

    name: ClassVar[str] = "proof-code"
    useful_for: ClassVar[timedelta] = timedelta(days=2)
    placeholders: ClassVar[tuple[str, ...]] = ("code", "organisation")

    code: str
    organisation: str

    @classmethod
    def example(cls) -> Self:
        return cls(code="1234 5678", organisation="Larkfield Circle")


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
    """A link back to a listing that was begun."""

    name: ClassVar[str] = "draft-kept"

    change: str

    def link(self) -> str:
        return address("groups.new_listing", change_id=self.change)

    @classmethod
    def example(cls) -> Self:
        return cls(change="0" * 8 + "-0000-4000-8000-" + "0" * 12)

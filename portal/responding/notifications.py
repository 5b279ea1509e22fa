"""What is written to a group whose people begin to answer referrals."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Self
from uuid import UUID

from portal.assurance.notifications import CodeOnRecord
from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class ReferralCodeSent(CodeOnRecord):
    """To the address or phone that is on record: a code for somebody who wants to answer referrals for the group."""

    name: ClassVar[str] = "referral-code"
    useful_for: ClassVar[timedelta] = timedelta(hours=12)


@dataclass(frozen=True)
class ReferralAnswerer(Notification):
    """To the lead of an organisation: somebody came by a link and answers its referrals from now on."""

    name: ClassVar[str] = "referral-answerer"
    placeholders: ClassVar[tuple[str, ...]] = ("organisation",)

    organisation_id: str
    organisation: str

    def link(self) -> str:
        """The people of the organisation, where a role is taken away."""
        return address("accounts.people_of", organisation_id=UUID(self.organisation_id))

    @classmethod
    def example(cls) -> Self:
        return cls("00000000-0000-0000-0000-000000000001", "Larkfield Circle")

"""What is written to a group whose people begin to answer referrals."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Self

from portal.notifications.notification import Notification


@dataclass(frozen=True)
class ReferralCodeSent(Notification):
    """To the address or phone that is on record: a code for somebody who wants to answer referrals for the group."""

    name: ClassVar[str] = "referral-code"
    useful_for: ClassVar[timedelta] = timedelta(hours=12)
    placeholders: ClassVar[tuple[str, ...]] = ("code", "organisation")

    code: str
    organisation: str

    @classmethod
    def example(cls) -> Self:
        return cls(code="1234 5678", organisation="Larkfield Circle")

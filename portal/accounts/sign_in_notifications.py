"""What is written to people about signing in: a link that does it, and news that they should know of."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Self

from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class SignInLink(Notification):
    """A link that signs its reader in, for 15 minutes."""

    name: ClassVar[str] = "sign-in-link"
    useful_for: ClassVar[timedelta] = timedelta(minutes=12)

    token: str

    def link(self) -> str:
        return address("accounts.link_arrived", token=self.token)

    @classmethod
    def example(cls) -> Self:
        return cls(token="k" * 43)


@dataclass(frozen=True)
class PasswordChanged(Notification):
    """Your password was changed by somebody who was signed in."""

    name: ClassVar[str] = "password-changed"

    def link(self) -> str:
        return address("accounts.home")

    @classmethod
    def example(cls) -> Self:
        return cls()


@dataclass(frozen=True)
class FactorChanged(Notification):
    """Your second step was changed. `what`: "app-added", "app-removed", "passkey-added", "passkey-removed", "codes-made",
    "code-used" or "reset" (by an administrator or a lead).
    """

    name: ClassVar[str] = "factor-changed"

    what: str

    def link(self) -> str:
        return address("accounts.second_factor")

    @classmethod
    def example(cls) -> Self:
        return cls(what="app-added")


@dataclass(frozen=True)
class NewDevice(Notification):
    """Somebody signed in to your account on a device that we had not seen with it."""

    name: ClassVar[str] = "new-device"

    def link(self) -> str:
        return address("accounts.devices")

    @classmethod
    def example(cls) -> Self:
        return cls()

"""What is written to people about their accounts: invitations, links for a new password or address, and what was changed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Self

from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class Invitation(Notification):
    """You are invited. `organisation` is its public name, or empty for a role of the whole site."""

    name: ClassVar[str] = "invitation"
    useful_for: ClassVar[timedelta] = timedelta(days=3)
    placeholders: ClassVar[tuple[str, ...]] = ("organisation",)

    token: str
    organisation: str

    def link(self) -> str:
        return address("accounts.join", token=self.token)

    @classmethod
    def example(cls) -> Self:
        return cls(token="k" * 43, organisation="Larkfield Circle")


@dataclass(frozen=True)
class NewPassword(Notification):
    """A link that lets its reader set a new password, for an hour."""

    name: ClassVar[str] = "new-password"
    useful_for: ClassVar[timedelta] = timedelta(minutes=50)

    token: str

    def link(self) -> str:
        return address("accounts.new_password", token=self.token)

    @classmethod
    def example(cls) -> Self:
        return cls(token="k" * 43)


@dataclass(frozen=True)
class PasswordReset(Notification):
    """Your password was set anew by a link."""

    name: ClassVar[str] = "password-reset"

    def link(self) -> str:
        return address("accounts.ask_new_password")

    @classmethod
    def example(cls) -> Self:
        return cls()


@dataclass(frozen=True)
class ConfirmEmail(Notification):
    """To the new address: confirm that it is yours."""

    name: ClassVar[str] = "confirm-email"
    useful_for: ClassVar[timedelta] = timedelta(hours=24)

    token: str

    def link(self) -> str:
        return address("accounts.confirm_email", token=self.token)

    @classmethod
    def example(cls) -> Self:
        return cls(token="k" * 43)


@dataclass(frozen=True)
class EmailChanging(Notification):
    """To the old address: another was given, and how to undo it. `is_done`: the new one holds already."""

    name: ClassVar[str] = "email-changing"

    token: str
    is_done: bool

    def link(self) -> str:
        return address("accounts.undo_email", token=self.token)

    @classmethod
    def example(cls) -> Self:
        return cls(token="k" * 43, is_done=True)


@dataclass(frozen=True)
class AccountChanged(Notification):
    """Your account was changed by others: `what` is "roles", "deactivated" or "reactivated"."""

    name: ClassVar[str] = "account-changed"

    what: str

    def link(self) -> str:
        return address("accounts.home")

    @classmethod
    def example(cls) -> Self:
        return cls(what="roles")

"""The port: what a transport is given, and what it gives back. One shared test runs against each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol
from uuid import UUID

from portal.notifications.senders.port import NotSent, Refused, ServerTrouble

__all__ = ["Answer", "Document", "NoWay", "NotSent", "Refused", "Sent", "ServerTrouble", "Transport"]


@dataclass(frozen=True)
class Document:
    """A document, ready to go. `local_id` is the same each time that it is tried.

    `reference`, as it is read aloud, is all that may stand outside of the content. `nhs_number`, `birth_date` (ISO) and
    `family_name` are for transports that route by them: they belong into no address of a request, log or name of a file.
    """

    local_id: UUID
    reference: str
    html: str
    fhir: str
    locale: str
    practice_name: str
    ods_code: str | None = None
    practice_email: str | None = None
    nhs_number: str | None = None
    birth_date: str | None = None
    family_name: str | None = None


@dataclass(frozen=True)
class Sent:
    """A document that waits for its acknowledgement. `ods_code`: of the practice that it is for."""

    local_id: UUID
    message_id: str
    ods_code: str | None = None


@dataclass(frozen=True)
class Answer:
    """What came back about one document. `code`: at most 40 of a-z, 0-9 and "-". `receipt` names it to the transport."""

    local_id: UUID
    outcome: Literal["acknowledged", "failed"]
    code: str
    receipt: str | None = None


class NoWay(Refused):
    """This transport cannot reach this practice; the next may."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, kind="hard")


class Transport(Protocol):
    """Carries documents to practices. One is kept open while several are sent, then closed; it opens by itself again."""

    name: str
    silence: timedelta | None
    """After so long without an answer a document counts as delivered; None where only an answer does."""

    def send(self, document: Document) -> str:
        """Hand it over. Gives the transport's own id. The same `local_id` again must do no harm.

        Raises NoWay, Refused or ServerTrouble, whose reasons are codes without personal data.
        """

    def poll(self, waiting: Sequence[Sent]) -> Iterable[Answer]:
        """What has come back, of those that wait. May give an answer again until it was settled. Raises ServerTrouble."""

    def settle(self, answers: Sequence[Answer]) -> None:
        """These answers are noted: they may be forgotten there. Raises ServerTrouble."""

    def take_back(self, local_id: UUID) -> bool:
        """Take back what was handed over and not fetched yet. False where that cannot be. Safe to repeat."""

    def trouble(self) -> str | None:
        """A sentence about why it cannot be used, or None. For the doctor; sends nothing."""

    def close(self) -> None:
        """Let go of connections. Never raises."""

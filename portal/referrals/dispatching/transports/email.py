"""E-mail to the address of a practice, within domains that are secure from end to end (DCB1596), such as nhs.net.

The document is attached; subject and text hold a reference alone. A mail server confirms no delivery: what did not come back in
three days counts as delivered, and what comes back fails. See docs/messages.md for how bounces are told.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from flask_babel import force_locale

from portal.core.i18n import gettext as _
from portal.directory.addresses import email_address
from portal.notifications.senders.port import Attachment, Outgoing, Sender
from portal.referrals.dispatching.transports.port import Answer, Document, NoWay, Sent

FHIR_JSON = ("application", "fhir+json")
HTML = ("text", "html")


class EmailTransport:
    """By the mail server of the instance. `domains`: where documents may go, exactly; an address elsewhere gets none."""

    name = "e-mail"
    silence: timedelta | None = timedelta(days=3)

    def __init__(self, sender: Callable[[], Sender | None], domains: Sequence[str], *, can_attach: bool) -> None:
        self.sender = sender
        self.domains = frozenset(domain.casefold() for domain in domains)
        self.can_attach = can_attach

    def address(self, document: Document) -> str:
        """The practice's own. Raises NoWay where it has none, or one in a domain that is not secure."""
        found = email_address(document.practice_email) if document.practice_email else None
        if not found:
            raise NoWay("no-address")
        if found.rpartition("@")[2].casefold() not in self.domains:
            raise NoWay("not-secure")
        return found

    def send(self, document: Document) -> str:
        """Hand it to the mail server. Tried again, it has the same Message-ID."""
        sender, to = self.sender(), self.address(document)
        if sender is None or not self.can_attach:
            raise NoWay("no-mail-server")
        with force_locale(document.locale):
            subject = _("A document for a patient’s record, %(reference)s", reference=document.reference)
            text = _(
                "Attached is how a social prescribing referral from your practice ended: as a page to read, and as a file for "
                "the record system (FHIR R4). File it in the record of the patient that it names. If it is not for your "
                "practice, delete it and ring the team that it names."
            )
        name = document.reference
        mail = Outgoing(
            id=document.local_id, channel="email", to=to, subject=subject, text=f"{text}\n", locale=document.locale,
            attachments=(
                Attachment(f"{name}.html", HTML, document.html.encode()),
                Attachment(f"{name}.json", FHIR_JSON, document.fhir.encode()),
            ),
        )  # fmt: skip
        return sender.send(mail) or str(document.local_id)

    def poll(self, waiting: Sequence[Sent]) -> Iterable[Answer]:
        """Bounces are told to us; nothing is asked for."""
        return ()

    def settle(self, answers: Sequence[Answer]) -> None:
        """There is nothing to forget."""

    def take_back(self, local_id: UUID) -> bool:
        """What a mail server has taken is gone."""
        return False

    def trouble(self) -> str | None:
        """Whether there is a mail server that takes attachments."""
        sender = self.sender()
        if sender is None or not self.can_attach:
            return "Documents go by e-mail only where PORTAL_MAIL_URL names a mail server."
        return sender.trouble()

    def close(self) -> None:
        """Say goodbye to the mail server."""
        if (sender := self.sender()) is not None:
            sender.close()

"""An e-mail as the standards have it: plain text and HTML beside each other, an id that follows from the row."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from portal.core import clock
from portal.core.i18n import ENGLISH, LOCALES
from portal.notifications.senders.port import Outgoing


@dataclass(frozen=True)
class From:
    """Whose address e-mails come from, and where answers go, if elsewhere."""

    address: str
    reply_to: str | None = None

    @property
    def domain(self) -> str:
        """The host of the address."""
        return self.address.rpartition("@")[2]


def email_of(message: Outgoing, sender: From, *, to: str | None = None) -> EmailMessage:
    """The e-mail of a message. Source: RFC 5322, RFC 2046 (alternatives), RFC 3834 (written by a machine)."""
    email = EmailMessage(policy=SMTP)
    email["From"] = Address(message.sender_name, addr_spec=sender.address)
    email["To"] = to or message.to
    email["Subject"] = " ".join(message.subject.split())
    email["Date"] = format_datetime(clock.now())
    email["Message-ID"] = f"<{message.id.hex}@{sender.domain}>"
    email["Auto-Submitted"] = "auto-generated"
    if sender.reply_to:
        email["Reply-To"] = sender.reply_to
    for name, value in message.headers.items():
        email[name] = value
    email.set_content(message.text, cte="quoted-printable")
    if message.html is not None:
        email.add_alternative(message.html, subtype="html", cte="quoted-printable")
    email["Content-Language"] = LOCALES.get(message.locale, ENGLISH).code
    for one in message.attachments:
        email.add_attachment(one.body, maintype=one.kind[0], subtype=one.kind[1], filename=one.name)
    return email

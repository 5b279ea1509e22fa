"""What groups' pages keep of their own: how links and e-mail domains of listings were found, and codes that prove who asks."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id


class LinkCheck(Base):
    """How a web address, or the domain of an e-mail address, was found when it was last looked at.

    `kind`: "url" (`target` is the address) or "domain". `why` is what went wrong the last time: a row of `link_rules.WRONG`.
    `failing_since` and `failures` are empty once it is well again. One row serves all listings that name it.
    """

    __tablename__ = "link_check"
    __table_args__ = (
        UniqueConstraint("kind", "target"),
        CheckConstraint("kind in ('url', 'domain')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    kind: Mapped[Literal["url", "domain"]] = mapped_column(String(10))
    target: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(String(255))
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    why: Mapped[str | None] = mapped_column(String(20))


class ProofCode(Base):
    """A code that was sent to an organisation's own address or phone, so that who claims it shows to be of it.

    `code_hash` is the hash of the code with the claim's id; `channel`: "email" or "sms"; `sent_to` is where it went, encrypted.
    """

    __tablename__ = "proof_code"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    change_id: Mapped[UUID] = mapped_column(ForeignKey("change_request.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[Literal["email", "sms"]] = mapped_column(String(10))
    sent_to: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    change: Mapped[ChangeRequest] = relationship()


class SheetUpload(Base):
    """A spreadsheet of an organisation's listings that was uploaded and not yet confirmed: its cells, encrypted, for a day.

    `used_at`: its changes were sent; it stays until then for the corrected file.
    """

    __tablename__ = "sheet_upload"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"))
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

"""Files of messages: what is known of each, and what is in it, encrypted and in pieces.

Source: FHIR R4 DocumentReference, which a ServiceRequest names as supportingInfo.
"""

from datetime import datetime
from uuid import UUID

from flask_babel import format_decimal
from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.attachments.kinds import KINDS
from portal.core import clock
from portal.core.encryption import EncryptedBytes, EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id
from portal.core.i18n import gettext as _
from portal.referrals.models import Introduction, Message

A_MEGABYTE = 1024 * 1024


class Attachment(Base):
    """The file of one message. `name` is what its giver called it, made plain; its address and what it is stored as are ours.

    `kind`: as it was found to be, not as it was said to be. `size`: bytes. `digest`: SHA-256 of what is stored. `state`: waiting
    for the scanner, clean, infected (nothing of it is kept), unscanned (no scanner is configured). `finding`: the scanner's name
    for what it found.
    """

    __tablename__ = "referral_attachment"
    __table_args__ = (
        CheckConstraint("side in ('referrer', 'group')", name="side"),
        CheckConstraint("kind in ('pdf', 'png', 'jpeg', 'docx')", name="kind"),
        CheckConstraint("state in ('waiting', 'clean', 'unscanned', 'infected')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("referral_message.id", ondelete="CASCADE"), unique=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    side: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    name: Mapped[str] = mapped_column(EncryptedText)
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(EncryptedText)
    state: Mapped[str] = mapped_column(String(10), index=True)
    scanned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finding: Mapped[str | None] = mapped_column(String(100))

    introduction: Mapped[Introduction] = relationship()
    message: Mapped[Message] = relationship()

    @property
    def told(self) -> str:
        """Its kind and size, to show beside its name: "PDF, 1.2 MB"."""
        if self.size < A_MEGABYTE:
            return _("%(kind)s, %(size)s KB", kind=KINDS[self.kind].label, size=format_decimal(-(-self.size // 1024)))
        megabytes = format_decimal(round(self.size / A_MEGABYTE, 1))
        return _("%(kind)s, %(size)s MB", kind=KINDS[self.kind].label, size=megabytes)


class AttachmentPiece(Base):
    """A part of what is in a file: at most 32 KiB, so that keys are renewed and rows are copied a little at a time.

    `introduction_id`: whose it is, so that it is exported and erased with the person.
    """

    __tablename__ = "referral_attachment_piece"
    __table_args__ = (UniqueConstraint("attachment_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    attachment_id: Mapped[UUID] = mapped_column(ForeignKey("referral_attachment.id", ondelete="CASCADE"))
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(EncryptedBytes)

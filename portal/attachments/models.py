"""Files of messages: what is known of each, and what is in it, encrypted and in pieces.

Source: FHIR R4 DocumentReference, which a ServiceRequest names as supportingInfo.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedBytes, EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id
from portal.referrals.models import Introduction, Message


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

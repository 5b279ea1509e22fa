"""Messages about an introduction as rows. Others have them from `portal.referrals.models`."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id

if TYPE_CHECKING:
    from portal.referrals.models import Introduction


class Message(Base):
    """What referrer and group write to each other, on the record. Source: FHIR Communication.

    `side`: referrer or group. `kind`: question, answer or message.
    """

    __tablename__ = "referral_message"
    __table_args__ = (
        CheckConstraint("side in ('referrer', 'group')", name="side"),
        CheckConstraint("kind in ('question', 'answer', 'message')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"), index=True)
    side: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(EncryptedText)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    introduction: Mapped["Introduction"] = relationship(back_populates="messages")

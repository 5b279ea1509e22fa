"""Needs that nothing here met."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id


class UnmetNeed(Base):
    """One thing that somebody could not find. `needs` are ids of our needs; `district` the first half of a postcode ("LE2").

    `words` and `contact` are what the person wrote, encrypted; `words` is empty where they spoke of danger. `cleared_words`
    is what may be shown beyond moderators, once one of them has looked (`cleared_at`); none where they were put aside.
    `form_key` is the one-time key of the form, so that sending twice stores once.
    """

    __tablename__ = "unmet_need"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    needs: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    district: Mapped[str | None] = mapped_column(String(4), index=True)
    words: Mapped[str | None] = mapped_column(EncryptedText)
    contact: Mapped[str | None] = mapped_column(EncryptedText)
    language: Mapped[str] = mapped_column(String(35), default="en")
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    cleared_words: Mapped[str | None] = mapped_column(EncryptedText)
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cleared_by_id: Mapped[UUID | None] = mapped_column(Uuid)

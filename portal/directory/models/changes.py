"""When each listing that the public could ever find last changed, and what became of those that went."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.extensions import Base
from portal.core.fields import UtcDateTime

Gone = Literal["closed", "withdrawn", "merged", "aged_out"]


class ServiceChange(Base):
    """One listing as others who copy our listings have to know it. A listing that was never public has no row.

    `changed_at`: when anything of it, its places or its organisation last changed, or when it went or came back. `gone_at` and
    `reason` are told while it is not public; `merged_into_id` where it was merged. There is no foreign key: the row outlives its
    listing. `name` is the one it last bore in public, as it was typed: words of a private address may stand in it, so nothing
    tells it but through `portal/feed/tombstones.py`. A withdrawn one has none: nothing more is told of it.
    """

    __tablename__ = "service_change"
    __table_args__ = (
        CheckConstraint("reason in ('closed', 'withdrawn', 'merged', 'aged_out')", name="reason"),
        CheckConstraint("is_public = (gone_at is null) and is_public = (reason is null)", name="gone"),
        Index("ix_service_change_public", "is_public", "service_id"),
    )

    service_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    is_public: Mapped[bool] = mapped_column(Boolean)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[Gone | None] = mapped_column(String(10))
    merged_into_id: Mapped[UUID | None] = mapped_column(Uuid)
    name: Mapped[str | None] = mapped_column(String(250))

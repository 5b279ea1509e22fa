"""Lists that were shared. What a person keeps for themselves is in their own cookie and nowhere else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id


class Shortlist(Base):
    """A list under a short code, until it expires. Holds ids of services and nothing about who made it."""

    __tablename__ = "shortlist"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    service_ids: Mapped[list[str]] = mapped_column(JsonDocument)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

"""Phrases that administrators have added to what is understood."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id


class Synonym(Base):
    """A phrase and one thing that it means. One that is switched off stays, so that it can be put back.

    `phrase` is a line as the lexicon has them; `meaning` a need's id, a value of a filter ("cost=free"), or "nothing".
    """

    __tablename__ = "synonym"
    __table_args__ = (UniqueConstraint("phrase", "meaning"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    language: Mapped[str] = mapped_column(String(8))
    phrase: Mapped[str] = mapped_column(String(120))
    meaning: Mapped[str] = mapped_column(String(80))
    is_on: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

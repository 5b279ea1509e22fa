"""Gaps that teams tell of: what somebody needs, or a neighbourhood lacks, and no service gives."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id
from portal.geography.models import Neighbourhood
from portal.teams.models import Team


class HuddleGap(Base):
    """One gap. `need` is an id of our needs. `person_id`: whom it was found for, if for somebody; no name of theirs is here.

    `words` is what was typed, for the team and who clears it. `shown_words` is what may be shown beyond the team: nothing until
    a moderator has cleared it, and nothing where they kept it in. `decided_at` is when they did either.
    """

    __tablename__ = "huddle_gap"
    __table_args__ = (
        CheckConstraint("decision in ('cleared', 'kept-in')", name="decision"),
        Index("ix_huddle_gap_neighbourhood", "neighbourhood_id", "at"),
        Index("ix_huddle_gap_team", "team_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    neighbourhood_id: Mapped[UUID | None] = mapped_column(ForeignKey("neighbourhood.id", ondelete="SET NULL"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    need: Mapped[str] = mapped_column(String(40))
    words: Mapped[str | None] = mapped_column(EncryptedText)
    shown_words: Mapped[str | None] = mapped_column(EncryptedText)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    decision: Mapped[str | None] = mapped_column(String(10))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    team: Mapped[Team | None] = relationship()
    neighbourhood: Mapped[Neighbourhood | None] = relationship()

"""Boards of a programme: who sits on them, when they met, what they decided. Names and words about people are encrypted."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id
from portal.geography.models import Neighbourhood
from portal.organisations.models import Organization
from portal.partners.models import Programme


class Board(Base):
    """Who decides about a programme, or about one neighbourhood of it. `decides`: about what."""

    __tablename__ = "board"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    neighbourhood_id: Mapped[UUID | None] = mapped_column(ForeignKey("neighbourhood.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(120))
    decides: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    programme: Mapped[Programme] = relationship()
    neighbourhood: Mapped[Neighbourhood | None] = relationship()
    members: Mapped[list["BoardMember"]] = relationship(
        back_populates="board", cascade="all, delete-orphan", order_by="BoardMember.starts_on, BoardMember.id"
    )
    meetings: Mapped[list["BoardMeeting"]] = relationship(
        back_populates="board", cascade="all, delete-orphan", order_by="BoardMeeting.held_on.desc()"
    )


class BoardMember(Base):
    """Somebody with a seat, from one day to another, both included. `seat`: as what, "chair" or "voluntary groups"."""

    __tablename__ = "board_member"
    __table_args__ = (CheckConstraint("ends_on is null or ends_on >= starts_on", name="dates"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str] = mapped_column(EncryptedText)
    seat: Mapped[str] = mapped_column(String(80))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    board: Mapped[Board] = relationship(back_populates="members")
    organization: Mapped[Organization | None] = relationship()


class BoardMeeting(Base):
    """A day on which a board meets. `about`: what stands on its list."""

    __tablename__ = "board_meeting"
    __table_args__ = (UniqueConstraint("board_id", "held_on"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    held_on: Mapped[date] = mapped_column(Date)
    about: Mapped[str | None] = mapped_column(Text)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    board: Mapped[Board] = relationship(back_populates="meetings")


class BoardDecision(Base):
    """What a board decided. `number` counts within the board and is never used again.

    `withdrawn_at`: it holds no more; it stays, and `replaced_by_id` is what holds instead, if anything does.
    """

    __tablename__ = "board_decision"
    __table_args__ = (
        UniqueConstraint("board_id", "number"),
        CheckConstraint("replaced_by_id is null or replaced_by_id <> id", name="replaced"),
        Index("ix_board_decision_date", "board_id", "decided_on"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("board_meeting.id", ondelete="SET NULL"))
    number: Mapped[int] = mapped_column(Integer)
    decided_on: Mapped[date] = mapped_column(Date)
    title: Mapped[str] = mapped_column(String(160))
    decided: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str | None] = mapped_column(EncryptedText)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_why: Mapped[str | None] = mapped_column(EncryptedText)
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("board_decision.id", ondelete="SET NULL"))
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    board: Mapped[Board] = relationship()
    meeting: Mapped[BoardMeeting | None] = relationship()
    replaced_by: Mapped["BoardDecision | None"] = relationship(remote_side="BoardDecision.id")

    @property
    def shown_number(self) -> str:
        """As it is named in minutes: the year and the number."""
        return f"{self.decided_on.year}/{self.number}"

"""Weekly huddles of neighbourhood teams: cases that stay open from one to the next, what was said, and who does what by when.

Whose case it is stands on every row, so that all of it goes when a person is erased. What was typed is encrypted.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedJson, EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id
from portal.geography.models import Neighbourhood
from portal.people.models import Person
from portal.teams.models import Team, TeamMember


class Huddle(Base):
    """One meeting of a team on a day. `neighbourhood_id`: under whose address it was begun; it stays there.

    `next_on`: the day of the next, set when it was finished. A row is made by the first thing that is noted.
    """

    __tablename__ = "huddle"
    __table_args__ = (UniqueConstraint("team_id", "held_on"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    neighbourhood_id: Mapped[UUID] = mapped_column(ForeignKey("neighbourhood.id", ondelete="CASCADE"), index=True)
    held_on: Mapped[date] = mapped_column(Date)
    next_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))

    team: Mapped[Team] = relationship()
    neighbourhood: Mapped[Neighbourhood] = relationship()


class HuddleAttendance(Base):
    """Who was there: a member, for the organisation and in the role that their row in the team says."""

    __tablename__ = "huddle_attendance"
    __table_args__ = (UniqueConstraint("huddle_id", "member_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    huddle_id: Mapped[UUID] = mapped_column(ForeignKey("huddle.id", ondelete="CASCADE"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("team_member.id", ondelete="CASCADE"), index=True)


class HuddleCase(Base):
    """Somebody whom a team talks about until it is closed, by the reference of their record. One is open in a team at a time.

    `why` is a line without health details. `introduction_id`: the referral that brought them, if one did.
    `lead_id`: the member who leads. `moved_on`: when something was last noted or done. `review_on`: when to look again.
    `stood`: what it said before, until when, as far as minutes say it (`portal.huddles.stood`).
    """

    __tablename__ = "huddle_case"
    __table_args__ = (
        CheckConstraint("closed_as in ('settled', 'passed-on', 'asked', 'mistake', 'died', 'other')", name="closed_as"),
        Index("ix_huddle_case_open", "team_id", "closed_on"),
        Index(
            "uq_huddle_case_person", "team_id", "person_id", unique=True,
            sqlite_where=text("closed_on is null"), postgresql_where=text("closed_on is null"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    introduction_id: Mapped[UUID | None] = mapped_column(ForeignKey("introduction.id", ondelete="SET NULL"))
    why: Mapped[str] = mapped_column(EncryptedText)
    stood: Mapped[list[dict[str, Any]] | None] = mapped_column(EncryptedJson)
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("team_member.id", ondelete="SET NULL"))
    has_safety: Mapped[bool] = mapped_column(Boolean, default=False)
    opened_on: Mapped[date] = mapped_column(Date, default=clock.today)
    moved_on: Mapped[date] = mapped_column(Date, default=clock.today)
    review_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    closed_as: Mapped[str | None] = mapped_column(String(12))
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    team: Mapped[Team] = relationship()
    person: Mapped[Person] = relationship()
    lead: Mapped[TeamMember | None] = relationship()


class HuddleNote(Base):
    """What stands about a case at one huddle. The next one begins with it, and leaves it as it was."""

    __tablename__ = "huddle_note"
    __table_args__ = (UniqueConstraint("huddle_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    huddle_id: Mapped[UUID] = mapped_column(ForeignKey("huddle.id", ondelete="CASCADE"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("huddle_case.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    situation: Mapped[str | None] = mapped_column(EncryptedText)
    done_so_far: Mapped[str | None] = mapped_column(EncryptedText)
    this_week: Mapped[str | None] = mapped_column(EncryptedText)
    next_steps: Mapped[str | None] = mapped_column(EncryptedText)
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(Integer, default=1)


class HuddleAction(Base):
    """What somebody does for a case, by when. `owner_id`: a member; `owner_kind`: a role of the team, where no one is named.

    `huddle_id`: at which huddle it was agreed. `ended_as`: "done", or "dropped" where it is needed no more.
    `stood`: as of a case.
    """

    __tablename__ = "huddle_action"
    __table_args__ = (
        CheckConstraint("ended_as in ('done', 'dropped')", name="ended_as"),
        Index("ix_huddle_action_case", "case_id", "ended_on"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    huddle_id: Mapped[UUID] = mapped_column(ForeignKey("huddle.id", ondelete="CASCADE"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("huddle_case.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(EncryptedText)
    stood: Mapped[list[dict[str, Any]] | None] = mapped_column(EncryptedJson)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("team_member.id", ondelete="SET NULL"), index=True)
    owner_kind: Mapped[str | None] = mapped_column(String(30))
    due_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_as: Mapped[str | None] = mapped_column(String(8))
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

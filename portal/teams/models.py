"""Neighbourhood teams as data: what they cover and who is in them, each from one day until (not including) another.

Rows are ended, never changed: what a team was on a day in the past can always be told.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id
from portal.geography.models import Neighbourhood
from portal.organisations.models import Organization


class Team(Base):
    """A team that meets about people of some neighbourhoods. `area`: the slug of the set that they belong to.

    `huddle_weekday`: 0 for Monday, the usual day; `huddle_minutes`: how long a huddle is meant to take.
    """

    __tablename__ = "team"
    __table_args__ = (CheckConstraint("huddle_weekday between 0 and 6", name="huddle_weekday"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120))
    area: Mapped[str] = mapped_column(String(80), index=True)
    huddle_weekday: Mapped[int] = mapped_column(SmallInteger, default=1)
    huddle_minutes: Mapped[int] = mapped_column(SmallInteger, default=36)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    patches: Mapped[list["TeamPatch"]] = relationship(
        back_populates="team", cascade="all, delete-orphan", order_by="TeamPatch.valid_from, TeamPatch.id"
    )
    members: Mapped[list["TeamMember"]] = relationship(
        back_populates="team", cascade="all, delete-orphan", order_by="TeamMember.valid_from, TeamMember.id"
    )


class TeamPatch(Base):
    """One neighbourhood that a team covers. On any day a neighbourhood has one team at most."""

    __tablename__ = "team_patch"
    __table_args__ = (
        CheckConstraint("valid_to is null or valid_to > valid_from", name="dates"),
        Index("ix_team_patch_neighbourhood", "neighbourhood_id", "valid_from"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    neighbourhood_id: Mapped[UUID] = mapped_column(ForeignKey("neighbourhood.id", ondelete="CASCADE"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)

    team: Mapped[Team] = relationship(back_populates="patches")
    neighbourhood: Mapped[Neighbourhood] = relationship()


class TeamMember(Base):
    """Somebody in a team, for one organisation. What people agreed to share with that organisation is what they may see.

    `kind`: a key of `portal.teams.kinds.KINDS`, such as "nurse"; a coordinator leads the team.
    """

    __tablename__ = "team_member"
    __table_args__ = (
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="dates"),
        Index("ix_team_member_user", "user_id", "valid_to"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    kind: Mapped[str] = mapped_column(String(30))
    is_coordinator: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))

    team: Mapped[Team] = relationship(back_populates="members")
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    organization: Mapped[Organization] = relationship()


class TeamInvite(Base):
    """Somebody who was asked to join a team by e-mail and had no account then: a member once they take the invitation up.

    `token_id` is that of the invitation, which holds the address and ends with it.
    """

    __tablename__ = "team_invite"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    token_id: Mapped[UUID] = mapped_column(ForeignKey("account_token.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    kind: Mapped[str] = mapped_column(String(30))
    is_coordinator: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date] = mapped_column(Date)
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    organization: Mapped[Organization] = relationship()

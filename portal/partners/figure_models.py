"""Figures of partners by quarter, as they were told first: nothing that changes later changes one."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime


class PartnerFigure(Base):
    """What an organisation did in an area in a quarter, counted once after it ended. `quarter`: its first day.

    Each figure as it may be told and no better: 0, or rounded; None: 1 to 7. It is of an area and an organisation, not of a
    partner, so that two programmes of one area can never tell two things of the same people. Not every `begun` is told:
    see `withholding`.
    """

    __tablename__ = "partner_figure"
    __table_args__ = (
        CheckConstraint(
            "accepted % 5 = 0 and begun % 5 = 0 and due % 5 = 0 and in_time % 5 = 0 and 5 not in (accepted, begun, due, in_time)",
            name="rounded",
        ),
    )

    area: Mapped[str] = mapped_column(String(80), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True, index=True)
    quarter: Mapped[date] = mapped_column(Date, primary_key=True)
    accepted: Mapped[int | None] = mapped_column(Integer)
    begun: Mapped[int | None] = mapped_column(Integer)
    due: Mapped[int | None] = mapped_column(Integer)
    in_time: Mapped[int | None] = mapped_column(Integer)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

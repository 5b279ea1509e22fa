"""Trials of other words or another question in one neighbourhood, and the answers to a question, counted by day."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id
from portal.geography.models import Neighbourhood


class Trial(Base):
    """Other words in one slot of the pages, or a question there, in one neighbourhood from one day to another, both included.

    `slot` and `measure`: keys of `portal.trials.slots.SLOTS` and `portal.trials.measures.MEASURES`. `texts`: by language;
    `answers`: of a question, by language, the same number in the same order in each. `told`: how often each was given, by its
    place, once the trial is over: rounded, none for 1 to 7. Its neighbourhood can be ended, and not deleted.
    """

    __tablename__ = "trial"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates"),
        Index("ix_trial_slot", "slot", "neighbourhood_id", "starts_on"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slot: Mapped[str] = mapped_column(String(40))
    neighbourhood_id: Mapped[UUID] = mapped_column(ForeignKey("neighbourhood.id"), index=True)
    area: Mapped[str] = mapped_column(String(80), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date, index=True)
    texts: Mapped[dict[str, str]] = mapped_column(JsonDocument, default=dict)
    answers: Mapped[dict[str, list[str]]] = mapped_column(JsonDocument, default=dict)
    hope: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(String(40))
    told: Mapped[dict[str, int | None] | None] = mapped_column(JsonDocument)
    learned: Mapped[str | None] = mapped_column(Text)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    neighbourhood: Mapped[Neighbourhood] = relationship()

    @property
    def weeks(self) -> int:
        """How many whole weeks it is meant to run."""
        return ((self.ends_on - self.starts_on).days + 1) // 7


class TrialAnswer(Base):
    """How often an answer to the question of a trial was given on one day. `answer`: its place in the list, from 1."""

    __tablename__ = "trial_answer"

    trial_id: Mapped[UUID] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    answer: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(Integer, default=0)


class TrialFigure(Base):
    """A measure in one neighbourhood and one period, counted once: rounded; none for 1 to 7. Of no trial: each reads the same.

    `starts_on`: the first day of the period. What was told stays, so a neighbourhood that was counted is not deleted.
    """

    __tablename__ = "trial_figure"
    __table_args__ = (CheckConstraint("value % 5 = 0 and value <> 5", name="rounded"),)

    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    neighbourhood_id: Mapped[UUID] = mapped_column(ForeignKey("neighbourhood.id"), primary_key=True, index=True)
    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    value: Mapped[int | None] = mapped_column(Integer)

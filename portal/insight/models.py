"""What is counted, and what was published of it. Nothing here names anybody, and nothing here was typed by anybody.

Four tables, each made from the one before: facts, daily sums, publications and their cells. Pages read cells alone.
Source: docs/insight.md, decision 79.
"""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id

State = Literal["told", "small", "hidden"]


class InsightFact(Base):
    """One counted happening, or several alike. Rows are only ever added; what was wrong is taken back by a row "void".

    `source`: where it comes from, so that it is taken once ("event:<id>"). `fact`: what happened ("sent"). `day`: on a clock in
    the United Kingdom. `area`: the slug of the neighbourhood set, and `place` the id of the neighbourhood (hex) that held the
    person's area on that day; both empty where it is not known. `organization` and `service`: ids (hex) or empty. `need`,
    `reason` (or what somebody answered), `age`, `language`, `access`: ids of ours; empty: not told. `fifth`: 1 for the most
    deprived fifth, 0: not known. `days`: how long it took. `person_key`: a keyed hash, by which somebody counts once; empty for
    acts that nobody is known of. `subject_key`: the same of the introduction. `count`: how many acts, or the height of a gauge.
    """

    __tablename__ = "insight_fact"
    __table_args__ = (
        Index("uq_insight_fact_source", "source", "fact", "need", unique=True),
        Index("ix_insight_fact_day", "fact", "day"),
        Index("ix_insight_fact_person", "person_key", "fact", "day"),
        Index("ix_insight_fact_subject", "subject_key", "fact"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    source: Mapped[str] = mapped_column(String(120))
    fact: Mapped[str] = mapped_column(String(20))
    day: Mapped[date] = mapped_column(Date)
    area: Mapped[str] = mapped_column(String(80), default="")
    place: Mapped[str] = mapped_column(String(32), default="")
    organization: Mapped[str] = mapped_column(String(32), default="")
    service: Mapped[str] = mapped_column(String(32), default="")
    need: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(30), default="")
    age: Mapped[str] = mapped_column(String(10), default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    access: Mapped[str] = mapped_column(String(15), default="")
    fifth: Mapped[int] = mapped_column(SmallInteger, default=0)
    days: Mapped[int | None] = mapped_column(Integer)
    person_key: Mapped[str] = mapped_column(String(32), default="")
    subject_key: Mapped[str] = mapped_column(String(32), default="")
    count: Mapped[int] = mapped_column(Integer, default=1)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class InsightMark(Base):
    """How far something that is read in turn has been read: the moment of its last row."""

    __tablename__ = "insight_mark"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class InsightDirty(Base):
    """A day of which facts came since its sums were made."""

    __tablename__ = "insight_dirty"

    day: Mapped[date] = mapped_column(Date, primary_key=True)


class InsightDay(Base):
    """How many of one measure fell on one day: of persons, those whose first time in the quarter was that day.

    `by`: along which the measure is cut, as in `definitions.py`; `place` and `category` are what a cell of that cut is named by.
    True numbers stand here, so no page reads this table.
    """

    __tablename__ = "insight_day"

    area: Mapped[str] = mapped_column(String(80), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True, index=True)
    measure: Mapped[str] = mapped_column(String(20), primary_key=True)
    by: Mapped[str] = mapped_column(String(15), primary_key=True)
    place: Mapped[str] = mapped_column(String(32), primary_key=True)
    category: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)


class InsightPublication(Base):
    """Figures of one neighbourhood set for one quarter, made once and never changed.

    `quarter`: its first day. `places`: the neighbourhoods as they were called then ({"id", "name", "slug"}); `groups`: the
    organisations, each with its `listings`. `codes`: the official areas that they were made of, so that no other set is published
    over the same ground. `hidden`: how many figures are not shown so that others cannot be worked out.
    """

    __tablename__ = "insight_publication"
    __table_args__ = (Index("uq_insight_publication_area", "area", "quarter", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    area: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    quarter: Mapped[date] = mapped_column(Date, index=True)
    places: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument, default=list)
    groups: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument, default=list)
    codes: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    hidden: Mapped[int] = mapped_column(Integer, default=0)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class InsightCell(Base):
    """One published figure. `state`: "told" with its `value`; "small": 1 to 7; "hidden": not shown for another's sake."""

    __tablename__ = "insight_cell"
    __table_args__ = (
        CheckConstraint("state in ('told', 'small', 'hidden')", name="state"),
        CheckConstraint("(state = 'told') = (value is not null)", name="value"),
    )

    publication_id: Mapped[UUID] = mapped_column(
        ForeignKey("insight_publication.id", ondelete="CASCADE"), primary_key=True
    )
    measure: Mapped[str] = mapped_column(String(20), primary_key=True)
    by: Mapped[str] = mapped_column(String(15), primary_key=True)
    place: Mapped[str] = mapped_column(String(32), primary_key=True)
    category: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[State] = mapped_column(String(6))
    value: Mapped[int | None] = mapped_column(Integer)

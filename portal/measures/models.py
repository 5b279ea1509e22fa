"""What people answered, and how each measure stands on this site."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.encryption import EncryptedJson
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id
from portal.people.models import Person


class MeasureResult(Base):
    """One questionnaire that a person answered, or why none could be taken. Source: FHIR QuestionnaireResponse.

    `answers`: by question, as `portal.measures.scoring` takes them. `score`: {"total", "parts": {result: {"value", "band",
    "missing"}}}, kept as it was worked out then. `language`: of the words they were asked in; `is_wording_checked`: an operator
    had signed those. `safety`: {"kinds", "done"} where the safety step was shown: what was offered, and what was done.
    """

    __tablename__ = "measure_result"
    __table_args__ = (
        CheckConstraint("point in ('before', 'during', 'after')", name="point"),
        CheckConstraint("completed_by in ('person', 'worker', 'together')", name="completed_by"),
        CheckConstraint("(answers is null) = (why_none is not null)", name="answers_or_why_none"),
        Index("ix_measure_result_person", "person_id", "instrument", "at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id", ondelete="SET NULL"), index=True)
    instrument: Mapped[str] = mapped_column(String(40))
    version: Mapped[str | None] = mapped_column(String(60))
    licence: Mapped[str | None] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(35), default="en")
    is_wording_checked: Mapped[bool] = mapped_column(Boolean, default=False)
    point: Mapped[str] = mapped_column(String(10))
    answers: Mapped[dict[str, str] | None] = mapped_column(EncryptedJson)
    score: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    why_none: Mapped[str | None] = mapped_column(String(20))
    completed_by: Mapped[str | None] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    safety: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)


class MeasureSetting(Base):
    """How a measure stands here, once an administrator has said so. `is_on` None: as the measure is by default.

    `licence_number`: the number, or the words of the agreement. `version`: where the measure's data does not say it. `table`:
    pairs of raw sum and score. `lowest`, `highest`: the ends of its open scales.
    """

    __tablename__ = "measure_setting"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    instrument: Mapped[str] = mapped_column(String(40), unique=True)
    is_on: Mapped[bool | None] = mapped_column(Boolean)
    licence_number: Mapped[str | None] = mapped_column(String(120))
    version: Mapped[str | None] = mapped_column(String(60))
    table: Mapped[list[list[float]] | None] = mapped_column(JsonDocument)
    lowest: Mapped[int | None] = mapped_column(Integer)
    highest: Mapped[int | None] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)


class MeasureWording(Base):
    """The words of a measure in one language: those that were brought, if any, and who signed them.

    `texts`: {"intro", "questions": {question: words}, "answers": {set: {answer: words}}}; None where the words are ours.
    `digest`: of what was signed, so that a change of words, answers or points ends the signature.
    """

    __tablename__ = "measure_wording"
    __table_args__ = (UniqueConstraint("instrument", "language"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    instrument: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(35))
    texts: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    signed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    digest: Mapped[str | None] = mapped_column(String(64))

"""One question of a team coordinator to many groups, and what each answered.

Words of the question and of answers are encrypted; links are kept as hashes alone. Days are those of the United Kingdom.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id
from portal.organisations.models import Organization


class GroupQuestion(Base):
    """A question: a draft until `sent_at`, open until `closed_at`. `area`: the slug of a set, or a council's code.

    `team_id`: where it was begun on the page of a team; it goes to groups of what that team covers alone.

    `kind`: a key of `portal.coordinating.kinds.KINDS`; `choices`: of a question with choices of its own, one a line.
    `reminded_at`: those who had not answered were reminded, by hand or by the clock; it happens once.
    """

    __tablename__ = "group_question"
    __table_args__ = (Index("ix_group_question_open", "closed_at", "answer_by"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    area: Mapped[str] = mapped_column(String(80), index=True)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(EncryptedText)
    choices: Mapped[str | None] = mapped_column(EncryptedText)
    answer_by: Mapped[date] = mapped_column(Date)
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    asked: Mapped[list["AskedGroup"]] = relationship(back_populates="question", cascade="all, delete-orphan")

    @property
    def is_open(self) -> bool:
        """Whether groups can answer it."""
        return self.sent_at is not None and self.closed_at is None

    @property
    def choice_list(self) -> list[str]:
        """The answers to choose from, where it has its own."""
        return (self.choices or "").splitlines()


class AskedGroup(Base):
    """One group of a question: chosen while it is a draft, then asked, or left out and why (a key of `reaching.LEFT_OUT`).

    `answer`: what the group said last, as its kind keeps it; `answers`: how often it said something.
    """

    __tablename__ = "asked_group"
    __table_args__ = (UniqueConstraint("question_id", "organization_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    question_id: Mapped[UUID] = mapped_column(ForeignKey("group_question.id", ondelete="CASCADE"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), index=True)
    left_out: Mapped[str | None] = mapped_column(String(15))
    answer: Mapped[str | None] = mapped_column(EncryptedText)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answers: Mapped[int] = mapped_column(Integer, default=0)

    question: Mapped[GroupQuestion] = relationship(back_populates="asked")
    organization: Mapped[Organization] = relationship()
    history: Mapped[list["GroupAnswer"]] = relationship(
        back_populates="asked", cascade="all, delete-orphan", order_by="GroupAnswer.given_at, GroupAnswer.id"
    )


class GroupAnswer(Base):
    """Something that a group answered, also what it answered differently later. `how`: "e-mail" or "site"."""

    __tablename__ = "group_answer"
    __table_args__ = (CheckConstraint("how in ('e-mail', 'site')", name="how"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    asked_id: Mapped[UUID] = mapped_column(ForeignKey("asked_group.id", ondelete="CASCADE"), index=True)
    value: Mapped[str] = mapped_column(EncryptedText)
    how: Mapped[str] = mapped_column(String(10))
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)

    asked: Mapped[AskedGroup] = relationship(back_populates="history")


class AnswerLink(Base):
    """A link of a mail by which a group answers, and the address that it was sent to. `is_dead`: a newer one took its place."""

    __tablename__ = "answer_link"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    asked_id: Mapped[UUID] = mapped_column(ForeignKey("asked_group.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(EncryptedText)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_dead: Mapped[bool] = mapped_column(default=False)

    asked: Mapped[AskedGroup] = relationship()

"""What visitors said, the themes that answer it, and what people say who were referred. Free words are encrypted.

Nothing here leads to a person but `HelpedAsked`, which says that somebody was asked once, and not whether they answered.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id
from portal.geography.models import Neighbourhood


class VoiceTheme(Base):
    """What several people said, in words of ours, and what was done about it. Public while it is published.

    `area` is the slug of a neighbourhood set; without a neighbourhood it stands on all pages of the set. `quote` is a sentence
    that its writer let us show, once somebody had cleared it. `board_decision_id` is the id of a decision of a board, which
    may be gone or withdrawn: it is looked up (`portal.partners`), and named only while it holds.
    """

    __tablename__ = "voice_theme"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'published', 'withdrawn')", name="state"),
        Index("ix_voice_theme_shown", "state", "neighbourhood_id", "done_on"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    area: Mapped[str] = mapped_column(String(80), index=True)
    neighbourhood_id: Mapped[UUID | None] = mapped_column(ForeignKey("neighbourhood.id", ondelete="CASCADE"))
    said: Mapped[str] = mapped_column(String(160))
    quote: Mapped[str | None] = mapped_column(String(200))
    done: Mapped[str | None] = mapped_column(Text)
    done_on: Mapped[date | None] = mapped_column(Date)
    board_decision_id: Mapped[UUID | None] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    neighbourhood: Mapped[Neighbourhood | None] = relationship()


class VoiceSaid(Base):
    """One thing that a visitor said. `about`: a key of `portal.voice.kinds.ABOUT`; `path`: the page of ours that it is about.

    `words` and `contact` are what they typed, gone after 90 days, the contact once they were answered; no words are kept where
    they spoke of danger. `cleared_words` is what may be shown beyond moderators. `may_show`: they let us quote them.
    `state`: waiting, cleared or aside.
    """

    __tablename__ = "voice_said"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'cleared', 'aside')", name="state"),
        Index("ix_voice_said_waiting", "state", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    about: Mapped[str] = mapped_column(String(10))
    path: Mapped[str | None] = mapped_column(String(200))
    area: Mapped[str | None] = mapped_column(String(80), index=True)
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id", ondelete="SET NULL"), index=True
    )
    district: Mapped[str | None] = mapped_column(String(4))
    words: Mapped[str | None] = mapped_column(EncryptedText)
    contact: Mapped[str | None] = mapped_column(EncryptedText)
    may_show: Mapped[bool] = mapped_column(Boolean, default=False)
    language: Mapped[str] = mapped_column(String(35), default="en")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    cleared_words: Mapped[str | None] = mapped_column(EncryptedText)
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cleared_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    theme_id: Mapped[UUID | None] = mapped_column(ForeignKey("voice_theme.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)

    neighbourhood: Mapped[Neighbourhood | None] = relationship()
    theme: Mapped[VoiceTheme | None] = relationship()


class HelpedAsked(Base):
    """That the person of an introduction was asked whether it helped: once, on a day. Whether they answered is kept nowhere."""

    __tablename__ = "helped_asked"

    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"), primary_key=True)
    asked_on: Mapped[date] = mapped_column(Date, default=clock.today)


class HelpedToken(Base):
    """A link that asks whether a service helped, as its hash: of a service, and of nobody. It goes when it is answered.

    `team_id`: the team that made the introduction, whose safeguarding lead reads a worry that comes by this link.
    """

    __tablename__ = "helped_token"
    __table_args__ = {"sqlite_with_rowid": False}

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(Uuid)
    expires_on: Mapped[date] = mapped_column(Date, index=True)


class HelpedCount(Base):
    """How often one answer was given about a service in a quarter ("2026-Q4"): a number, and no row for anybody's answer.

    `helped` and `again` are keys of `portal.voice.kinds`. All answers of a service and quarter are laid down together, at 0, and
    have neither ids nor times, so that neither their order nor their number tells who said what. `neighbourhood_id` is where the
    service meets, and not where anybody lives.
    """

    __tablename__ = "helped_count"
    __table_args__ = (
        CheckConstraint("count >= 0", name="count"),
        {"sqlite_with_rowid": False},
    )

    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    helped: Mapped[str] = mapped_column(String(10), primary_key=True)
    again: Mapped[str] = mapped_column(String(10), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id", ondelete="SET NULL"), index=True
    )
    count: Mapped[int] = mapped_column(Integer, default=0)


class HelpedWords(Base):
    """What somebody wrote with such an answer, apart from it. `goes_on`: when it is forgotten, one day for a whole quarter."""

    __tablename__ = "helped_words"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'cleared', 'aside')", name="state"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    quarter: Mapped[str] = mapped_column(String(7))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    area: Mapped[str | None] = mapped_column(String(80), index=True)
    words: Mapped[str | None] = mapped_column(EncryptedText)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    cleared_words: Mapped[str | None] = mapped_column(EncryptedText)
    cleared_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    goes_on: Mapped[date] = mapped_column(Date, index=True)

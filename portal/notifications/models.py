"""What the portal sends: the outbox, what came back, what people do not want, and an administrator's own words."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id
from portal.notifications import notification


class OutboxMessage(Base):
    """One notification to one recipient. `state`: "waiting", "handed_over" (to the provider), "failed", "bounced"
    or "taken_back" before it went.

    `once` makes it unique: the caller's key with the recipient. `fields` are those of the notification as JSON; they and the
    recipient are wiped once it is handed over. `recipient_key` is the blind index of the address, for bounces; where the
    recipient must be forgotten it is wiped too. `sending_until` is the lease of a worker that has it in
    hand; `may_have_gone`: its last try began and nobody knows how it ended.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_due", "state", "channel", "next_try_at"),
        Index("ix_outbox_message_recipient", "recipient_key", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(10))
    locale: Mapped[str] = mapped_column(String(35))
    once: Mapped[str] = mapped_column(String(240), unique=True)
    user_id: Mapped[UUID | None] = mapped_column(Uuid)
    recipient: Mapped[str | None] = mapped_column(EncryptedText)
    recipient_key: Mapped[str | None] = mapped_column(String(32))
    fields: Mapped[str | None] = mapped_column(EncryptedText)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    useful_until: Mapped[datetime] = mapped_column(UtcDateTime)
    sending_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    may_have_gone: Mapped[bool] = mapped_column(Boolean, default=False)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(80))
    provider_id: Mapped[str | None] = mapped_column(String(80), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Channel(Base):
    """How the way out stands: since when in a row it failed, and until when nobody need try again."""

    __tablename__ = "notification_channel"
    __table_args__ = (CheckConstraint("name in ('email', 'sms')", name="name"),)

    name: Mapped[notification.Channel] = mapped_column(String(10), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(80))


class Bounce(Base):
    """An address that a message came back from. `kind`: "hard" (no such address), "soft" (later perhaps) or "complaint".

    `source_id` is how whoever told us names the event, so that it counts once.
    """

    __tablename__ = "bounce"
    __table_args__ = (Index("ix_bounce_recipient", "recipient_key", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_id: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    recipient_key: Mapped[str | None] = mapped_column(String(32))
    user_id: Mapped[UUID | None] = mapped_column(Uuid)
    message_id: Mapped[UUID | None] = mapped_column(Uuid)
    reason: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class StoppedTopic(Base):
    """A kind of message that somebody does not want. `who` is the id of a user, or the blind index of an address."""

    __tablename__ = "stopped_topic"

    who: Mapped[str] = mapped_column(String(36), primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class MessageText(Base):
    """An administrator's own words in place of ours, for one part of one message in one language."""

    __tablename__ = "message_text"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    part: Mapped[str] = mapped_column(String(10), primary_key=True)
    locale: Mapped[str] = mapped_column(String(35), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_by_user_id: Mapped[UUID | None] = mapped_column(Uuid)

"""Who is told of changes of public listings, and what each was or is to be told."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id

SubscriptionState = Literal["active", "paused", "off"]
DeliveryState = Literal["waiting", "delivered", "failed", "dropped"]
Why = Literal["gone", "failing"]


class WebhookSubscription(Base):
    """An address that is told of changes. `address` and both secrets are unreadable in the database: an address can hold a key.

    `old_secret` signs too until `old_until`. `kinds`: "changed", "gone". `areas`: codes of councils or neighbourhoods, none for
    all. `read_until`: changes up to this moment have their deliveries. "off" was switched off by us: `why` "gone" (it answered
    410) or "failing". `failures` counts attempts in a row that failed, since `failing_since`; until `closed_until` none is made.
    """

    __tablename__ = "webhook_subscription"
    __table_args__ = (
        CheckConstraint("state in ('active', 'paused', 'off')", name="state"),
        CheckConstraint("why in ('gone', 'failing')", name="why"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    address: Mapped[str] = mapped_column(EncryptedText)
    secret: Mapped[str] = mapped_column(EncryptedText)
    old_secret: Mapped[str | None] = mapped_column(EncryptedText)
    old_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kinds: Mapped[list[str]] = mapped_column(JsonDocument)
    areas: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    state: Mapped[SubscriptionState] = mapped_column(String(8), default="active")
    why: Mapped[Why | None] = mapped_column(String(8))
    read_until: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    deliveries: Mapped[list["WebhookDelivery"]] = relationship(
        back_populates="subscription", cascade="all, delete-orphan", passive_deletes=True
    )


class WebhookDelivery(Base):
    """One message to one subscription. Its id and its body stay the same however often it is tried.

    `change_key` names the change, so that none is noted twice. `kind`: "listing.changed", "listing.gone", "webhook.test".
    `status` is what was answered last; `problem` a word of `portal.webhooks.words` for why it did not arrive.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'delivered', 'failed', 'dropped')", name="state"),
        UniqueConstraint("subscription_id", "change_key"),
        Index("ix_webhook_delivery_due", "state", "next_try_at", "id"),
        Index("ix_webhook_delivery_latest", "subscription_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_subscription.id", ondelete="CASCADE"))
    change_key: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[DeliveryState] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sending_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[int | None] = mapped_column(Integer)
    problem: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    subscription: Mapped[WebhookSubscription] = relationship(back_populates="deliveries")

    @property
    def message_id(self) -> str:
        """What receivers know it by."""
        return f"msg_{self.id.hex}"

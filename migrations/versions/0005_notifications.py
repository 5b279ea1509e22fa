"""What the portal sends: the outbox, bounces, what people have stopped, and an administrator's own words."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("once", sa.String(length=240), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("recipient_key", sa.String(length=32), nullable=True),
        sa.Column("fields", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("useful_until", MOMENT, nullable=False),
        sa.Column("sending_until", MOMENT, nullable=True),
        sa.Column("may_have_gone", sa.Boolean(), nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(length=80), nullable=True),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("once", name=op.f("uq_outbox_message_once")),
    )
    op.create_index("ix_outbox_message_due", "outbox_message", ["state", "channel", "next_try_at"])
    op.create_index("ix_outbox_message_recipient", "outbox_message", ["recipient_key", "created_at"])
    op.create_index(op.f("ix_outbox_message_provider_id"), "outbox_message", ["provider_id"])
    op.create_index(op.f("ix_outbox_message_created_at"), "outbox_message", ["created_at"])
    op.create_table(
        "notification_channel",
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("closed_until", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(length=80), nullable=True),
        sa.CheckConstraint("name in ('email', 'sms')", name=op.f("ck_notification_channel_name")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_notification_channel")),
    )
    op.create_table(
        "bounce",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("recipient_key", sa.String(length=32), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
        sa.UniqueConstraint("source_id", name=op.f("uq_bounce_source_id")),
    )
    op.create_index("ix_bounce_recipient", "bounce", ["recipient_key", "at"])
    op.create_table(
        "stopped_topic",
        sa.Column("who", sa.String(length=36), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("who", "topic", name=op.f("pk_stopped_topic")),
    )
    op.create_table(
        "message_text",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by_user_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("name", "part", "locale", name=op.f("pk_message_text")),
    )


def downgrade() -> None:
    for table in ("message_text", "stopped_topic", "bounce", "notification_channel", "outbox_message"):
        op.drop_table(table)

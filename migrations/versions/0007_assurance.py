"""Asking whether listings are still right, telephone calls about them, and what visitors report."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.add_column(sa.Column("doubted_at", Moment, nullable=True))
    op.create_table(
        "check_round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("contact_key", sa.String(length=32), nullable=True),
        sa.Column("open_key", sa.String(length=36), nullable=True),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("phone_on", sa.Date(), nullable=True),
        sa.Column("try_on", sa.Date(), nullable=True),
        sa.Column("why_phone", sa.String(length=10), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_check_round_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_round")),
        sa.UniqueConstraint("open_key", name=op.f("uq_check_round_open_key")),
    )
    with op.batch_alter_table("check_round", schema=None) as batch_op:
        batch_op.create_index("ix_check_round_open", ["closed_on", "begun_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_round_contact_key"), ["contact_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_round_organization_id"), ["organization_id"], unique=False)
    op.create_table(
        "check_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answered_at", Moment, nullable=True),
        sa.CheckConstraint(
            "state in ('asked', 'confirmed', 'closed', 'gone', 'lapsed')", name=op.f("ck_check_item_state")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["check_round.id"], name=op.f("fk_check_item_round_id_check_round"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_check_item_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_item")),
        sa.UniqueConstraint("round_id", "service_id", name=op.f("uq_check_item_round_id_service_id")),
    )
    with op.batch_alter_table("check_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_item_round_id"), ["round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_item_service_id"), ["service_id"], unique=False)
    op.create_table(
        "check_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("sent_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("used_at", Moment, nullable=True),
        sa.Column("bounced_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["check_round.id"], name=op.f("fk_check_letter_round_id_check_round"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name=op.f("fk_check_letter_user_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_letter")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_check_letter_token_hash")),
        sa.UniqueConstraint("round_id", "step", name=op.f("uq_check_letter_round_id_step")),
    )
    with op.batch_alter_table("check_letter", schema=None) as batch_op:
        for column in ("round_id", "email_key", "user_id"):
            batch_op.create_index(batch_op.f(f"ix_check_letter_{column}"), [column], unique=False)
    _calls_and_reports()


def _calls_and_reports() -> None:
    op.create_table(
        "check_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=15), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("at", Moment, nullable=False),
        sa.CheckConstraint(
            "outcome in ('confirmed', 'wrong_number', 'no_answer', 'closed')", name=op.f("ck_check_call_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["account.id"], name=op.f("fk_check_call_by_user_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["check_round.id"], name=op.f("fk_check_call_round_id_check_round"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_call")),
    )
    with op.batch_alter_table("check_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_call_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_call_round_id"), ["round_id"], unique=False)
    op.create_table(
        "listing_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("visitor_key", sa.String(length=64), nullable=True),
        sa.Column("urgent_kinds", Json, nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("answered_at", Moment, nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=15), nullable=True),
        sa.CheckConstraint(
            "kind in ('closed', 'wrong_time', 'wrong_number', 'other')", name=op.f("ck_listing_report_kind")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["account.id"],
            name=op.f("fk_listing_report_answered_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_listing_report_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_report")),
        sa.UniqueConstraint("form_key", name=op.f("uq_listing_report_form_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_listing_report_reference")),
    )
    with op.batch_alter_table("listing_report", schema=None) as batch_op:
        batch_op.create_index("ix_listing_report_open", ["answered_at", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_report_service_id"), ["service_id"], unique=False)


def downgrade() -> None:
    for name in ("listing_report", "check_call", "check_letter", "check_item", "check_round"):
        op.drop_table(name)
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_column("doubted_at")

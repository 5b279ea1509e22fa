"""Changes of listings, their versions, and when each fact was checked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "change_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("version_number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("risks", JSON, nullable=False),
        sa.Column("is_sampled", sa.Boolean(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind in ('new', 'change', 'close', 'reopen', 'claim')", name=op.f("ck_change_request_kind")
        ),
        sa.CheckConstraint(
            "state in ('draft', 'waiting', 'live', 'sent_back', 'rejected', 'undone')",
            name=op.f("ck_change_request_state"),
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["account.id"], name=op.f("fk_change_request_by_user_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_change_request_decided_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_change_request_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"],
            ["account.id"],
            name=op.f("fk_change_request_reviewed_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_change_request_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
        sa.UniqueConstraint("form_key", name=op.f("uq_change_request_form_key")),
    )
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_request_by_user_id"), ["by_user_id"], unique=False)
        batch_op.create_index("ix_change_request_organization", ["organization_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_request_service_id"), ["service_id"], unique=False)
        batch_op.create_index("ix_change_request_state", ["state", "submitted_at"], unique=False)

    op.create_table(
        "fact_check",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.String(length=30), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("by_kind", sa.String(length=20), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["account.id"], name=op.f("fk_fact_check_by_user_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_fact_check_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", "fact", name=op.f("pk_fact_check")),
    )
    with op.batch_alter_table("fact_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fact_check_by_user_id"), ["by_user_id"], unique=False)

    op.create_table(
        "listing_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("changed", JSON, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("change_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["account.id"], name=op.f("fk_listing_version_by_user_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["change_request.id"],
            name=op.f("fk_listing_version_change_id_change_request"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_listing_version_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_version")),
        sa.UniqueConstraint("service_id", "number", name=op.f("uq_listing_version_service_id_number")),
    )
    with op.batch_alter_table("listing_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_version_by_user_id"), ["by_user_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_version_change_id"), ["change_id"], unique=False)

    op.create_table(
        "usage_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", "key", name=op.f("pk_usage_count")),
    )
    op.create_index("ix_usage_count_kind", "usage_count", ["kind", "key", "day"])

    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("in_school_holidays", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("in_school_holidays")
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_column("version")
    for name in ("usage_count", "listing_version", "fact_check", "change_request"):
        op.drop_table(name)

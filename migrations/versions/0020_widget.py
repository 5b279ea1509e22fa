"""Which other websites show our listings, and how often: tables that the release before does not know.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "widget_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("sites", JSON, nullable=False),
        sa.Column("filters", JSON, nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("colours", sa.String(length=20), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("allows_local", sa.Boolean(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_widget_key")),
        sa.UniqueConstraint("form_key", name=op.f("uq_widget_key_form_key")),
        sa.UniqueConstraint("key", name=op.f("uq_widget_key_key")),
    )
    op.create_table(
        "widget_use",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("widget_key_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["widget_key_id"],
            ["widget_key.id"],
            name=op.f("fk_widget_use_widget_key_id_widget_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("day", "widget_key_id", name=op.f("pk_widget_use")),
    )


def downgrade() -> None:
    op.drop_table("widget_use")
    op.drop_table("widget_key")

"""Figures of trials that are counted once: a table and a column that the release before does not know.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    op.add_column("trial", sa.Column("told", DOCUMENT, nullable=True))
    op.create_table(
        "trial_figure",
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("neighbourhood_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.CheckConstraint("value % 5 = 0 and value <> 5", name=op.f("ck_trial_figure_rounded")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_trial_figure_neighbourhood_id_neighbourhood"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("measure", "neighbourhood_id", "starts_on", name=op.f("pk_trial_figure")),
    )
    op.create_index(op.f("ix_trial_figure_neighbourhood_id"), "trial_figure", ["neighbourhood_id"])


def downgrade() -> None:
    op.drop_table("trial_figure")
    with op.batch_alter_table("trial") as table:
        table.drop_column("told")

"""Figures of partners that are counted once: a table that the release before does not know.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ROUNDED = "accepted % 5 = 0 and begun % 5 = 0 and due % 5 = 0 and in_time % 5 = 0 and 5 not in (accepted, begun, due, in_time)"


def upgrade() -> None:
    op.create_table(
        "partner_figure",
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=True),
        sa.Column("begun", sa.Integer(), nullable=True),
        sa.Column("due", sa.Integer(), nullable=True),
        sa.Column("in_time", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(ROUNDED, name=op.f("ck_partner_figure_rounded")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_partner_figure_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("area", "organization_id", "quarter", name=op.f("pk_partner_figure")),
    )
    op.create_index(op.f("ix_partner_figure_organization_id"), "partner_figure", ["organization_id"])


def downgrade() -> None:
    op.drop_table("partner_figure")

"""Booklets that were made as PDF: a table that the release before does not know.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "booklet_file",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_booklet_file")),
    )
    op.create_index(op.f("ix_booklet_file_made_at"), "booklet_file", ["made_at"])


def downgrade() -> None:
    op.drop_table("booklet_file")

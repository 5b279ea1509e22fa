"""Since when a person named as a contact agrees that everybody sees their name, and who recorded it. Nobody has agreed yet.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("name_agreed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact", sa.Column("name_agreed_by_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_column("name_agreed_by_id")
        batch_op.drop_column("name_agreed_at")

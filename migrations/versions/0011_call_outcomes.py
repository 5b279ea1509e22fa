"""Two more answers to a call: some facts were changed, and the rest is right or was not asked about. When a flag was looked at.

The release before goes on writing the four that it knows.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NAME = "ck_check_call_outcome"
BEFORE = "outcome in ('confirmed', 'wrong_number', 'no_answer', 'closed')"
NOW = "outcome in ('confirmed', 'changed', 'unfinished', 'wrong_number', 'no_answer', 'closed')"


def upgrade() -> None:
    _allow(NOW)
    op.add_column("register_flag", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("register_flag") as batch:
        batch.drop_column("looked_at")
    op.execute("update check_call set outcome = 'confirmed' where outcome = 'changed'")
    op.execute("update check_call set outcome = 'no_answer' where outcome = 'unfinished'")
    _allow(BEFORE)


def _allow(condition: str) -> None:
    with op.batch_alter_table("check_call") as batch:
        batch.drop_constraint(op.f(NAME), type_="check")
        batch.create_check_constraint(op.f(NAME), condition)

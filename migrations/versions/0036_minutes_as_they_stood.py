"""What cases and actions of huddles said before they were changed, so that minutes go on saying it.

Both columns may be empty, and the release before does not look at them. What was changed before is not known.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

TABLES = ("huddle_case", "huddle_action")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("stood", sa.Text(), nullable=True))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_column(table, "stood")

"""What was told of trials stays: a neighbourhood of which something was is not deleted, and takes no report with it.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

CHECKS = {
    "trial": ("ends_on >= starts_on", "ck_trial_dates"),
    "trial_figure": ("value % 5 = 0 and value <> 5", "ck_trial_figure_rounded"),
}
"""SQLite makes the tables anew, and would lose them."""


def _refer(ondelete: str | None) -> None:
    for table, (rule, named) in CHECKS.items():
        name = op.f(f"fk_{table}_neighbourhood_id_neighbourhood")
        check = sa.CheckConstraint(rule, name=op.f(named))
        with op.batch_alter_table(table, table_args=[check]) as changed:
            changed.drop_constraint(name, type_="foreignkey")
            changed.create_foreign_key(name, "neighbourhood", ["neighbourhood_id"], ["id"], ondelete=ondelete)


def upgrade() -> None:
    _refer(None)


def downgrade() -> None:
    _refer("CASCADE")

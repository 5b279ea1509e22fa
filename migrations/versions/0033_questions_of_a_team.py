"""A question may be for the groups of one team: a column that the release before does not know.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TO_TEAM = "fk_group_question_team_id_team"


def upgrade() -> None:
    with op.batch_alter_table("group_question") as table:
        table.add_column(sa.Column("team_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(TO_TEAM, "team", ["team_id"], ["id"], ondelete="SET NULL")
    op.create_index(op.f("ix_group_question_team_id"), "group_question", ["team_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_group_question_team_id"), table_name="group_question")
    with op.batch_alter_table("group_question") as table:
        table.drop_constraint(TO_TEAM, type_="foreignkey")
        table.drop_column("team_id")

"""A grant that was entered by mistake can be void: columns that the release before does not know, and a name that is free again.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

ONE_NAME = "uq_grant_award_round_id_organization_id_name"
NAMED = ["round_id", "organization_id", "name"]
STANDS = sa.text("voided_at is null")


def upgrade() -> None:
    with op.batch_alter_table("grant_award") as table:
        table.add_column(sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("void_reason", sa.Text(), nullable=True))
        table.drop_constraint(ONE_NAME, type_="unique")
    op.create_index(
        "uq_grant_award_name", "grant_award", NAMED, unique=True, sqlite_where=STANDS, postgresql_where=STANDS
    )


def downgrade() -> None:
    op.execute("delete from grant_award where voided_at is not null")
    op.drop_index("uq_grant_award_name", table_name="grant_award")
    with op.batch_alter_table("grant_award") as table:
        table.create_unique_constraint(ONE_NAME, NAMED)
        table.drop_column("void_reason")
        table.drop_column("voided_at")

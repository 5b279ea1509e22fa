"""When listings changed and what became of those that went, for whoever copies our listings. Filled with what is public today.

Filled in the transaction that makes the table: a kill leaves neither. What the release before writes meanwhile is noted by the
job `feed.age`.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from dateutil.relativedelta import relativedelta

from portal.core import clock

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_change",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=10), nullable=True),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=250), nullable=True),
        sa.CheckConstraint(
            "reason in ('closed', 'withdrawn', 'merged', 'aged_out')", name=op.f("ck_service_change_reason")
        ),
        sa.CheckConstraint(
            "is_public = (gone_at is null) and is_public = (reason is null)", name=op.f("ck_service_change_gone")
        ),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_service_change")),
    )
    _fill()
    with op.batch_alter_table("service_change", schema=None) as batch_op:
        batch_op.create_index("ix_service_change_public", ["is_public", "service_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_change_changed_at"), ["changed_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("service_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_change_changed_at"))
        batch_op.drop_index("ix_service_change_public")
    op.drop_table("service_change")


def _fill() -> None:
    """A note of each listing that is public today, in one statement; as changed when its facts last did."""
    oldest = clock.today() - relativedelta(months=12)
    fill = sa.text(
        "insert into service_change (service_id, changed_at, is_public, name)"
        " select id, last_modified, :yes, name from service where status = 'active' and withdrawn_at is null"
        " and merged_into_id is null and (assured_date is null or assured_date >= :oldest)"
    ).bindparams(sa.bindparam("yes", True, sa.Boolean()), sa.bindparam("oldest", oldest, sa.Date()))
    op.get_bind().execute(fill)

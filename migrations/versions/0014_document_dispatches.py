"""Documents on their way to practices: a table that the release before does not know.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_dispatch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("introduction_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ods_code", sa.String(length=12), nullable=True),
        sa.Column("transport", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("local_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("may_have_gone", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('queued', 'sent', 'acknowledged', 'refused', 'failed', 'withdrawn')",
            name=op.f("ck_document_dispatch_state"),
        ),
        sa.CheckConstraint("kind in ('message-back')", name=op.f("ck_document_dispatch_kind")),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_document_dispatch_introduction_id_introduction"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_document_dispatch_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["organization.id"], name=op.f("fk_document_dispatch_practice_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_dispatch")),
        sa.UniqueConstraint("introduction_id", "kind", name=op.f("uq_document_dispatch_introduction_id_kind")),
        sa.UniqueConstraint("local_id", name=op.f("uq_document_dispatch_local_id")),
    )
    with op.batch_alter_table("document_dispatch", schema=None) as batch_op:
        batch_op.create_index("ix_document_dispatch_due", ["state", "next_try_at"], unique=False)
        batch_op.create_index("ix_document_dispatch_person", ["person_id", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_dispatch_practice_id"), ["practice_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("document_dispatch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_dispatch_practice_id"))
        batch_op.drop_index("ix_document_dispatch_person")
        batch_op.drop_index("ix_document_dispatch_due")

    op.drop_table("document_dispatch")

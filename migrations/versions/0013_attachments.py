"""Files of messages about referrals: tables that the release before does not know.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referral_attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("introduction_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finding", sa.String(length=100), nullable=True),
        sa.CheckConstraint("side in ('referrer', 'group')", name=op.f("ck_referral_attachment_side")),
        sa.CheckConstraint("kind in ('pdf', 'png', 'jpeg', 'docx')", name=op.f("ck_referral_attachment_kind")),
        sa.CheckConstraint(
            "state in ('waiting', 'clean', 'unscanned', 'infected')", name=op.f("ck_referral_attachment_state")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["account.id"], name=op.f("fk_referral_attachment_by_user_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_referral_attachment_introduction_id_introduction"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["referral_message.id"],
            name=op.f("fk_referral_attachment_message_id_referral_message"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_referral_attachment_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_attachment")),
        sa.UniqueConstraint("message_id", name=op.f("uq_referral_attachment_message_id")),
    )
    with op.batch_alter_table("referral_attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_attachment_introduction_id"), ["introduction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_attachment_state"), ["state"], unique=False)

    op.create_table(
        "referral_attachment_piece",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("introduction_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["referral_attachment.id"],
            name=op.f("fk_referral_attachment_piece_attachment_id_referral_attachment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_referral_attachment_piece_introduction_id_introduction"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_attachment_piece")),
        sa.UniqueConstraint("attachment_id", "number", name=op.f("uq_referral_attachment_piece_attachment_id_number")),
    )
    with op.batch_alter_table("referral_attachment_piece", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_referral_attachment_piece_introduction_id"), ["introduction_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("referral_attachment_piece", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_attachment_piece_introduction_id"))

    op.drop_table("referral_attachment_piece")
    with op.batch_alter_table("referral_attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_attachment_state"))
        batch_op.drop_index(batch_op.f("ix_referral_attachment_introduction_id"))

    op.drop_table("referral_attachment")

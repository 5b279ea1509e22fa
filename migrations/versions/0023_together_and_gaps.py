"""Referrals made together, and gaps that teams tell of: tables that the release before does not know.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "together_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("bundle", sa.String(length=40), nullable=False),
        sa.Column("line", sa.String(length=40), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_together_line_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_together_line_referral_id_referral"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_together_line_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_together_line")),
        sa.UniqueConstraint("referral_id", "line", name=op.f("uq_together_line_referral_id_line")),
    )
    op.create_index(op.f("ix_together_line_person_id"), "together_line", ["person_id"])
    op.create_index(op.f("ix_together_line_service_id"), "together_line", ["service_id"])
    op.create_table(
        "huddle_gap",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("neighbourhood_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("need", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("shown_words", sa.Text(), nullable=True),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("decision in ('cleared', 'kept-in')", name=op.f("ck_huddle_gap_decision")),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["account.id"], name=op.f("fk_huddle_gap_by_user_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_huddle_gap_decided_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_huddle_gap_neighbourhood_id_neighbourhood"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_huddle_gap_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_huddle_gap_team_id_team"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_huddle_gap")),
        sa.UniqueConstraint("form_key", name=op.f("uq_huddle_gap_form_key")),
    )
    op.create_index(op.f("ix_huddle_gap_at"), "huddle_gap", ["at"])
    op.create_index(op.f("ix_huddle_gap_by_user_id"), "huddle_gap", ["by_user_id"])
    op.create_index(op.f("ix_huddle_gap_decided_by_id"), "huddle_gap", ["decided_by_id"])
    op.create_index("ix_huddle_gap_neighbourhood", "huddle_gap", ["neighbourhood_id", "at"])
    op.create_index(op.f("ix_huddle_gap_person_id"), "huddle_gap", ["person_id"])
    op.create_index("ix_huddle_gap_team", "huddle_gap", ["team_id", "at"])


def downgrade() -> None:
    op.drop_table("huddle_gap")
    op.drop_table("together_line")

"""Rounds of grants, grants and what was reported; trials of words and the answers to their questions.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "grant_round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("total_pence", sa.BigInteger(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_grant_round_dates")),
        sa.CheckConstraint("total_pence > 0", name=op.f("ck_grant_round_total")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_grant_round_made_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_round")),
        sa.UniqueConstraint("form_key", name=op.f("uq_grant_round_form_key")),
    )
    op.create_index(op.f("ix_grant_round_area"), "grant_round", ["area"])
    op.create_table(
        "grant_award",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("amount_pence", sa.BigInteger(), nullable=False),
        sa.Column("communities", JSON, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("promised_sessions", sa.Integer(), nullable=False),
        sa.Column("promised_people", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_grant_award_amount")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_grant_award_dates")),
        sa.CheckConstraint("promised_sessions >= 0 and promised_people >= 0", name=op.f("ck_grant_award_promised")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_grant_award_made_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_grant_award_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["grant_round.id"], name=op.f("fk_grant_award_round_id_grant_round"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_award")),
        sa.UniqueConstraint("form_key", name=op.f("uq_grant_award_form_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_grant_award_reference")),
        sa.UniqueConstraint(
            "round_id", "organization_id", "name", name=op.f("uq_grant_award_round_id_organization_id_name")
        ),
    )
    op.create_index("ix_grant_award_dates", "grant_award", ["starts_on", "ends_on"])
    op.create_index(op.f("ix_grant_award_organization_id"), "grant_award", ["organization_id"])
    op.create_table(
        "grant_place",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("neighbourhood_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grant_award.id"], name=op.f("fk_grant_place_grant_id_grant_award"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_grant_place_neighbourhood_id_neighbourhood"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("grant_id", "neighbourhood_id", name=op.f("pk_grant_place")),
    )
    op.create_index(op.f("ix_grant_place_neighbourhood_id"), "grant_place", ["neighbourhood_id"])
    op.create_table(
        "grant_service",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grant_award.id"], name=op.f("fk_grant_service_grant_id_grant_award"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_grant_service_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("grant_id", "service_id", name=op.f("pk_grant_service")),
    )
    op.create_index(op.f("ix_grant_service_service_id"), "grant_service", ["service_id"])
    op.create_table(
        "grant_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("told_by", sa.String(length=10), nullable=False),
        sa.Column("told_by_id", sa.Uuid(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("told_by in ('group', 'manager')", name=op.f("ck_grant_report_told_by")),
        sa.CheckConstraint("sessions >= 0 and people >= 0", name=op.f("ck_grant_report_counts")),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grant_award.id"], name=op.f("fk_grant_report_grant_id_grant_award"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["told_by_id"], ["account.id"], name=op.f("fk_grant_report_told_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_report")),
        sa.UniqueConstraint("grant_id", "quarter", name=op.f("uq_grant_report_grant_id_quarter")),
    )
    op.create_table(
        "trial",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("neighbourhood_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("texts", JSON, nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("hope", sa.Text(), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("learned", sa.Text(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_trial_dates")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_trial_made_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_trial_neighbourhood_id_neighbourhood"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint("form_key", name=op.f("uq_trial_form_key")),
    )
    op.create_index(op.f("ix_trial_area"), "trial", ["area"])
    op.create_index(op.f("ix_trial_ends_on"), "trial", ["ends_on"])
    op.create_index(op.f("ix_trial_neighbourhood_id"), "trial", ["neighbourhood_id"])
    op.create_index("ix_trial_slot", "trial", ["slot", "neighbourhood_id", "starts_on"])
    op.create_table(
        "trial_answer",
        sa.Column("trial_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_trial_answer_trial_id_trial"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("trial_id", "day", "answer", name=op.f("pk_trial_answer")),
    )


def downgrade() -> None:
    for table in (
        "trial_answer", "trial", "grant_report", "grant_service", "grant_place", "grant_award", "grant_round",
    ):  # fmt: skip
        op.drop_table(table)

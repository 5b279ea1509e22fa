"""Programmes, partners, agreements and boards: tables that the release before does not know.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_programme_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("form_key", name=op.f("uq_programme_form_key")),
    )
    op.create_index(op.f("ix_programme_area"), "programme", ["area"], unique=False)
    op.create_table(
        "programme_partner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("does", sa.Text(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_why", sa.Text(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_programme_partner_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_programme_partner_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_partner")),
        sa.UniqueConstraint("form_key", name=op.f("uq_programme_partner_form_key")),
        sa.UniqueConstraint(
            "programme_id", "organization_id", name=op.f("uq_programme_partner_programme_id_organization_id")
        ),
    )
    op.create_index(
        op.f("ix_programme_partner_organization_id"), "programme_partner", ["organization_id"], unique=False
    )
    op.create_table(
        "partner_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("under_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_partner_role_dates")),
        sa.CheckConstraint("under_id is null or under_id <> partner_id", name=op.f("ck_partner_role_under")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["account.id"], name=op.f("fk_partner_role_added_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["programme_partner.id"],
            name=op.f("fk_partner_role_partner_id_programme_partner"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["under_id"], ["programme_partner.id"], name=op.f("fk_partner_role_under_id_programme_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_role")),
        sa.UniqueConstraint("form_key", name=op.f("uq_partner_role_form_key")),
    )
    op.create_index(op.f("ix_partner_role_partner_id"), "partner_role", ["partner_id"], unique=False)
    op.create_index("ix_partner_role_role", "partner_role", ["role", "starts_on"], unique=False)
    op.create_index(op.f("ix_partner_role_under_id"), "partner_role", ["under_id"], unique=False)
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("lapses", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("marked_as", sa.String(length=10), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_agreement_dates")),
        sa.CheckConstraint("review_on is null or review_on >= starts_on", name=op.f("ck_agreement_review")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["account.id"], name=op.f("fk_agreement_added_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["programme_partner.id"],
            name=op.f("fk_agreement_partner_id_programme_partner"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["replaces_id"], ["agreement.id"], name=op.f("fk_agreement_replaces_id_agreement")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("form_key", name=op.f("uq_agreement_form_key")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_agreement_replaces_id")),
    )
    op.create_index("ix_agreement_ends", "agreement", ["ends_on"], unique=False)
    op.create_index(op.f("ix_agreement_partner_id"), "agreement", ["partner_id"], unique=False)
    op.create_index("ix_agreement_review", "agreement", ["review_on"], unique=False)
    op.create_table(
        "agreement_signatory",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_signatory_agreement_id_agreement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_agreement_signatory_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_signatory")),
        sa.UniqueConstraint("form_key", name=op.f("uq_agreement_signatory_form_key")),
    )
    op.create_index(op.f("ix_agreement_signatory_agreement_id"), "agreement_signatory", ["agreement_id"], unique=False)
    op.create_table(
        "agreement_promise",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.CheckConstraint("promised between 0 and 100000", name=op.f("ck_agreement_promise_promised")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_promise_agreement_id_agreement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_promise")),
        sa.UniqueConstraint(
            "agreement_id", "quarter", "unit", name=op.f("uq_agreement_promise_agreement_id_quarter_unit")
        ),
    )
    op.create_table(
        "partner_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('review', 'end', 'dissolved')", name=op.f("ck_partner_task_kind")),
        sa.CheckConstraint("state in ('open', 'done', 'passed')", name=op.f("ck_partner_task_state")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_partner_task_agreement_id_agreement"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["account.id"], name=op.f("fk_partner_task_closed_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_task")),
        sa.UniqueConstraint(
            "agreement_id", "kind", "due_on", "days", name=op.f("uq_partner_task_agreement_id_kind_due_on_days")
        ),
    )
    op.create_index("ix_partner_task_open", "partner_task", ["state", "due_on"], unique=False)
    op.create_table(
        "board",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("neighbourhood_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("decides", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_board_neighbourhood_id_neighbourhood"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_board_programme_id_programme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
        sa.UniqueConstraint("form_key", name=op.f("uq_board_form_key")),
    )
    op.create_index(op.f("ix_board_programme_id"), "board", ["programme_id"], unique=False)
    op.create_table(
        "board_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("board_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seat", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_board_member_dates")),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_board_member_board_id_board"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_board_member_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_member")),
        sa.UniqueConstraint("form_key", name=op.f("uq_board_member_form_key")),
    )
    op.create_index(op.f("ix_board_member_board_id"), "board_member", ["board_id"], unique=False)
    op.create_table(
        "board_meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("board_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_board_meeting_board_id_board"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_meeting")),
        sa.UniqueConstraint("board_id", "held_on", name=op.f("uq_board_meeting_board_id_held_on")),
        sa.UniqueConstraint("form_key", name=op.f("uq_board_meeting_form_key")),
    )
    op.create_table(
        "board_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("board_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.Column("replaced_by_id", sa.Uuid(), nullable=True),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("replaced_by_id is null or replaced_by_id <> id", name=op.f("ck_board_decision_replaced")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["account.id"], name=op.f("fk_board_decision_added_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_board_decision_board_id_board"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["board_meeting.id"],
            name=op.f("fk_board_decision_meeting_id_board_meeting"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"],
            ["board_decision.id"],
            name=op.f("fk_board_decision_replaced_by_id_board_decision"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_decision")),
        sa.UniqueConstraint("board_id", "number", name=op.f("uq_board_decision_board_id_number")),
        sa.UniqueConstraint("form_key", name=op.f("uq_board_decision_form_key")),
    )
    op.create_index("ix_board_decision_date", "board_decision", ["board_id", "decided_on"], unique=False)
    # ### end Alembic commands ###


def downgrade() -> None:
    op.drop_table("board_decision")
    op.drop_table("board_meeting")
    op.drop_table("board_member")
    op.drop_table("board")
    op.drop_table("partner_task")
    op.drop_table("agreement_promise")
    op.drop_table("agreement_signatory")
    op.drop_table("agreement")
    op.drop_table("partner_role")
    op.drop_table("programme_partner")
    op.drop_table("programme")

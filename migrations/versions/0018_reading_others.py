"""How other directories are read and what people decided about it: tables that the release before does not know.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "source_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("counts", DOCUMENT, nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("doubt", sa.Text(), nullable=True),
        sa.Column("reached", DOCUMENT, nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state in ('asked', 'fetching', 'waiting', 'applying', 'applied', 'failed', 'refused', 'superseded')",
            name=op.f("ck_source_run_state"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_source_run_asked_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_source_run_decided_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_source_run_source_id_source"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_run")),
    )
    with op.batch_alter_table("source_run", schema=None) as batch_op:
        batch_op.create_index("ix_source_run_source", ["source_id", "began_at"], unique=False)

    op.create_table(
        "source_setting",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("profile", sa.String(length=10), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("mapping", sa.Text(), nullable=True),
        sa.Column("area", DOCUMENT, nullable=False),
        sa.Column("rhythm", sa.String(length=10), nullable=False),
        sa.Column("trust", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("stopped_why", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("cursor", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "profile in ('oruk1', 'oruk3', 'hsds1', 'hsds2', 'hsds3', 'table')", name=op.f("ck_source_setting_profile")
        ),
        sa.CheckConstraint(
            "rhythm in ('daily', 'weekly', 'monthly', 'by_hand')", name=op.f("ck_source_setting_rhythm")
        ),
        sa.CheckConstraint("state in ('new', 'active', 'paused', 'stopped')", name=op.f("ck_source_setting_state")),
        sa.CheckConstraint("trust in ('preview', 'apply')", name=op.f("ck_source_setting_trust")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_source_setting_source_id_source"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_setting")),
    )
    with op.batch_alter_table("source_setting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_setting_next_run_at"), ["next_run_at"], unique=False)

    op.create_table(
        "source_upload",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_source_upload_source_id_source"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"],
            ["account.id"],
            name=op.f("fk_source_upload_uploaded_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_upload")),
    )
    op.create_table(
        "source_match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=250), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("document", DOCUMENT, nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer in ('own', 'copy', 'left_out')", name=op.f("ck_source_match_answer")),
        sa.CheckConstraint("how in ('person', 'identifiers', 'likeness')", name=op.f("ck_source_match_how")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_source_match_decided_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_source_match_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_source_match_source_id_source"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_match")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_source_match_source_id_external_id")),
    )
    with op.batch_alter_table("source_match", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_match_service_id"), ["service_id"], unique=False)

    op.create_table(
        "source_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=250), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("document", DOCUMENT, nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind in ('closed', 'vanished')", name=op.f("ck_source_task_kind")),
        sa.CheckConstraint("state in ('open', 'closed', 'kept', 'returned')", name=op.f("ck_source_task_state")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_source_task_decided_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["source_run.id"], name=op.f("fk_source_task_run_id_source_run"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_source_task_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_source_task_source_id_source"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_task")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_source_task_source_id_external_id")),
    )
    with op.batch_alter_table("source_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_task_service_id"), ["service_id"], unique=False)
        batch_op.create_index("ix_source_task_state", ["state", "created_at"], unique=False)

    op.create_table(
        "staged_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=250), nullable=True),
        sa.Column("name", sa.String(length=250), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("changed", DOCUMENT, nullable=False),
        sa.Column("kept", DOCUMENT, nullable=False),
        sa.Column("notes", DOCUMENT, nullable=False),
        sa.Column("document", DOCUMENT, nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("candidates", DOCUMENT, nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("decision in ('new', 'copy', 'leave')", name=op.f("ck_staged_record_decision")),
        sa.CheckConstraint(
            "outcome in ('new', 'changed', 'doubtful', 'copy', 'left_out', 'refused', 'closed', 'vanished')",
            name=op.f("ck_staged_record_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["source_run.id"], name=op.f("fk_staged_record_run_id_source_run"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_staged_record_service_id_service"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_staged_record_source_id_source"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_record")),
    )
    with op.batch_alter_table("staged_record", schema=None) as batch_op:
        batch_op.create_index("ix_staged_record_run", ["run_id", "outcome", "line"], unique=False)
        batch_op.create_index(batch_op.f("ix_staged_record_service_id"), ["service_id"], unique=False)
        batch_op.create_index("ix_staged_record_source", ["source_id", "external_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("staged_record", schema=None) as batch_op:
        batch_op.drop_index("ix_staged_record_source")
        batch_op.drop_index(batch_op.f("ix_staged_record_service_id"))
        batch_op.drop_index("ix_staged_record_run")

    op.drop_table("staged_record")
    with op.batch_alter_table("source_task", schema=None) as batch_op:
        batch_op.drop_index("ix_source_task_state")
        batch_op.drop_index(batch_op.f("ix_source_task_service_id"))

    op.drop_table("source_task")
    with op.batch_alter_table("source_match", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_match_service_id"))

    op.drop_table("source_match")
    op.drop_table("source_upload")
    with op.batch_alter_table("source_setting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_setting_next_run_at"))

    op.drop_table("source_setting")
    with op.batch_alter_table("source_run", schema=None) as batch_op:
        batch_op.drop_index("ix_source_run_source")

    op.drop_table("source_run")

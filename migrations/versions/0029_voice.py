"""What visitors say, what was done about it, and whether it helped: tables and columns that the release before does not know.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

CLEARING = (("cleared_words", sa.Text()), ("cleared_at", sa.DateTime(timezone=True)), ("cleared_by_id", sa.Uuid()))


def upgrade() -> None:
    for name, kind in CLEARING:
        op.add_column("unmet_need", sa.Column(name, kind, nullable=True))
    op.create_table(
        "voice_theme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("neighbourhood_id", sa.Uuid(), nullable=True),
        sa.Column("said", sa.String(length=160), nullable=False),
        sa.Column("quote", sa.String(length=200), nullable=True),
        sa.Column("done", sa.Text(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("board_decision_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('draft', 'published', 'withdrawn')", name=op.f("ck_voice_theme_state")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_voice_theme_created_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_voice_theme_neighbourhood_id_neighbourhood"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_theme")),
        sa.UniqueConstraint("form_key", name=op.f("uq_voice_theme_form_key")),
    )
    op.create_index(op.f("ix_voice_theme_area"), "voice_theme", ["area"])
    op.create_index("ix_voice_theme_shown", "voice_theme", ["state", "neighbourhood_id", "done_on"])
    op.create_table(
        "voice_said",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=True),
        sa.Column("area", sa.String(length=80), nullable=True),
        sa.Column("neighbourhood_id", sa.Uuid(), nullable=True),
        sa.Column("district", sa.String(length=4), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("may_show", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("cleared_words", sa.Text(), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_by_id", sa.Uuid(), nullable=True),
        sa.Column("theme_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'cleared', 'aside')", name=op.f("ck_voice_said_state")),
        sa.ForeignKeyConstraint(
            ["cleared_by_id"], ["account.id"], name=op.f("fk_voice_said_cleared_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_voice_said_neighbourhood_id_neighbourhood"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["voice_theme.id"], name=op.f("fk_voice_said_theme_id_voice_theme"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_said")),
        sa.UniqueConstraint("form_key", name=op.f("uq_voice_said_form_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_voice_said_reference")),
    )
    op.create_index(op.f("ix_voice_said_area"), "voice_said", ["area"])
    op.create_index(op.f("ix_voice_said_neighbourhood_id"), "voice_said", ["neighbourhood_id"])
    op.create_index(op.f("ix_voice_said_theme_id"), "voice_said", ["theme_id"])
    op.create_index("ix_voice_said_waiting", "voice_said", ["state", "created_at"])
    op.create_table(
        "helped_asked",
        sa.Column("introduction_id", sa.Uuid(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_helped_asked_introduction_id_introduction"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("introduction_id", name=op.f("pk_helped_asked")),
    )
    op.create_table(
        "helped_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_helped_token_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_helped_token")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_helped_token_expires_on"), "helped_token", ["expires_on"])
    op.create_index(op.f("ix_helped_token_service_id"), "helped_token", ["service_id"])
    op.create_table(
        "helped_count",
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("helped", sa.String(length=10), nullable=False),
        sa.Column("again", sa.String(length=10), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("neighbourhood_id", sa.Uuid(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_helped_count_count")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_helped_count_neighbourhood_id_neighbourhood"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_helped_count_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_helped_count_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("quarter", "service_id", "helped", "again", name=op.f("pk_helped_count")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_helped_count_neighbourhood_id"), "helped_count", ["neighbourhood_id"])
    op.create_index(op.f("ix_helped_count_organization_id"), "helped_count", ["organization_id"])
    op.create_table(
        "helped_words",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("cleared_words", sa.Text(), nullable=True),
        sa.Column("cleared_by_id", sa.Uuid(), nullable=True),
        sa.Column("goes_on", sa.Date(), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'cleared', 'aside')", name=op.f("ck_helped_words_state")),
        sa.ForeignKeyConstraint(
            ["cleared_by_id"], ["account.id"], name=op.f("fk_helped_words_cleared_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_helped_words_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helped_words")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_helped_words_area"), "helped_words", ["area"])
    op.create_index(op.f("ix_helped_words_goes_on"), "helped_words", ["goes_on"])
    op.create_index(op.f("ix_helped_words_service_id"), "helped_words", ["service_id"])


def downgrade() -> None:
    for name in ("helped_words", "helped_count", "helped_token", "helped_asked", "voice_said", "voice_theme"):
        op.drop_table(name)
    with op.batch_alter_table("unmet_need") as table:
        for name, _kind in CLEARING:
            table.drop_column(name)

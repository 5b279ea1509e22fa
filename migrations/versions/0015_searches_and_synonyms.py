"""Searches that found nothing or little, and phrases that administrators add: tables that the release before does not know.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "missed_search",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district", sa.String(length=4), nullable=False),
        sa.Column("need", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('none', 'poor')", name=op.f("ck_missed_search_kind")),
        sa.PrimaryKeyConstraint("hour", "district", "need", "language", "kind", name=op.f("pk_missed_search")),
    )
    op.create_table(
        "missed_words",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("need", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_words")),
    )
    with op.batch_alter_table("missed_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_missed_words_day"), ["day"], unique=False)
    op.create_table(
        "synonym",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("phrase", sa.String(length=120), nullable=False),
        sa.Column("meaning", sa.String(length=80), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym")),
        sa.UniqueConstraint("phrase", "meaning", name=op.f("uq_synonym_phrase_meaning")),
    )


def downgrade() -> None:
    op.drop_table("synonym")
    with op.batch_alter_table("missed_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_missed_words_day"))
    op.drop_table("missed_words")
    op.drop_table("missed_search")

"""Facts, daily sums and published figures: tables that the release before does not know.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    op.create_table(
        "insight_fact",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("fact", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("need", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("age", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("access", sa.String(length=15), nullable=False),
        sa.Column("fifth", sa.SmallInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("person_key", sa.String(length=32), nullable=False),
        sa.Column("subject_key", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight_fact")),
    )
    op.create_index("uq_insight_fact_source", "insight_fact", ["source", "fact", "need"], unique=True)
    op.create_index("ix_insight_fact_day", "insight_fact", ["fact", "day"])
    op.create_index("ix_insight_fact_person", "insight_fact", ["person_key", "fact", "day"])
    op.create_index("ix_insight_fact_subject", "insight_fact", ["subject_key", "fact"])
    op.create_table(
        "insight_mark",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_insight_mark")),
    )
    op.create_table(
        "insight_dirty",
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_insight_dirty")),
    )
    op.create_table(
        "insight_day",
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=15), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("area", "day", "measure", "by", "place", "category", name=op.f("pk_insight_day")),
    )
    op.create_index(op.f("ix_insight_day_day"), "insight_day", ["day"])
    op.create_table(
        "insight_publication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("places", DOCUMENT, nullable=False),
        sa.Column("groups", DOCUMENT, nullable=False),
        sa.Column("codes", DOCUMENT, nullable=False),
        sa.Column("hidden", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight_publication")),
    )
    op.create_index("uq_insight_publication_area", "insight_publication", ["area", "quarter"], unique=True)
    op.create_index(op.f("ix_insight_publication_quarter"), "insight_publication", ["quarter"])
    op.create_table(
        "insight_cell",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=15), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.CheckConstraint("state in ('told', 'small', 'hidden')", name=op.f("ck_insight_cell_state")),
        sa.CheckConstraint("(state = 'told') = (value is not null)", name=op.f("ck_insight_cell_value")),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["insight_publication.id"],
            name=op.f("fk_insight_cell_publication_id_insight_publication"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("publication_id", "measure", "by", "place", "category", name=op.f("pk_insight_cell")),
    )


def downgrade() -> None:
    for table in ("cell", "publication", "day", "dirty", "mark", "fact"):
        op.drop_table(f"insight_{table}")

"""The search index in the database, for PostgreSQL. Packed numbers gain nothing from compression, so it is left out."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
PACKED = {"search_segment": ("arrays", "lexicon"), "search_term": ("docs", "weights", "places")}


def upgrade() -> None:
    op.create_table(
        "search_state",
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("is_sound", sa.Boolean(), nullable=False),
        sa.Column("segments", sa.Text(), nullable=False),
        sa.Column("checksum", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_search_state")),
    )
    op.create_table(
        "search_segment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("arrays", sa.LargeBinary(), nullable=False),
        sa.Column("lexicon", sa.LargeBinary(), nullable=False),
        sa.Column("checksum", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_segment")),
    )
    with op.batch_alter_table("search_segment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_segment_version"), ["version"], unique=False)
    op.create_table(
        "search_term",
        sa.Column("segment_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=5), nullable=False),
        sa.Column("term", sa.LargeBinary(), nullable=False),
        sa.Column("docs", sa.LargeBinary(), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.Column("checksum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("segment_id", "field", "term", name=op.f("pk_search_term")),
    )
    op.create_table(
        "search_document",
        sa.Column("segment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("checksum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("segment_id", "number", name=op.f("pk_search_document")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in PACKED.items():
            for column in columns:
                op.execute(f"alter table {table} alter column {column} set storage external")


def downgrade() -> None:
    for name in ("search_document", "search_term", "search_segment", "search_state"):
        op.drop_table(name)

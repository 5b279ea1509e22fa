"""Pages for a situation in life, and what groups tell staff alone: tables that the release before does not know.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bundle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("carer_intro", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=35), nullable=False),
        sa.Column("near", sa.String(length=120), nullable=False),
        sa.Column("kept_by", sa.String(length=120), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_lost", JSON, nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('draft', 'published')", name=op.f("ck_bundle_state")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_bundle_owner_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
        sa.UniqueConstraint("form_key", name=op.f("uq_bundle_form_key")),
        sa.UniqueConstraint("slug", name=op.f("uq_bundle_slug")),
    )
    op.create_index(op.f("ix_bundle_area"), "bundle", ["area"])
    op.create_index(op.f("ix_bundle_owner_id"), "bundle", ["owner_id"])
    op.create_table(
        "bundle_section",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("carer_title", sa.String(length=120), nullable=False),
        sa.Column("carer_text", sa.Text(), nullable=False),
        sa.Column("needs", JSON, nullable=False),
        sa.Column("filters", JSON, nullable=False),
        sa.Column("within", sa.String(length=10), nullable=False),
        sa.Column("most", sa.SmallInteger(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint("most between 1 and 12", name=op.f("ck_bundle_section_most")),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_section_bundle_id_bundle"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_section")),
        sa.UniqueConstraint("form_key", name=op.f("uq_bundle_section_form_key")),
    )
    op.create_index(op.f("ix_bundle_section_bundle_id"), "bundle_section", ["bundle_id"])
    op.create_table(
        "bundle_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("page", JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_version_bundle_id_bundle"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["account.id"], name=op.f("fk_bundle_version_changed_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_version")),
        sa.UniqueConstraint("bundle_id", "number", name=op.f("uq_bundle_version_bundle_id_number")),
    )
    op.create_index("ix_bundle_version_changed_by_id", "bundle_version", ["changed_by_id"])
    op.create_table(
        "service_for_staff",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("takes_urgent", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_for_staff_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_service_for_staff")),
    )
    op.create_table(
        "bundle_pin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["bundle_section.id"],
            name=op.f("fk_bundle_pin_section_id_bundle_section"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_bundle_pin_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_pin")),
        sa.UniqueConstraint("section_id", "service_id", name=op.f("uq_bundle_pin_section_id_service_id")),
    )
    op.create_index(op.f("ix_bundle_pin_section_id"), "bundle_pin", ["section_id"])
    op.create_index(op.f("ix_bundle_pin_service_id"), "bundle_pin", ["service_id"])


def downgrade() -> None:
    op.drop_table("bundle_pin")
    op.drop_table("service_for_staff")
    op.drop_table("bundle_version")
    op.drop_table("bundle_section")
    op.drop_table("bundle")

"""Taxonomies, their terms, and what they are attached to. Source: Open Referral UK 3.0."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.extensions import Base
from portal.core.fields import new_id

NEEDS = "needs"
"""The `uri` of our own taxonomy of needs; others stand beside it."""


class Taxonomy(Base):
    """A vocabulary that terms come from. Source: ORUK 3.0 `taxonomy`."""

    __tablename__ = "taxonomy"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(250))
    description: Mapped[str] = mapped_column(Text)
    uri: Mapped[str | None] = mapped_column(String(250), unique=True)
    version: Mapped[str | None] = mapped_column(String(60))

    terms: Mapped[list["TaxonomyTerm"]] = relationship(
        back_populates="vocabulary", cascade="all, delete-orphan", order_by="TaxonomyTerm.name"
    )


class TaxonomyTerm(Base):
    """One term of a vocabulary. `term` is its code there. Source: ORUK 3.0 `taxonomy_term`."""

    __tablename__ = "taxonomy_term"
    __table_args__ = (UniqueConstraint("taxonomy_id", "term"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(250))
    description: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("taxonomy_term.id"), index=True)
    taxonomy: Mapped[str | None] = mapped_column(String(250))
    taxonomy_id: Mapped[UUID | None] = mapped_column(ForeignKey("taxonomy.id", ondelete="CASCADE"), index=True)
    term_uri: Mapped[str | None] = mapped_column(Text)
    term: Mapped[str | None] = mapped_column(String(120), index=True)

    vocabulary: Mapped[Taxonomy | None] = relationship(back_populates="terms")


class Attribute(Base):
    """A term attached to a record of any table. Source: ORUK 3.0 `attribute`. `link_type` is that table's name."""

    __tablename__ = "attribute"
    __table_args__ = (
        UniqueConstraint("link_id", "taxonomy_term_id"),
        Index("ix_attribute_link", "link_type", "link_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    link_id: Mapped[UUID] = mapped_column(Uuid)
    taxonomy_term_id: Mapped[UUID] = mapped_column(ForeignKey("taxonomy_term.id"), index=True)
    link_type: Mapped[str] = mapped_column(String(60), default="service")

    taxonomy_term: Mapped[TaxonomyTerm] = relationship()

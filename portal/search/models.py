"""The tables of an index that lies in PostgreSQL. Elsewhere they stay empty. All of it can be thrown away and built again.

Rows of a segment never change, so one process may read them while another writes the next segment. No foreign keys: they
would be looked up for each of the many rows that a build writes, to guard what checksums guard already.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DDL, BigInteger, Boolean, Integer, LargeBinary, String, Text, Uuid, event
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.extensions import Base
from portal.core.fields import UtcDateTime


class SearchState(Base):
    """What an index of one version of the code consists of. One row a version; each commit gives it a new generation.

    `segments`: JSON text, a list of [id, number of documents, deleted ones as hexadecimal 32-bit numbers].
    """

    __tablename__ = "search_state"

    version: Mapped[str] = mapped_column(String(40), primary_key=True)
    generation: Mapped[int] = mapped_column(BigInteger)
    is_sound: Mapped[bool] = mapped_column(Boolean)
    segments: Mapped[str] = mapped_column(Text)
    checksum: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SearchSegment(Base):
    """Documents that were put in together: their columns (`portal/search/columns.py`) and the list of their words.

    `retired_at`: since when no state names it. Readers in the middle of it may finish.
    """

    __tablename__ = "search_segment"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    version: Mapped[str] = mapped_column(String(40), index=True)
    arrays: Mapped[bytes] = mapped_column(LargeBinary)
    lexicon: Mapped[bytes] = mapped_column(LargeBinary)
    checksum: Mapped[int] = mapped_column(BigInteger)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SearchTerm(Base):
    """The posting list of a word in a segment: documents, weights and places as packed numbers of 32 bits.

    `field`: "stems" or "forms". `term`: UTF-8. `places`: of each document how many, then all of them; none for forms.
    """

    __tablename__ = "search_term"

    segment_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    field: Mapped[str] = mapped_column(String(5), primary_key=True)
    term: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    docs: Mapped[bytes] = mapped_column(LargeBinary)
    weights: Mapped[bytes] = mapped_column(LargeBinary)
    places: Mapped[bytes] = mapped_column(LargeBinary)
    checksum: Mapped[int] = mapped_column(BigInteger)


class SearchDocument(Base):
    """A document as it was put in, as JSON text: `number` is its place in the segment."""

    __tablename__ = "search_document"

    segment_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    checksum: Mapped[int] = mapped_column(BigInteger)


# Packed numbers gain nothing from compression.
for _table, _columns in {"search_segment": ("arrays", "lexicon"), "search_term": ("docs", "weights", "places")}.items():
    for _column in _columns:
        _stored = DDL(f"alter table {_table} alter column {_column} set storage external")  # type: ignore[no-untyped-call]
        event.listen(Base.metadata.tables[_table], "after_create", _stored.execute_if(dialect="postgresql"))

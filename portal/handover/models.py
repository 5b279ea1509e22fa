"""How often practices and teams point people to local support: by day, kind and listing, and nothing of whom."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.extensions import Base


class SignpostCount(Base):
    """How often something was given out on one day for an organisation.

    `kind`: leaflet (on paper) or link (a short code). `key`: the id of a listing that stood on it; empty: the whole of it, once.
    """

    __tablename__ = "signpost_count"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)

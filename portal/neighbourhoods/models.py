"""Booklets that were made as PDF, until they are too old."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime


class BookletFile(Base):
    """One booklet as a PDF. `key` is a digest of all that it says and of how it looks. Public, and a cache: it can be made anew.

    In the database, since the machine that makes it need not be the one that hands it out.
    """

    __tablename__ = "booklet_file"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)

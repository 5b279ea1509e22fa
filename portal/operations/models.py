"""The table of ours that says what a database was copied from."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.extensions import Base
from portal.core.fields import UtcDateTime


class CopyMark(Base):
    """In the target of `portal copy`: which instance it is a copy of, and how far it came. At most one row.

    `source`: a keyed digest of the instance. `finished_at` and `digest` (of all facts) are set once both sides are the same.
    """

    __tablename__ = "copy_mark"

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    digest: Mapped[str | None] = mapped_column(String(64))

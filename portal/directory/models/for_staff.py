"""What a group tells people who refer to it, and nobody else.

A table of its own and no column of `service`: what reads listings for the public never reads it, be it pages, index, feed,
dumps or exports.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime


class ForStaff(Base):
    """What staff may know of a service. No row: nobody told anything.

    `takes_urgent`: it takes urgent requests on the day that they are made, and wants a phone call first. Ours.
    """

    __tablename__ = "service_for_staff"

    service_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    takes_urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

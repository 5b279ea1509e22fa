"""What was asked for together: which lines of a bundle a referral was made of. The referral itself is as any other."""

from uuid import UUID

from sqlalchemy import ForeignKey, SmallInteger, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.extensions import Base
from portal.core.fields import new_id
from portal.directory.models import Service
from portal.referrals.models import Referral


class TogetherLine(Base):
    """One line of a bundle, such as a lift home, and the service that was chosen for it first.

    All lines with the same referral are one set; its one-time key is the referral's. `bundle` and `line` are keys of
    `portal.together.bundles`. Where the line stands follows from the introductions, also of what came in place of one.
    """

    __tablename__ = "together_line"
    __table_args__ = (UniqueConstraint("referral_id", "line"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    bundle: Mapped[str] = mapped_column(String(40))
    line: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(SmallInteger)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)

    referral: Mapped[Referral] = relationship()
    service: Mapped[Service] = relationship()

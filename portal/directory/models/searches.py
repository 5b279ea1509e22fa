"""Searches that found nothing or little, as counts and as words of which nothing leads to anybody."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id

MissedKind = Literal["none", "poor"]


class MissedSearch(Base):
    """How many searches of one kind there were in one hour for one need, from one postcode district, in one language.

    `hour` is the begin of the hour in UTC; `district` the first half of a postcode ("LE2"), empty without a place; `need` one of
    our needs, empty where none was understood; `language` that of the page. Of a search that showed urgent help, need and
    language are empty. `kind`: "none" found nothing, "poor" little that fits.
    """

    __tablename__ = "missed_search"
    __table_args__ = (CheckConstraint("kind in ('none', 'poor')", name="kind"),)

    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    district: Mapped[str] = mapped_column(String(4), primary_key=True)
    need: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    kind: Mapped[MissedKind] = mapped_column(String(4), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)


class MissedWords(Base):
    """Ordinary words of one search that found nothing or little. Nothing leads from here to its row of `missed_search`."""

    __tablename__ = "missed_words"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    day: Mapped[date] = mapped_column(Date, index=True)
    need: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(EncryptedText)

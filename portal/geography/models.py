"""Neighbourhoods that can be redrawn by date, and what an operator's geography files brought."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Float, ForeignKey, Integer, SmallInteger, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id


class NeighbourhoodSet(Base):
    """One way to cut an area into neighbourhoods, such as a city's team areas. `PORTAL_AREA` names sets by slug."""

    __tablename__ = "neighbourhood_set"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    area: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)

    neighbourhoods: Mapped[list["Neighbourhood"]] = relationship(
        back_populates="set", cascade="all, delete-orphan", order_by="Neighbourhood.name, Neighbourhood.id"
    )


class Neighbourhood(Base):
    """A place that people know by name, with a page of its own. `lat` and `lon`: its middle, degrees WGS 84."""

    __tablename__ = "neighbourhood"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    set_id: Mapped[UUID] = mapped_column(ForeignKey("neighbourhood_set.id", ondelete="CASCADE"), index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str | None] = mapped_column(Text)
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)

    set: Mapped[NeighbourhoodSet] = relationship(back_populates="neighbourhoods")
    parts: Mapped[list["NeighbourhoodPart"]] = relationship(
        back_populates="neighbourhood", cascade="all, delete-orphan", order_by="NeighbourhoodPart.code"
    )


class NeighbourhoodPart(Base):
    """One official area that belongs to a neighbourhood from one day until (not including) another.

    `kind` is "msoa" or "authority"; `vintage` is the census year of an MSOA code, or the year of an authority's code.
    Redrawing ends a part and starts another, so that figures of earlier days can still be made.
    """

    __tablename__ = "neighbourhood_part"
    __table_args__ = (UniqueConstraint("neighbourhood_id", "kind", "code", "valid_from"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    neighbourhood_id: Mapped[UUID] = mapped_column(ForeignKey("neighbourhood.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(9), index=True)
    vintage: Mapped[int] = mapped_column(SmallInteger)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)

    neighbourhood: Mapped[Neighbourhood] = relationship(back_populates="parts")


class AreaName(Base):
    """What people call an official area. Loaded by `portal geography load`; goes before the names that we ship.

    `key` is the folded name, for finding an area by what people call it.
    """

    __tablename__ = "area_name"

    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    vintage: Mapped[int] = mapped_column(SmallInteger)
    key: Mapped[str] = mapped_column(String(120), index=True)
    name: Mapped[str] = mapped_column(String(120))
    name_cy: Mapped[str | None] = mapped_column(String(120))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("geography_file.id"), index=True)


class PlaceName(Base):
    """A named settlement of a loaded gazetteer. Source: OS Open Names. Degrees WGS 84; `key` is the folded name."""

    __tablename__ = "place_name"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), index=True)
    name: Mapped[str] = mapped_column(String(120))
    lang: Mapped[str | None] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(20))
    within: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str] = mapped_column(String(20), default="")
    lat: Mapped[float] = mapped_column(Float)
    lon: Mapped[float] = mapped_column(Float)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("geography_file.id"), index=True)


class PostcodeFact(Base):
    """What an ONSPD or NSPL file says of one postcode, exact. `postcode` has no space, in capitals.

    `vintage` is the census year of the LSOA and MSOA codes. `deprivation_rank` is 1 for the most deprived
    area of the postcode's own nation. Degrees WGS 84; none where the file has no grid reference.
    """

    __tablename__ = "postcode_fact"

    postcode: Mapped[str] = mapped_column(String(7), primary_key=True)
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    ended_date: Mapped[date | None] = mapped_column(Date)
    authority_code: Mapped[str | None] = mapped_column(String(9))
    msoa_code: Mapped[str | None] = mapped_column(String(9))
    lsoa_code: Mapped[str | None] = mapped_column(String(9))
    vintage: Mapped[int | None] = mapped_column(SmallInteger)
    deprivation_rank: Mapped[int | None] = mapped_column(Integer)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("geography_file.id"), index=True)


class GeographyFile(Base):
    """A file that `portal geography load` took in: what it was, and how many rows it brought."""

    __tablename__ = "geography_file"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    rows_taken: Mapped[int] = mapped_column(Integer, default=0)
    rows_refused: Mapped[int] = mapped_column(Integer, default=0)

"""Rows that hold from a day until another: the first and the last day of each, in SQL as in Python."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from portal.core.periods import holds_on, is_in_force, lasts_on, lasts_within, not_over

FIRST, LATER = date(2026, 11, 2), date(2026, 11, 30)
BEFORE, DAY = FIRST - timedelta(days=1), timedelta(days=1)


class Base(DeclarativeBase):
    """Of this module alone."""


class Row(Base):
    """With both kinds of days."""

    __tablename__ = "row"

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


@pytest.fixture
def kept() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for number, end in enumerate((None, LATER)):
            session.add(Row(id=number, valid_from=FIRST, valid_to=end, starts_on=FIRST, ends_on=end))
        session.flush()
        yield session
    engine.dispose()


ON = [(BEFORE, set()), (FIRST, {0, 1}), (LATER - DAY, {0, 1}), (LATER, {0}), (LATER + DAY, {0})]


@pytest.mark.parametrize(("day", "holding"), ON)
def test_the_day_until_which_a_row_holds_is_its_first_day_no_more(kept: Session, day: date, holding: set[int]) -> None:
    assert set(kept.scalars(select(Row.id).where(holds_on(day, Row)))) == holding
    assert {one.id for one in kept.scalars(select(Row)) if is_in_force(day, one)} == holding
    assert set(kept.scalars(select(Row.id).where(not_over(day, Row)))) == (holding or {0, 1})


@pytest.mark.parametrize(("day", "lasting"), [*ON[:3], (LATER, {0, 1}), (LATER + DAY, {0})])
def test_the_last_day_of_a_row_that_lasts_is_of_it(kept: Session, day: date, lasting: set[int]) -> None:
    assert set(kept.scalars(select(Row.id).where(lasts_on(day, Row)))) == lasting


def test_one_day_of_a_stretch_is_enough(kept: Session) -> None:
    days = [BEFORE - DAY, BEFORE, FIRST, LATER, LATER + DAY]
    for first, last in product(days, days):
        if first <= last:
            wanted = {0, 1} if last >= FIRST and first <= LATER else {0} if last >= FIRST else set()
            assert set(kept.scalars(select(Row.id).where(lasts_within(first, last, Row)))) == wanted

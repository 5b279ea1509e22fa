"""Loading again, and filling up with made-up services."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import func, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.demo.actions import load
from portal.directory.models import Address, Location, Phone, Service
from portal.geography import current
from portal.geography.postcodes import readings
from tests.conftest import _empty

DAY = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def test_a_second_load_changes_nothing(app: Flask) -> None:
    with clock.freeze(DAY):
        with unit():
            first = load()
        with unit():
            again = load()
    assert first and not again
    assert db.session.scalar(select(func.count()).select_from(Service)) == len(first)


def test_the_same_demo_has_the_same_ids_and_words(sqlite_app: Flask) -> None:
    def told() -> list[tuple[object, ...]]:
        with clock.freeze(DAY):
            with unit():
                load(760)
            rows = db.session.execute(
                select(Service.id, Service.name, Service.description, Service.assured_date, Service.space_state)
            ).all()
            phones = db.session.execute(select(Phone.id, Phone.number)).all()
        return sorted(tuple(row) for row in (*rows, *phones))  # type: ignore[type-var]

    first = told()
    db.session.rollback()
    _empty()
    assert told() == first


def test_made_up_services_fill_up_to_the_number_at_real_postcodes_all_over(app: Flask) -> None:
    with clock.freeze(DAY):
        with unit():
            load(900)
        with unit():
            more = load(1000)
        with unit():
            assert load(1000) == []
    assert len(more) == 100
    assert db.session.scalar(select(func.count()).select_from(Service)) == 1000
    codes = db.session.scalars(
        select(Address.postal_code).join(Location).where(Location.place_name == Address.city)
    ).all()
    atlas = current.atlas()
    assert all(atlas.spot(next(iter(readings(code.upper())))) for code in codes)
    assert len({code[:2] for code in codes}) > 30

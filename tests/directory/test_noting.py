"""What others who copy our listings are told of: each change, and what became of those that went."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, event

from portal.admin import actions
from portal.core import clock
from portal.core.extensions import db
from portal.directory import noting
from portal.directory.indexing import listing_changed, listings_changed
from portal.directory.models import Attribute, Location, Service, ServiceChange
from tests.factories import MONDAY, Make

LATER = MONDAY + timedelta(days=1)


def _note(service_id: UUID) -> ServiceChange:
    db.session.expire_all()
    return db.session.get_one(ServiceChange, service_id)


def _change(service: Service, **columns: Any) -> ServiceChange:
    for name, value in columns.items():
        setattr(service, name, value)
    listing_changed(service.id)
    db.session.commit()
    return _note(service.id)


def test_a_new_listing_and_each_change_of_it_are_noted(app: Flask, make: Make) -> None:
    with clock.freeze(MONDAY):
        service = make.service("Tuesday Table")
    known = _note(service.id)
    assert (known.is_public, known.changed_at, known.name) == (True, MONDAY, "Tuesday Table")
    with clock.freeze(LATER):
        known = _change(service, name="Wednesday Table")
    assert (known.is_public, known.changed_at, known.name) == (True, LATER, "Wednesday Table")


def test_what_was_never_public_is_not_noted(app: Flask, make: Make) -> None:
    service = make.service(status="inactive")
    assert db.session.get(ServiceChange, service.id) is None
    assert _change(service, status="active").is_public


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"status": "defunct"}, "closed"),
        ({"status": "temporarily closed"}, "closed"),
        ({"withdrawn_at": MONDAY}, "withdrawn"),
        ({"withdrawn_at": MONDAY, "status": "inactive"}, "withdrawn"),
        ({"assured_date": (MONDAY - timedelta(days=400)).date()}, "aged_out"),
    ],
)
def test_what_goes_is_noted_with_why_and_comes_back(
    app: Flask, make: Make, columns: dict[str, Any], reason: str
) -> None:
    with clock.freeze(MONDAY):
        service = make.service("Tuesday Table")
        before = {name: getattr(service, name) for name in columns}
    with clock.freeze(LATER):
        known = _change(service, **columns)
        assert (known.is_public, known.gone_at, known.changed_at, known.reason) == (False, LATER, LATER, reason)
        assert known.name == (None if reason == "withdrawn" else "Tuesday Table")
    with clock.freeze(LATER + timedelta(hours=1)):
        known = _change(service, fees="Nothing that the public sees")
        assert known.changed_at == known.gone_at == LATER, "what is gone does not change any more"
        known = _change(service, **before)
        assert known.is_public
        assert (known.gone_at, known.reason, known.name) == (None, None, "Tuesday Table")


def test_a_name_that_was_given_on_the_way_out_is_not_told(app: Flask, make: Make) -> None:
    service = make.service("Tuesday Table")
    assert _change(service, name="Secret Table", status="inactive").name == "Tuesday Table"


def test_a_merged_listing_names_where_it_went(app: Flask, make: Make) -> None:
    kept, gone = make.service("Tuesday Table"), make.service("The Tuesday Table")
    known = _change(gone, merged_into_id=kept.id)
    assert (known.reason, known.merged_into_id) == ("merged", kept.id)
    known = _change(gone, withdrawn_at=clock.now())
    assert (known.reason, known.merged_into_id, known.name) == ("withdrawn", None, None)


def test_listings_that_must_hide_its_address_change_with_it(app: Flask, make: Make) -> None:
    with clock.freeze(MONDAY):
        organisation = make.organisation()
        refuge = make.service("Refuge", organisation=organisation, place={"privacy": "hidden"})
        other = make.service("Drop-in", organisation=organisation)
        stranger = make.service("Stranger")
    with clock.freeze(LATER):
        _change(refuge, fees="None")
    assert [_note(one.id).changed_at for one in (refuge, other, stranger)] == [LATER, LATER, MONDAY]


def test_a_change_that_is_rolled_back_is_not_noted(app: Flask, make: Make) -> None:
    with clock.freeze(MONDAY):
        service = make.service()
    with clock.freeze(LATER):
        service.name = "Other"
        listing_changed(service.id)
        db.session.rollback()
    assert _note(service.id).changed_at == MONDAY


def test_ten_thousand_take_few_statements(sqlite_app: Flask) -> None:
    organisation = Make().organisation()
    services = [Service(name=f"Number {number}", organization_id=organisation.id) for number in range(10_000)]
    db.session.add_all(services)
    db.session.commit()
    ids = [one.id for one in services]
    counted: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: counted.append(told[2]))
    listings_changed(ids)
    db.session.commit()
    assert db.session.query(ServiceChange).count() == 10_000
    assert len([one for one in counted if "service_change" in one]) <= 21
    assert len(counted) <= 120


def test_time_alone_is_noted_by_the_job(app: Flask, make: Make) -> None:
    with clock.freeze(MONDAY):
        service = make.service(assured_date=(MONDAY - timedelta(days=364)).date())
        assert noting.unnoted() == 0
    with clock.freeze(MONDAY + timedelta(days=3)):
        assert noting.unnoted() == 1
        noting.age()
        db.session.commit()
        known = _note(service.id)
        assert (known.reason, known.changed_at) == ("aged_out", MONDAY + timedelta(days=3))
        assert noting.unnoted() == 0


def test_the_job_mends_whatever_was_not_noted(app: Flask, make: Make) -> None:
    """As when an older release wrote meanwhile, or somebody mended the database by hand."""
    lacking, wrong, deleted, well = (make.service(name) for name in ("Lacking", "Wrong", "Deleted", "Well"))
    ids = [one.id for one in (lacking, wrong, deleted, well)]
    before = _note(ids[3]).changed_at
    db.session.execute(delete(ServiceChange).where(ServiceChange.service_id == ids[0]))
    wrong.status = "inactive"
    db.session.execute(delete(Attribute).where(Attribute.link_id == ids[2]))
    db.session.delete(deleted)
    db.session.commit()
    assert noting.unnoted() == 3
    noting.age()
    db.session.commit()
    assert noting.unnoted() == 0
    told = [_note(one) for one in ids]
    assert [one.reason for one in told] == [None, "closed", "withdrawn", None]
    assert [one.name for one in told] == ["Lacking", "Wrong", None, "Well"]
    assert told[3].changed_at == before
    assert db.session.query(Location).count() == 4


def test_what_changes_an_organisation_changes_its_listings(sqlite_app: Flask, make: Make) -> None:
    by = make.user("administrator")
    with clock.freeze(MONDAY):
        organisation = make.organisation()
        service = make.service(organisation=organisation)
    moment = MONDAY

    def is_noted() -> bool:
        nonlocal moment
        before, moment = moment, moment + timedelta(hours=1)
        db.session.commit()
        assert _note(service.id).changed_at in {before, before + timedelta(hours=1)}
        return _note(service.id).changed_at > before

    with clock.freeze(MONDAY + timedelta(hours=1)):
        actions.give_address(organisation, "hello@larkfield.example.org", by=by)
    assert is_noted()
    with clock.freeze(MONDAY + timedelta(hours=2)):
        actions.add_number(organisation, "GB-CHC", "1087053", by=by)
    assert is_noted()
    with clock.freeze(MONDAY + timedelta(hours=3)):
        actions.remove_number(organisation, organisation.identifiers[0].id, by=by)
    assert is_noted()
    with clock.freeze(MONDAY + timedelta(hours=4)):
        actions.give_address(organisation, "hello@larkfield.example.org", by=by)
    assert not is_noted(), "nothing was changed"

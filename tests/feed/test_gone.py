"""What is told of listings that are no longer public: that they are gone, and nothing that was not public before."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.directory.indexing import listing_changed
from portal.directory.models import Service
from tests.factories import MONDAY, Make
from tests.feed.conftest import Reader

TUESDAY = MONDAY + timedelta(days=1)
SINCE = "2026-11-24T00:00:00Z"


def _change(service: Service, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(service, name, value)
    listing_changed(service.id)
    db.session.commit()


@pytest.mark.parametrize(
    ("columns", "reason", "status"),
    [
        ({"status": "defunct"}, "closed", "defunct"),
        ({"status": "temporarily closed"}, "closed", "temporarily closed"),
        ({"withdrawn_at": TUESDAY}, "withdrawn", "inactive"),
        ({"assured_date": (MONDAY - timedelta(days=400)).date()}, "aged_out", "inactive"),
    ],
)
def test_what_went_stands_among_what_changed(
    app: Flask, make: Make, reader: Reader, columns: dict[str, Any], reason: str, status: str
) -> None:
    with clock.freeze(MONDAY):
        stays, goes = make.service("Stays"), make.service("Goes", description="Words that nobody needs any more")
    with clock.freeze(TUESDAY):
        _change(goes, **columns)
        name = "No longer listed" if reason == "withdrawn" else "Goes"
        item = {
            "id": str(goes.id),
            "name": name,
            "status": status,
            "last_modified": "2026-11-24T09:00:00.000Z",
            "hereabouts": {"gone": {"reason": reason, "at": "2026-11-24T09:00:00.000Z"}},
        }
        for more in ({}, {"full": "true"}, {"minimal": "true"}, {"profile": "hsds-3.1"}):
            page = reader.json("/services", modified_after=SINCE, **more)
            assert page["contents"] == [item], more
            assert page["total_items"] == 1
        assert reader.items("/services", modified_after=SINCE) == [item]
        assert reader.ids("/services") == {str(stays.id)}
        refused = reader.json(f"/services/{goes.id}", status=410)
        assert (refused["status"], refused["title"], refused["service"]) == (410, "Gone", item)
        assert reader.ids("/service_at_locations", modified_after="2026-11-01") == {
            str(stays.service_at_locations[0].id)
        }
        reader.json(f"/service_at_locations/{goes.service_at_locations[0].id}", status=404)


def test_a_listing_that_comes_back_is_whole_again(app: Flask, make: Make, reader: Reader) -> None:
    service = make.service("Comes back")
    _change(service, status="inactive")
    _change(service, status="active")
    assert reader.json(f"/services/{service.id}")["name"] == "Comes back"
    (item,) = reader.items("/services", modified_after="2020-01-01")
    assert "gone" not in item["hereabouts"]


def test_a_merged_listing_says_where_it_went_while_that_is_public(app: Flask, make: Make, reader: Reader) -> None:
    kept, merged = make.service("Kept"), make.service("Merged")
    _change(merged, merged_into_id=kept.id)
    told = reader.json(f"/services/{merged.id}", status=410)["service"]
    assert (told["status"], told["hereabouts"]["gone"]["merged_into"]) == ("defunct", str(kept.id))
    _change(kept, withdrawn_at=clock.now())
    told = reader.json(f"/services/{merged.id}", status=410)["service"]
    assert "merged_into" not in told["hereabouts"]["gone"]


def test_what_never_was_public_is_not_there(app: Flask, make: Make, reader: Reader) -> None:
    for columns in (
        {"status": "inactive"},
        {"withdrawn_at": clock.now()},
        {"assured_date": MONDAY.date().replace(year=2020)},
    ):
        service = make.service("Never told", **columns)
        reader.json(f"/services/{service.id}", status=404)
    assert reader.items("/services", modified_after="2000-01-01") == []
    reader.json(f"/services/{uuid4()}", status=404)


def test_a_filter_leaves_what_is_gone_out(app: Flask, make: Make, reader: Reader) -> None:
    """It says nothing any more by which it could match."""
    organisation = make.organisation()
    stays, goes = make.service("Tea", organisation=organisation), make.service("Tea too", organisation=organisation)
    _change(goes, status="defunct")
    for query in ({"organization_id": str(organisation.id)}, {"search": "tea"}, {"postcode": "LE2 0QB"}):
        assert reader.ids("/services", modified_after="2020-01-01", **query) == {str(stays.id)}


def test_neither_a_new_name_nor_a_private_address_stands_on_what_is_gone(
    app: Flask, make: Make, reader: Reader
) -> None:
    organisation = make.organisation()
    place = {"privacy": "hidden", "address": "12 Elderflower Lane", "name": "Rosewood House", "postcode": "LE2 0QB"}
    refuge = make.service("Refuge at Elderflower Lane", organisation=organisation, place=place)
    _change(refuge, status="defunct", name="Never public name")
    told = json.dumps(reader.json(f"/services/{refuge.id}", status=410))
    assert "Refuge at \\u2026" in told
    for secret in ("Elderflower", "Rosewood", "Never public", "LE2"):
        assert secret not in told


def test_what_aged_out_a_moment_ago_is_not_told_before_it_is_noted(app: Flask, make: Make, reader: Reader) -> None:
    with clock.freeze(MONDAY):
        service = make.service(assured_date=(MONDAY - timedelta(days=364)).date())
    with clock.freeze(MONDAY + timedelta(days=3)):
        reader.json(f"/services/{service.id}", status=404)
        assert reader.json("/services")["contents"] == []
        assert reader.items("/services", full="true") == []

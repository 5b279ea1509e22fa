"""No door of the feed tells what a private place, a person or a withheld address is: no document, filter, table or profile."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.directory.indexing import listing_changed
from portal.directory.models import Contact, Service, Source, SourceRecord
from portal.feed.params import PATHS
from tests.factories import Make
from tests.feed.conftest import Reader

ADDRESS, VENUE, POSTCODE = "12 Elderflower Lane", "Rosewood House", "LE2 0QB"
POINT = (52.6316, -1.1243)
SECRETS = ("Elderflower", "Rosewood", "LE2 0QB", "LE20QB", "52.63", "1.124", "Quilla Vantongeren", "ann.lark@")


@pytest.fixture(params=["area", "hidden"])
def refuge(request: pytest.FixtureRequest, make: Make) -> Service:
    """A listing at a private place of which every text tells the address, and a neighbour of it that does too."""
    organisation = make.organisation(description=f"We are at {ADDRESS}, {POSTCODE}.", name="Quiet Harbour")
    text = f"Come to {VENUE}, {ADDRESS}, {POSTCODE}."
    private = make.service(
        "Refuge",
        organisation=organisation,
        place={
            "privacy": request.param, "address": ADDRESS, "name": VENUE, "postcode": POSTCODE, "point": POINT,
            "getting_there": text, "neighbourhood_code": "E02002847", "place_name": "Stoneygate",
        },
        sessions=[make.session("TH", "20:00", "21:00", note=text)],
        description=text, summary=text, fees=text, who_for=text, first_visit=[text], how_to_join=text, alert=text,
        opening_text=text, assurer_email="ann.lark@example.org",
    )  # fmt: skip
    private.contacts.append(Contact(name="Quilla Vantongeren", title=f"Manager at {VENUE}"))
    other = make.service("Helpline", organisation=organisation, is_online=True, description=text, summary=text)
    listing_changed(private.id)
    listing_changed(other.id)
    db.session.commit()
    return private


def _doors(reader: Reader, refuge: Service) -> Iterator[str]:
    """Everything that the feed says of it."""
    place = refuge.service_at_locations[0]
    ids = {"service": refuge.id, "organization": refuge.organization_id, "service_at_location": place.id}
    for name, path in PATHS.items():
        if "{id}" in path and name not in ids:
            continue
        address = path.replace("{id}", str(ids.get(name)))
        for query in (
            {}, {"full": "true"}, {"full_service": "true"}, {"minimal": "true"}, {"profile": "hsds-3.1", "full": "true"},
            {"format": "csv", "full": "true"}, {"format": "ndjson", "full": "true"}, {"format": "csv"},
            {"modified_after": "2020-01-01"},
        ):  # fmt: skip
            response = reader.get(address, query=query)
            assert response.status_code == 200
            yield response.get_data(as_text=True) + json.dumps(dict(response.headers))


def test_no_document_tells_it(app: Flask, refuge: Service, reader: Reader) -> None:
    told = list(_doors(reader, refuge))
    assert any("Refuge" in text for text in told)
    for text in told:
        for secret in SECRETS:
            assert secret.casefold() not in text.casefold(), secret


@pytest.mark.parametrize("key", ["quiet-harbour-12-elderflower-lane", "rosewood_house", "harbour/LE2-0QB", "le20qb"])
def test_no_id_of_a_directory_that_it_was_copied_from_tells_it(
    app: Flask, refuge: Service, reader: Reader, key: str
) -> None:
    source = Source(id=new_id(), name="Elsewhere")
    told = {"source": source, "service_id": refuge.id, "document": {}, "digest": "0", "fetched_at": clock.now()}
    db.session.add(SourceRecord(external_id=key, **told))
    db.session.commit()
    for query in ({}, {"full": "true"}):
        (item,) = [one for one in reader.items("/services", **query) if one["id"] == str(refuge.id)]
        assert set(item["hereabouts"]["provenance"]) == {"source", "copied_at"}
    db.session.scalars(select(SourceRecord)).one().external_id = "harbour-17"
    db.session.commit()
    assert reader.json(f"/services/{refuge.id}")["hereabouts"]["provenance"]["id"] == "harbour-17"


def test_no_distance_finds_it(app: Flask, refuge: Service, reader: Reader) -> None:
    for metres in ("0", "1", "500", "100000"):
        for path in ("/services", "/service_at_locations"):
            assert reader.ids(path, postcode=POSTCODE, proximity=metres) == set()


@pytest.mark.parametrize(
    "words", ["Elderflower", "elderflower lane", "Rosewood", "rosewood house refuge", "LE2", "0QB", "12 elder"]
)
def test_no_word_of_it_finds_anything(app: Flask, refuge: Service, reader: Reader, words: str) -> None:
    for path in ("/services", "/service_at_locations", "/organizations"):
        assert reader.ids(path, search=words) == set(), path
    assert reader.json("/services", search=words)["total_items"] == 0


def test_what_is_public_of_it_still_finds_it(app: Flask, refuge: Service, reader: Reader) -> None:
    own = str(refuge.id)
    assert reader.ids("/services", search="refuge") == {own}
    assert own in reader.ids("/services", day="TH", start_time="20:00", end_time="21:00")
    assert own in reader.ids("/services", organization_id=str(refuge.organization_id))
    assert len(reader.ids("/organizations", search="quiet harbour")) == 1
    assert own in reader.ids("/services", postcode="NW1 8AN"), "it names no area: everybody may ask"


def test_the_area_of_a_place_that_tells_its_area_is_told_and_no_more(
    app: Flask, refuge: Service, reader: Reader
) -> None:
    (place,) = reader.json(f"/services/{refuge.id}")["service_at_locations"]
    location = place["location"]
    privacy = location["hereabouts"]["privacy"]
    assert not {"latitude", "longitude", "addresses", "name"} & set(location)
    told: dict[str, Any] = {"privacy": privacy}
    if privacy == "area":
        told |= {"place_name": "Stoneygate", "authority_code": "E06000016", "neighbourhood_code": "E02002847"}
    assert location["hereabouts"] == told

"""Every kind of source, from its first reading to a listing that stands here."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.transactions import unit
from portal.directory.models import Service, SourceRecord
from portal.sources import actions, queries
from portal.sources.profiles import PROFILES
from tests.importing.test_older_feed import SERVICE, page
from tests.sources.peers import accept, add, address_of, peer_at, read, service
from tests.support.remote import answer


def names() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Service.name)))


def packed(**tables: str) -> bytes:
    """A package as a zip file."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, text in tables.items():
            archive.writestr(f"data/{name}.csv", text)
    return body.getvalue()


OLD = packed(
    organizations="id,name,description,url\no1,Larkfield Trust,A trust.,https://larkfield.example/\n",
    services="id,organization_id,name,description,status\ns1,o1,Tuesday Table,Lunch.,active\n",
    regular_schedules="id,service_id,weekday,opens_at,closes_at\nr1,s1,Tuesday,12:00,14:00\n",
)
TWO = packed(
    organization="id,name,description\no1,Larkfield Trust,A trust.\n",
    service="id,organization_id,name,description,status\ns1,o1,Tuesday Table,Lunch.,active\n",
    schedule="id,service_id,freq,byday,opens_at,closes_at\nr1,s1,WEEKLY,TU,12:00,14:00\n",
)
THREE = packed(
    organizations="id,name,description\no1,Larkfield Trust,A trust.\n",
    services="id,organization_id,name,description,status\ns1,o1,Tuesday Table,Lunch.,active\n",
    schedules="id,service_id,freq,byday,opens_at,closes_at\nr1,s1,WEEKLY,TU,12:00,14:00\n",
)
FILES: Mapping[str, tuple[str, bytes, str | None]] = {
    "hsds1": ("package.zip", OLD, None),
    "hsds2": ("package.zip", TWO, None),
    "hsds3": ("package.zip", THREE, None),
    "oruk3": ("feed.json", json.dumps({"contents": [service(1, name="Tuesday Table")]}).encode(), None),
    "oruk1": ("feed.json", json.dumps([SERVICE]).encode(), None),
    "table": ("groups.csv", b"Ref,Group\n1,Tuesday Table\n", "columns:\n  Ref: id\n  Group: name\n"),
}


def test_each_kind_of_source_is_tried() -> None:
    assert set(FILES) == set(PROFILES)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_file_that_is_sent_is_read_whatever_its_kind(app: Flask, profile: str) -> None:
    name, body, mapping = FILES[profile]
    source = add(None, profile=profile, mapping=mapping)
    with unit():
        actions.keep_upload(queries.setting_of(source), name, body, by=None)
    run = read(source)
    assert (run.state, run.problem, run.counts["new"]) == ("waiting", None, 1)
    accept(run)
    assert names() == ["Tuesday Table"]


@pytest.mark.parametrize("profile", ["hsds1", "hsds2", "hsds3", "table"])
def test_a_file_at_an_address_is_read_whatever_its_kind(app: Flask, profile: str) -> None:
    name, body, mapping = FILES[profile]
    with peer_at(lambda _target: answer(body)) as server:
        accept(read(add(address_of(server, f"/{name}"), profile=profile, mapping=mapping)))
    assert names() == ["Tuesday Table"]


def test_a_feed_of_version_1_is_kept_in_step_and_its_documents_as_they_were_given(app: Flask) -> None:
    told: dict[str, Any] = {"s-1": SERVICE, "s-2": SERVICE | {"id": "s-2", "name": "Walking group"}}

    def answers(target: str) -> bytes:
        number = int(target.partition("page=")[2].partition("&")[0] or 0)
        services = list(told.values())
        return page(number, len(services), services[number - 1], first=number == 1)

    with peer_at(answers) as server:
        source = add(address_of(server), profile="oruk1", trust="apply")
        accept(read(source))
        assert names() == ["Tuesday Table", "Walking group"]
        record = db.session.scalars(select(SourceRecord).where(SourceRecord.external_id == "s-1")).one()
        assert record.document == {"oruk1": SERVICE}
        told["s-1"] = SERVICE | {"description": "Lunch for everybody."}
        run = read(source)
    assert run.state == "applied" and (run.counts["changed"], run.counts["same"]) == (1, 1)
    listing = select(Service).where(Service.name == "Tuesday Table")
    assert db.session.scalars(listing).one().description == "Lunch for everybody."


def test_a_zip_file_that_is_none_says_so_and_takes_nothing(app: Flask) -> None:
    source = add(None, profile="hsds3")
    with unit():
        actions.keep_upload(queries.setting_of(source), "package.zip", b"PK\x03\x04 and then rubbish", by=None)
    run = read(source)
    assert run.state == "failed" and run.problem and names() == []

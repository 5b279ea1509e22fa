"""Whatever stands in the database, what leaves has the form that the standard wants; what cannot be mended is left out."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from portal.core.extensions import db
from portal.directory.models import Location, Schedule, Service
from portal.directory.persons import role_address
from portal.importing.actions import Origin, import_rows
from portal.importing.rows import Row
from portal.openreferral.conforming import conforming, counting_left_out
from portal.openreferral.documents import service_documents, told
from portal.openreferral.schemas import FORMATS, schema_of
from portal.openreferral.tables import TABLES
from tests.factories import Make
from tests.openreferral import rich
from tests.support import nasty

NASTY = sorted(
    {
        *nasty.CODE, *nasty.SQL, *nasty.BOMBS, *nasty.SCRIPTS, *nasty.PLACES, nasty.EMOJI, nasty.SIGNS,
        "www.example.org", "example.org/tea", "http://", "http://[::1", "https://exa mple.org", "HTTPS://EXAMPLE.ORG/a%zz",
        "//example.org", "https://münchen.de/ä?ö#ü", "https://example.org/<tea>", "mailto:a@example.org", "ftp://example.org",
        "javascript:alert(1)", "a@b", "a@", "@b.org", "a b@c.org", "A <a@b.org>", "a@b.org,c@d.org", "tea@example.org", "",
        " ", "https://example.org/tea and cake", "https://example.org:99999/", "https://example.org/\u202egnp", "http://.",
    }
)  # fmt: skip
ADDRESSES = [
    (name, column)
    for name, table in TABLES.items()
    for column in table.columns
    if column in FORMATS and FORMATS[column] in {"uri", "email"}
]
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(max_size=60))


@pytest.fixture(autouse=True)
def _standing_clock(monday: None) -> None:
    pass


def wrong_in(document: Any) -> list[str]:
    schema = schema_of("service", ours=True)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path} {error.validator}" for error in validator.iter_errors(document)]


def numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from numbers_in(one)
    elif isinstance(value, float):
        yield value


@settings(max_examples=400, deadline=None)
@given(text=TEXTS, where=st.sampled_from(ADDRESSES))
def test_no_address_that_breaks_its_format_is_told(text: str, where: tuple[str, str]) -> None:
    table, column = where
    row = told(table, {"id": "1", column: text})
    if column in row:
        form = "uri-reference" if (table, column) == ("service_area", "uri") else FORMATS[column]
        if (table, column) != ("service_area", "uri"):
            assert Draft202012Validator.FORMAT_CHECKER.conforms(row[column], form)
        if form == "email":
            assert row[column].count("@") == 1 and " " not in row[column]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    texts=st.lists(TEXTS.map(lambda text: text.replace("\x00", "")[:250]), min_size=8, max_size=8),
    degrees=st.tuples(st.floats(allow_nan=False), st.floats(allow_nan=False)),
    interval=st.integers(-3, 5),
)
def test_a_listing_of_nasty_values_keeps_the_standard(
    sqlite_app: Flask, texts: list[str], degrees: tuple[float, float], interval: int
) -> None:
    make = Make()
    service = make.service("Tea", organisation=make.organisation("Larkfield"), opening=[make.opening()])
    service.url, service.email, service.assurer_email, service.alert = texts[:4]
    body = service.organization
    body.website, body.email, body.logo, body.uri = texts[4:]
    location = db.session.query(Location).order_by(Location.id.desc()).first()
    assert location is not None
    location.latitude, location.longitude = degrees
    for row in db.session.query(Schedule).all():
        row.interval, row.schedule_link = interval, texts[0]
    db.session.commit()
    ((_listing, document),) = service_documents([service.id])
    assert wrong_in(document) == []
    assert all(math.isfinite(number) for number in numbers_in(document))
    json.loads(json.dumps(document, allow_nan=False))
    here = document["service_at_locations"][0]["location"]
    assert -90 <= here.get("latitude", 0) <= 90 and -180 <= here.get("longitude", 0) <= 180


def test_what_is_sure_is_mended_and_the_rest_is_counted(app: Flask, make: Make) -> None:
    tea = rich.fill(make)[0]
    tea.url, tea.organization.website, tea.organization.email = (
        "aelfgar.org.uk/tea",
        "not a web address",
        "nobody at home",
    )
    tea.service_at_locations[0].location.latitude, tea.schedules[0].interval = 512.0, 0
    db.session.commit()
    with counting_left_out() as left_out:
        ((_listing, document),) = service_documents([tea.id])
    assert document["url"] == "https://aelfgar.org.uk/tea"
    assert not {"website", "email"} & set(document["organization"])
    assert left_out == {
        "organization.website": 1, "organization.email": 1, "schedule.interval": 1, "location.latitude": 1
    }  # fmt: skip
    assert wrong_in(document) == []


def test_nobody_counts_unasked() -> None:
    assert conforming(TABLES["service"], {"id": "1", "name": "A", "url": "no address"}) == {"id": "1", "name": "A"}
    with counting_left_out() as left_out:
        pass
    conforming(TABLES["service"], {"id": "1", "name": "A", "url": "no address"})
    assert left_out == {}


def test_a_name_that_is_required_stays_whatever_it_is() -> None:
    assert conforming(TABLES["service"], {"id": "1", "name": "' OR 1=1 --"})["name"] == "' OR 1=1 --"


@pytest.mark.parametrize(
    ("email", "is_role"),
    [
        ("info@larkfield.org.uk", True),
        ("Bookings.Team@larkfield.org.uk", True),
        ("welcome-team2@larkfield.org.uk", True),
        ("ann.lark@larkfield.org.uk", False),
        ("ann@larkfield.org.uk", False),
        ("info.ann@larkfield.org.uk", False),
        ("alark@larkfield.org.uk", False),
        ("123@larkfield.org.uk", False),
        ("info@", False),
        ("", False),
        (None, False),
    ],
)
def test_a_mailbox_of_a_role_is_told_from_a_persons(email: str | None, is_role: bool) -> None:
    assert role_address(email) == (email if is_role else None)


def test_who_confirmed_is_told_by_a_role_s_address_alone(app: Flask, make: Make) -> None:
    rich.fill(make)
    told_by = {
        document["name"]: document.get("assurer_email")
        for _listing, document in service_documents([one.id for one in db.session.query(Service)])
    }
    assert told_by == {
        "=Tea + talk": None, "+44 club": "info@aelfgar.org.uk", "Larch House": None, "Rowan House": None, "Bare": None
    }  # fmt: skip


def test_where_a_listing_was_copied_from_and_how_fresh_it_is_stand_beside_it(app: Flask, make: Make) -> None:
    club = rich.fill(make)[1]
    copied = make.imported("Warm room")
    documents = {one["name"]: one for _listing, one in service_documents([club.id, copied.id])}
    assert documents["+44 club"]["hereabouts"]["provenance"] == {
        "source": "Vale Directory",
        "url": "https://vale.org.uk/feed",
        "licence": "Open Government Licence 3.0",
        "id": "v-44",
        "copied_at": "2026-11-02T09:30:00.000Z",
    }
    assert documents["+44 club"]["hereabouts"]["freshness"] == {
        "state": "this_month", "words": "Checked this month", "checked_on": "2026-11-01", "checked_by": "group",
    }  # fmt: skip
    assert documents["Warm room"]["hereabouts"]["freshness"]["state"] == "imported"


def test_an_id_that_was_made_of_an_address_is_not_told(app: Flask, make: Make) -> None:
    """A private address could be guessed by it: 24 digits of a digest of name and address."""
    take = import_rows(
        iter([Row(1, {"name": "Ash Refuge", "address": "77 Hidden Lane, Leicester", "postcode": "LE2 0QB"})]),
        Origin("Council list"),
    )
    assert [one.outcome for one in take] == ["new"]
    ((_listing, document),) = service_documents([one.id for one in db.session.query(Service)])
    told = document["hereabouts"]["provenance"]
    assert told["source"] == "Council list" and "id" not in told
    again = list(import_rows(iter([Row(1, {"hsds": document})]), Origin("Elsewhere")))
    assert [one.why for one in again] == ["it was exported from this portal, where it stands already"]

"""Makes the examples of the description: what the feed answers about made-up listings that say everything of themselves."""

import re
import shutil
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from flask import Flask

from portal.core import clock
from portal.core.extensions import db, settings
from portal.core.transactions import unit
from portal.describing import dumping
from portal.directory.indexing import listing_changed
from portal.directory.models import Attribute, Service
from tests.factories import Make
from tests.openreferral import rich

BASE = "/api/oruk/v3"
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PLAIN = {
    "description": "Tea, talk and warmth. Come when you like.",
    "who_for": "Anyone who is on their own",
    "first_visit": ["Ring the bell.", "Ask for Tea Office."],
    "lang": "en",
    "assurer_email": "info@larkfield.org.uk",
    "email": "tea@larkfield.org.uk",
    "url": "https://larkfield.org.uk/tea",
    "accreditations": None,
}
GROUP = {
    "description": "Neighbours who meet.",
    "email": "hello@larkfield.org.uk",
    "website": "https://larkfield.org.uk/",
    "logo": "https://larkfield.org.uk/logo.png",
    "uri": "https://register.org.uk/larkfield",
    "lang": "en",
}


def made(app: Flask, make: Make) -> dict[str, Any]:
    """The examples by endpoint, with ids that are the same each time. Needs an empty database."""
    with clock.freeze(NOON):
        service_id, gone_id, place_id = _listings(make)
        dumping.make(clock.today(), _home())
        try:
            told = {name: _answer(app, path) for name, path in _paths(service_id, place_id).items()}
            told["dumps"] = _answer(app, "/dumps")
            told["gone"] = app.test_client().get(f"{BASE}/services/{gone_id}").json["service"]
        finally:
            shutil.rmtree(_home())
    return _settled(told)


def _listings(make: Make) -> tuple[UUID, UUID, UUID]:
    group = rich.organisation("Larkfield Circle")
    for name, value in GROUP.items():
        setattr(group, name, value)
    barn = rich.place(name="Larkfield Barn")
    barn.accessibility[2].url = "https://larkfield.org.uk/access"
    service = rich.service("Tuesday Table", group, rich.at(barn, "in_person"), **PLAIN)
    for one in service.schedules:
        one.schedule_link = "https://larkfield.org.uk/when"
    for one in service.service_at_locations[0].schedules:
        one.schedule_link = "https://larkfield.org.uk/when"
    db.session.add(Attribute(taxonomy_term_id=make.need("loneliness").id, link_id=service.id, link_type="service"))
    rich._copied(service)
    db.session.commit()
    gone = make.service("Closed Circle")
    ids = service.id, gone.id, service.service_at_locations[0].id
    with unit():
        for one in ids[:2]:
            listing_changed(one)
    with unit():
        db.session.get_one(Service, ids[1]).status = "inactive"
        listing_changed(ids[1])
    return ids


def _paths(service_id: UUID, place_id: UUID) -> dict[str, str]:
    service = db.session.get_one(Service, service_id)
    term = service.attributes[0].taxonomy_term
    return {
        "base": "/",
        "services": "/services",
        "service": f"/services/{service_id}",
        "organizations": "/organizations",
        "organization": f"/organizations/{service.organization_id}",
        "service_at_locations": "/service_at_locations",
        "service_at_location": f"/service_at_locations/{place_id}",
        "taxonomies": "/taxonomies",
        "taxonomy": f"/taxonomies/{term.taxonomy_id}",
        "taxonomy_terms": "/taxonomy_terms",
        "taxonomy_term": f"/taxonomy_terms/{term.id}",
    }


def _answer(app: Flask, path: str) -> Any:
    answer = app.test_client().get(f"{BASE}{path}")
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    return answer.json


def _settled(told: dict[str, Any]) -> dict[str, Any]:
    """The same with other ids: each the first, second, third ... that is met; and digests of files that depend on no id."""
    known: dict[str, str] = {}

    def other(one: re.Match[str]) -> str:
        return known.setdefault(one[0], str(uuid5(NAMESPACE_URL, f"https://hereabouts.example/{len(known)}")))

    def walked(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walked(one) for key, one in value.items()}
        if isinstance(value, list):
            return [walked(one) for one in value]
        return (
            ID.sub(other, value).replace("http://127.0.0.1:8000", "https://support.example")
            if isinstance(value, str)
            else value
        )

    for dump in told["dumps"]["dumps"]:
        for number, file in enumerate(dump["files"]):
            file["size"], file["sha256"] = 1_000_000 + number, "0123456789abcdef" * 4
    settled: dict[str, Any] = walked(told)
    return settled


def _home() -> Any:
    home = settings().instance / "dumps"
    home.mkdir(parents=True, exist_ok=True)
    return home

"""Our own feed passes our own check: nothing but facts that nobody confirmed, and of those the true count."""

import json
from datetime import date, time, timedelta
from random import Random

import pytest
from dateutil.relativedelta import relativedelta
from flask import Flask
from sqlalchemy import func, or_, select

from portal.core import clock
from portal.core.destinations import Exceptions
from portal.core.extensions import db
from portal.core.fetching import Fetcher
from portal.directory.indexing import listing_changed
from portal.directory.models import Schedule, Service, ServiceChange
from portal.feedcheck.checking import check_address
from portal.feedcheck.findings import Findings
from portal.feedcheck.getting import AtAddress
from tests.factories import MONDAY, Make
from tests.feedcheck.made_feed import told
from tests.openreferral.rich import fill
from tests.support.chromium import served

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def not_assured(today: date) -> int:
    """How many public listings nobody confirmed within three months."""
    oldest = today - relativedelta(months=3)
    wanted = select(func.count()).select_from(Service).join(ServiceChange, ServiceChange.service_id == Service.id)
    late = or_(Service.assured_date.is_(None), Service.assured_date < oldest)
    return db.session.scalar(wanted.where(ServiceChange.is_public, late)) or 0


@pytest.fixture
def directory(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Forty listings of every sort, with private places, some gone, some old."""
    monkeypatch.setitem(app.config, "FEED_REQUESTS_A_MINUTE", 1_000_000)
    chance = Random(7)
    with clock.freeze(MONDAY):
        rich = fill(make)
        services = [make.service(f"Group {number} of the hall") for number in range(36)]
        today = clock.today()
        for number, service in enumerate(services):
            service.assured_date = None if number % 9 == 0 else today - timedelta(days=chance.randrange(20, 300))
            service.minimum_age = chance.choice([None, 16, 18, 50])
            service.maximum_age = chance.choice([None, 25, 65, 99])
            service.email = "nobody at example.org" if number == 3 else "hello@example.org"
            service.url = "www.example.org" if number == 4 else "https://example.org/"
            service.schedules = [
                Schedule(freq="WEEKLY", byday=chance.choice(DAYS), opens_at=time(9 + number % 8), closes_at=time(20))
            ]
        services[5].status = "defunct"
        services[6].withdrawn_at = MONDAY
        services[7].assured_date = today - timedelta(days=400)
        for service in (*rich, *services):
            listing_changed(service.id)
        db.session.commit()
    return app


def checked(app: Flask, seed: int = 1) -> Findings:
    with served(app) as address:
        allowed = Exceptions.of([address.removeprefix("http://")])
        with Fetcher(allowed) as fetcher:
            return check_address(AtAddress(f"{address}/api/oruk/v3", fetcher), 3, today=clock.today(), seed=seed)


@pytest.mark.parametrize("seed", range(2))
def test_our_feed_passes_but_for_what_nobody_confirmed(directory: Flask, seed: int) -> None:
    with clock.freeze(MONDAY):
        findings = checked(directory, seed)
        wanted = not_assured(clock.today())
    assert {one.fault for one in findings.ordered()} == {"unassured"}, told(findings)
    assert findings.count("error") == findings.count("warning") == 0
    assert findings.count("finding") == wanted > 5
    assert isinstance(findings.figures["gone"], int) and findings.figures["gone"] >= 3
    assert json.dumps(findings.figures)

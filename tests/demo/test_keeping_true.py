"""The demo shows what keeping listings true looks like."""

from flask import Flask
from sqlalchemy import func, select

from portal.assurance import phoning, reporting
from portal.assurance.models import CheckRound
from portal.core.extensions import db
from portal.demo import keeping_true
from portal.directory.models import Service
from tests.assurance.conftest import checked
from tests.factories import Make


def _many(make: Make) -> None:
    for number in range(14):
        group = make.organisation(f"Group {number:02d}", email=f"hello{number}@example.org")
        make.service(f"Table {number}", organisation=group, assured_date=checked(120), phone="0116 496 0187")


def test_calls_and_reports_wait_in_the_demo(sqlite_app: Flask, make: Make) -> None:
    _many(make)
    assert keeping_true.ensure()
    db.session.commit()
    moderator = make.user("moderator")
    calls = phoning.phone_list(moderator)
    assert {one.why for one in calls} == {"silent", "came_back", "no_address"}
    reports = reporting.open_reports(moderator)
    assert len(reports) == 5 and reports[0].urgent_kinds and any(one.is_doubted for one in reports)


def test_it_is_put_in_once(sqlite_app: Flask, make: Make) -> None:
    _many(make)
    assert keeping_true.ensure() and not keeping_true.ensure()
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(CheckRound)) == len(keeping_true.WAITS)
    assert db.session.scalar(select(func.count()).where(Service.doubted_at.is_not(None))) == 1

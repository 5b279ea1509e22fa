"""The clocks of the network and the link worker teams, as an administrator sets them."""

from collections.abc import Callable
from dataclasses import asdict

import pytest
from flask import Flask

from portal.admin.referral_forms import CLOCKS
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.geography.actions import ensure_sets
from portal.organisations.models import Organization
from portal.referrals.clocks import Clocks, clocks
from portal.referrals.models import LinkTeam
from tests.factories import Make
from tests.support.page import Browser

As = Callable[..., Browser]


@pytest.fixture
def boss(make: Make, as_user: As) -> Browser:
    return as_user(make.user("administrator"))


@pytest.fixture
def team(make: Make) -> Organization:
    ensure_sets()
    db.session.commit()
    return make.organisation("Saffron Vale Link Workers")


def told(**changed: int | str) -> dict[str, str]:
    """The clocks as they stand, but for these."""
    return {name: str(value) for name, value in {**asdict(Clocks()), **changed}.items()}


def test_every_clock_is_on_the_page() -> None:
    assert {name for sheet in CLOCKS.values() for name in sheet} == set(asdict(Clocks()))


def test_clocks_are_set_and_leave_an_entry(app: Flask, boss: Browser) -> None:
    assert boss.get("/admin/referrals").one("#expire")["value"] == "10"
    boss.post("/admin/referrals", told(expire=15, tell_referrer=12), expect=303)
    assert (clocks().expire, clocks().tell_referrer, clocks().remind_first) == (15, 12, 2)
    entry = db.session.query(AuditEntry).filter_by(action="site.clocks_set").one()
    assert entry.details["expire"] == 15


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"remind_again": 2}, "remind_again"),
        ({"tell_referrer": 5}, "tell_referrer"),
        ({"expire": 7}, "expire"),
        ({"question_ends": 3}, "question_ends"),
        ({"tries_on_days": 4}, "tries_on_days"),
        ({"link_days": 0}, "link_days"),
        ({"expire": 91}, "expire"),
        ({"expire": "ten"}, "expire"),
        ({"expire": ""}, "expire"),
    ],
)
def test_clocks_that_cannot_be_are_refused_and_kept_in_the_form(
    sqlite_app: Flask, boss: Browser, changed: dict[str, int | str], field: str
) -> None:
    page = boss.post("/admin/referrals", told(**changed), expect=422)
    assert page.select(f'.error-summary a[href="#{field}"]')
    assert page.one(f"#{field}")["value"] == str(changed[field])
    assert clocks() == Clocks()


def test_an_organisation_becomes_a_link_worker_team(app: Flask, boss: Browser, team: Organization, make: Make) -> None:
    surgery, address = make.organisation("Tannery Lane Surgery"), f"/admin/link-teams/{team.id}"
    assert boss.get("/admin/link-teams?q=saffron").select(f'a[href="{address}"]')
    sent = {
        "areas": "leicester", "practices": "tannery lane surgery\n\n", "phone": "0116 496 0145",
        "calls_within_days": "3", "is_active": "y",
    }  # fmt: skip
    boss.post(address, sent, expect=303)
    row = db.session.get_one(LinkTeam, team.id)
    assert (row.areas, row.practices, row.calls_within_days, row.is_active) == (
        ["leicester"], [str(surgery.id)], 3, True,
    )  # fmt: skip
    assert boss.get(address).one("#practices").text.strip() == "Tannery Lane Surgery"
    assert "Saffron Vale" in boss.get("/admin/link-teams").text
    boss.post(address, {**sent, "is_active": ""}, expect=303)
    db.session.expire_all()
    assert not db.session.get_one(LinkTeam, team.id).is_active


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"areas": ""}, "areas"),
        ({"areas": "narnia"}, "areas"),
        ({"practices": "No Such Surgery"}, "practices"),
        ({"practices": "Twin Surgery"}, "practices"),
        ({"phone": "ring us"}, "phone"),
        ({"calls_within_days": "0"}, "calls_within_days"),
    ],
)
def test_a_team_that_cannot_be_is_refused_and_what_was_typed_stays(
    sqlite_app: Flask, boss: Browser, team: Organization, make: Make, changed: dict[str, str], field: str
) -> None:
    for _twin in range(2):
        make.organisation("Twin Surgery")
    sent = {"areas": "leicester", "practices": "", "phone": "", "calls_within_days": "3", "is_active": "y", **changed}
    page = boss.post(f"/admin/link-teams/{team.id}", sent, expect=422)
    assert page.select(f'.error-summary a[href="#{field}"]')
    assert db.session.get(LinkTeam, team.id) is None
    if field != "areas":
        assert changed[field] in str(page.one(f"#{field}"))


def test_an_organisation_that_there_is_not_is_not_found(sqlite_app: Flask, boss: Browser) -> None:
    boss.get("/admin/link-teams/00000000-0000-4000-8000-000000000000", expect=404)

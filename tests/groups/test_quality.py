from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal.changes.facts import FACTS
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.groups.models import LinkCheck
from portal.groups.quality import ALL_POINTS, POINTS, lacking, quality_of
from portal.moderation.checks import checks_of
from tests.factories import Make
from tests.support.page import Browser

AsUser = Callable[..., Browser]
WHOLE = {
    "sessions": [{}], "place": [{"access": [{}], "getting_there": "Bus 22"}], "cost": {}, "phone": [{}],
    "first_visit": {"lines": ["Come in"], "bring_someone": True}, "description": "x" * 200, "summary": "Tea",
    "audiences": {"anyone": True}, "how_to_join": "Come", "cost ": 1,
}  # fmt: skip


def test_every_row_names_a_fact_why_it_helps_and_a_weight(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        assert all(one.fact in FACTS and str(one.what) and str(one.why) and one.points > 0 for one in POINTS)
    assert [one.points for one in POINTS] == sorted((one.points for one in POINTS), reverse=True)
    assert sum(one.points for one in POINTS) == ALL_POINTS


@pytest.mark.parametrize("point", POINTS, ids=lambda one: f"{one.fact}-{one.points}")
def test_every_row_can_be_lacked_and_mended(point: object) -> None:
    whole = WHOLE | {"cost": {"options": [{"kind": "free"}]}, "languages": [{"code": "ur"}]}
    assert not point.lacks(whole)  # type: ignore[attr-defined]
    empty = {"place": [{"location_type": "physical"}]} if point.fact == "place" and point.points < 10 else {}  # type: ignore[attr-defined]
    assert point.lacks(empty)  # type: ignore[attr-defined]


def test_a_listing_online_is_not_asked_for_steps() -> None:
    assert not [one for one in lacking({"place": [{"location_type": "virtual"}]}) if one.fact == "place"]


def test_the_meter_speaks_in_words_with_a_link_to_each_fix(app: Flask, make: Make, as_user: AsUser) -> None:
    organisation = make.organisation()
    service = make.service("Tuesday Table", organisation=organisation, email="hello@larkfield.example.org")
    mine = as_user(make.user("editor", organisation=organisation))
    for address in ("/group", f"/group/listings/{service.id}/edit"):
        page = mine.get(address)
        assert "things would help people decide." in page.main
        assert page.link("Say what happens on the first visit").endswith("/edit/first_visit")
        assert page.link("Say when it is").endswith("/edit/sessions")
        assert page.one("meter")["aria-hidden"] == "true", "the words say it"
    assert "%" not in page.one(".quality").get_text()


def test_a_broken_link_is_told_first_once_it_is_sure(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    organisation = make.organisation()
    service = make.service(organisation=organisation, url="https://gone.uk/page")
    now = clock.now()
    row = LinkCheck(
        kind="url", target="https://gone.uk/page", host="gone.uk", checked_at=now, next_at=now, failures=2,
        failing_since=now - timedelta(days=3), why="missing",
    )  # fmt: skip
    make._save(row)
    with sqlite_app.test_request_context():
        (meter,) = quality_of([service])
        assert meter.fixes[0].is_broken and "the page is not there any more" in meter.fixes[0].what
        assert meter.fixes[0].address.endswith("/edit/url")
    shown = as_user(make.user("editor", organisation=organisation)).get(f"/group/listings/{service.id}/edit")
    assert "Your link may not work: the page is not there any more." in shown.main


def test_a_whole_listing_is_told_so(sqlite_app: Flask, make: Make) -> None:
    service = make.service(
        sessions=[make.session()], phone="0116 496 0123", first_visit=["Come in"], bring_someone=True,
        description="Tea and talk. " * 20, anyone_welcome=True, how_to_join="Just come",
        place={"access": {"step_free": True}, "getting_there": "Bus 22"},
    )  # fmt: skip
    with sqlite_app.test_request_context():
        (meter,) = quality_of([service])
        assert meter.fixes == [] and meter.words == "This listing tells people all they need to decide."


def test_a_lead_finds_who_asks_and_what_was_begun_among_the_tasks(
    sqlite_app: Flask, make: Make, as_user: AsUser
) -> None:
    organisation = make.organisation()
    lead = as_user(make.user("lead", organisation=organisation))
    as_user(make.user()).post(f"/group/join/ask/{organisation.id}", expect=303)
    form = lead.get("/group/listings/new").form("/group/listings/new")
    lead.post("/group/listings/new", form, expect=303)
    page = lead.get("/group")
    assert "/group/join/asked/" in page.link("Somebody asks to look after your listings")
    assert "/group/listings/new/" in page.link(f"Go on with {organisation.name}")
    assert "Somebody asks" not in as_user(make.user("editor", organisation=organisation)).get("/group").main


def test_moderators_see_a_broken_link_of_the_listing(sqlite_app: Flask, make: Make) -> None:
    service = make.service(url="https://gone.uk/page")
    now = clock.now()
    make._save(
        LinkCheck(
            kind="url", target="https://gone.uk/page", host="gone.uk", checked_at=now, next_at=now, failures=2,
            failing_since=now - timedelta(days=3), why="missing",
        )
    )  # fmt: skip
    change = ChangeRequest(service=service, organization_id=service.organization_id, facts={"summary": "Tea"})
    with sqlite_app.test_request_context():
        told = [check.sentence for check in checks_of(change) if check.state == "look"]
    assert any("the page is not there any more" in sentence for sentence in told)

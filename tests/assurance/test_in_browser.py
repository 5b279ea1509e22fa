"""The pages behind the link and the report in a real browser: axe, narrow, right to left, without script."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from sqlalchemy import select

from portal.assurance import actions
from portal.assurance.models import ListingReport
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.notifications.models import OutboxMessage
from tests.assurance.conftest import Post, checked
from tests.factories import Make
from tests.support.chromium import SIZES, check_accessible, check_at, served


@pytest.fixture
def group(sqlite_app: Flask, make: Make) -> UUID:
    """A group of one listing as in the pictures, due today by the real clock."""
    owner = make.organisation("Tannery Park Allotment Group", email="hello@tannery.example")
    place = make.location(
        name="The Shed", address="Tannery Lane", access={"step_free": True}, getting_there="Bus 22 stops outside"
    )
    service: Service = make.service(
        "Shed Saturdays",
        organisation=owner,
        location=place,
        sessions=[make.session("SA", "10:00", "13:00")],
        phone="0116 496 0187",
        who_for="Adults. You can bring someone.",
        space_state="waiting",
        space_weeks=3,
        space_said_at=clock.now(),
        assured_date=checked(80),
    )
    return service.id


@pytest.fixture
def address(sqlite_app: Flask, group: UUID) -> Iterator[str]:
    """The whole address of the link in the mail, on a running site."""
    actions.daily()
    db.session.commit()
    token = Post().last_token()
    db.session.remove()
    with served(sqlite_app) as site:
        yield f"{site}/confirm/{token}"


SCANNER = """
addEventListener("load", () => {
  if (sessionStorage.done) { document.documentElement.dataset.seen = "twice"; return; }
  sessionStorage.done = "yes";
  document.querySelector("main form").requestSubmit(document.querySelector("main button"));
});
"""
"""A script that sends the form with its button, as a scanner with a whole browser would."""


def page_of(chromium: Chromium, size: str = "phone", *, script: bool = True) -> Any:
    return chromium.new_page(viewport=SIZES[size], java_script_enabled=script)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_one_button_confirms(address: str, group: UUID, chromium: Chromium, script: bool) -> None:
    page = page_of(chromium, script=script)
    page.goto(address)
    page.get_by_role("button", name="Yes, this is all right").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    page.get_by_role("button", name="Space now").click()
    expect(page.locator("main .soft").first).to_contain_text("Space now")
    page.close()
    service = db.session.get_one(Service, group, populate_existing=True)
    assert (service.assured_date, service.space_state) == (clock.today(), "space")


def test_a_script_that_sends_the_form_confirms_nothing(address: str, group: UUID, chromium: Chromium) -> None:
    page = page_of(chromium)
    page.add_init_script(SCANNER)
    posts: list[int] = []
    page.on("response", lambda answer: posts.append(answer.status) if answer.request.method == "POST" else None)
    page.goto(address)
    page.wait_for_function("sessionStorage.done === 'yes' && document.readyState === 'complete'")
    expect(page.locator("html")).to_have_attribute("data-seen", "twice")
    assert posts == [200]
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this still right?")
    page.close()
    assert db.session.get_one(Service, group, populate_existing=True).assured_date == checked(80)


def test_the_pages_are_for_everybody(address: str, chromium: Chromium) -> None:
    page = page_of(chromium)
    site, _, token = address.rpartition("/confirm/")
    for path in (f"/confirm/{token}", f"/ur/confirm/{token}", f"/confirm/{token}/closed", f"/confirm/{token}/change"):
        page.goto(site + path)
        check_at(page)
    page.goto(address)
    page.get_by_role("button", name="Yes, this is all right").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    check_at(page)
    page.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_visitor_reports_from_the_page_of_the_listing(
    address: str, group: UUID, chromium: Chromium, script: bool
) -> None:
    page = page_of(chromium, "narrow", script=script)
    page.goto(f"{address.rpartition('/confirm/')[0]}/services/{group}")
    page.get_by_text("Is something wrong?").click()
    page.get_by_role("button", name="Tell us").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is something wrong?")
    if script:
        check_accessible(page)
    page.get_by_label("The time is wrong").check()
    page.get_by_role("button", name="Tell us").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for telling us")
    page.close()
    reference = db.session.scalar(select(ListingReport.reference))
    assert reference is not None
    assert db.session.scalars(select(OutboxMessage.name)).all() == ["still-right"]


def test_the_report_is_for_everybody(address: str, group: UUID, chromium: Chromium) -> None:
    page = page_of(chromium, "narrow")
    for path in ("/services/{id}", "/ur/services/{id}", "/services/{id}/report", "/ur/services/{id}/report"):
        page.goto(address.rpartition("/confirm/")[0] + path.format(id=group))
        page.evaluate("document.querySelectorAll('details.report').forEach(one => one.open = true)")
        check_accessible(page)
    page.close()

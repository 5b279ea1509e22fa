"""An agreement is about to end: its task is raised and written about, it is renewed, and the task is done.

In a real browser with and without scripts, with a real mail server.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.core import clock
from portal.core.extensions import db
from portal.core.timetable import ask_for_due
from portal.partners.models import PartnerTask
from portal.worker import TIMETABLE
from tests.factories import MONDAY, Make
from tests.partners.world import world
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at
from tests.support.mail_server import Listener
from tests.support.town import Town, mail_from

LAST = date(2027, 2, 20)
"""Of the agreement: 89 days after MONDAY."""
SUBJECT = "1 agreement with a partner needs you"


@pytest.fixture
def mail_server(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    with mail_from(sqlite_app, monkeypatch) as listener:
        yield listener


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def town(
    request: pytest.FixtureRequest, sqlite_app: Flask, make: Make, site: str, chromium: Chromium, mail_server: Listener
) -> Iterator[Town]:
    town = Town(site, chromium, mail_server, script=request.param)
    yield town
    town.close()


def test_an_agreement_about_to_end_is_renewed(sqlite_app: Flask, make: Make, town: Town) -> None:
    with clock.freeze(MONDAY):
        here = world(make)
        here.agreement(ends_on=LAST)
        db.session.query(PartnerTask).delete()
        db.session.commit()
        email, partner = here.manager.email, here.partner.organization.name
        page = town.signed_in(sqlite_app, here.manager)
        reader = town.signed_in(sqlite_app, make.user("commissioner", area="leicester"))
        renew(town, page, hear_of_it(town, email), partner)
        read_as_commissioner(town, reader, partner)
    with clock.freeze(MONDAY + timedelta(days=60)):
        a_day_of_the_worker(town)
        assert len([one for one in town.mails.mails if SUBJECT in str(one["Subject"])]) == 1


def a_day_of_the_worker(town: Town) -> None:
    """What the timetable asks for."""
    db.session.remove()
    ask_for_due(TIMETABLE)
    town.work()


def hear_of_it(town: Town, email: str) -> str:
    """The worker's daily job raises the task and writes. Gives the address in the mail."""
    a_day_of_the_worker(town)
    mail = town.mail_to(email, SUBJECT)
    assert "Evening cafe" not in mail and "Larkfield" not in mail
    return f"{town.site}/partners/agreements{mail.partition('/partners/agreements')[2].split()[0]}"


def renew(town: Town, page: Page, address: str, partner: str) -> None:
    """From the mail to the task, to the renewal, and back to a list with nothing to do."""
    page.goto(address)
    row = page.get_by_role("row").filter(has_text="Evening cafe")
    expect(row).to_contain_text("in 89 days")
    expect(row).to_contain_text(partner)
    looked_at(town, page)
    page.get_by_role("link", name="“Evening cafe” ends on 20 February 2027: renew it, or let it run out").click()
    looked_at(town, page)
    page.get_by_role("link", name="Renew it").click()
    first = page.get_by_role("group", name="First day")
    assert [first.get_by_label(one).input_value() for one in ("Day", "Month", "Year")] == ["21", "2", "2027"]
    last = page.get_by_role("group", name="Last day")
    for part, value in (("Day", "20"), ("Month", "2"), ("Year", "2026")):
        last.get_by_label(part).fill(value)
    page.get_by_role("button", name="Renew it").click()
    expect(page.get_by_role("alert")).to_contain_text("The last day comes before the first")
    looked_at(town, page)
    page.get_by_role("group", name="Last day").get_by_label("Year").fill("2029")
    page.get_by_role("button", name="Renew it").click()
    expect(page.get_by_role("status")).to_contain_text("Renewed.")
    expect(page.get_by_text("Not begun")).to_be_visible()
    looked_at(town, page)
    page.get_by_role("link", name="Evening cafe").click()
    expect(page.get_by_text("Done", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Renew it")).to_have_count(0)
    looked_at(town, page)
    page.get_by_role("navigation", name="This part of the site").get_by_role("link", name="Agreements").click()
    expect(page.get_by_role("heading", name="Nothing is to be done")).to_be_visible()
    looked_at(town, page)


def read_as_commissioner(town: Town, page: Page, partner: str) -> None:
    """The area's commissioner reads it all, and changes nothing."""
    page.goto(f"{town.site}/partners")
    looked_at(town, page)
    page.get_by_role("link", name=partner).click()
    expect(page.get_by_role("link", name="Evening cafe")).to_have_count(2)
    expect(page.get_by_role("link", name="Add an agreement")).to_have_count(0)
    looked_at(town, page)
    for place in ("agreements?view=hold", "decisions", "capacity"):
        page.goto(f"{town.site}/partners/{place}")
        looked_at(town, page)


def looked_at(town: Town, page: Page) -> None:
    """Axe and the fit of a page, where scripts run; it stays as wide as it was."""
    if town.script:
        check_at(page, NARROW_AND_WIDE)
        page.set_viewport_size(SIZES["desk"])

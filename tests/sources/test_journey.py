"""A source from adding it to keeping in step with it, in a real browser against a real feed, with and without scripts.

An administrator adds a source, looks at what it would bring, settles two records that are listings of ours, and accepts it.
A moderator edits a listing; the source changes; what was edited survives, until the moderator gives it back.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from portal.accounts.models import User
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.directory.models import Service, SourceRecord
from portal.sources.models import SourceMatch
from tests.factories import Make
from tests.sources.peers import Peer, address_of, peer_at, service
from tests.sources.town import held_library, reading_room
from tests.support.chromium import SIZES
from tests.support.people import session_of

SOURCE = "Larkfield council"
COURT: dict[str, Any] = {
    "name": "Slow football at the Sports Ground",
    "description": "Football for everybody over 50. No running at all.",
}


def walking_football() -> dict[str, Any]:
    """A record that may be a listing of ours: another name, the same street and postcode."""
    address = {"address_1": "Mill Lane", "city": "Leicester", "postal_code": "LE2 0QB", "country": "GB"}
    ground = {"id": "l-2", "location_type": "physical", "name": "Mill Lane Sports Ground", "addresses": [address]}
    place = {"id": "p-2", "location": ground}
    organisation = {"id": "00000000-0000-4000-9000-777777777777", "name": "Mill Lane Walkers", "description": "Us."}
    return service(103, organization=organisation, service_at_locations=[place], schedules=[], **COURT)


class Desk:
    """The site, the feed, and a browser for each who takes part."""

    def __init__(self, app: Flask, site: str, chromium: Chromium, *, script: bool) -> None:
        self.app, self.site, self.chromium, self.script = app, site, chromium, script
        self.contexts: list[BrowserContext] = []

    def page_of(self, user: User) -> Page:
        name, token = session_of(self.app, user)
        context = self.chromium.new_context(viewport=SIZES["desk"], java_script_enabled=self.script, base_url=self.site)
        context.add_cookies([{"name": name, "value": token, "url": self.site}])
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    def work(self) -> None:
        db.session.remove()
        work_until_idle()
        db.session.remove()

    def public(self, service_id: UUID) -> str:
        """What anybody reads on the page of a listing."""
        context = self.chromium.new_context(java_script_enabled=self.script, base_url=self.site)
        self.contexts.append(context)
        page = context.new_page()
        page.goto(f"/services/{service_id}")
        return page.locator("main").inner_text()


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def desk(
    request: pytest.FixtureRequest, sqlite_app: Flask, make: Make, site: str, chromium: Chromium
) -> Iterator[Desk]:
    made = Desk(sqlite_app, site, chromium, script=request.param)
    yield made
    for context in made.contexts:
        context.close()


@pytest.fixture
def ours(sqlite_app: Flask, make: Make) -> dict[str, UUID]:
    """Two listings of groups here, which the source tells of too."""
    field = {"name": "Mill Lane Sports Ground", "address": "Mill Lane"}
    football = make.service(
        "Walking football", organisation=make.organisation("Mill Lane Walkers"), place=field,
        description="Slow football.", sessions=[make.session("WE", "14:00", "15:00")],
    )  # fmt: skip
    return {"library": held_library(make).id, "football": football.id}


def test_a_source_is_added_looked_at_matched_and_kept_in_step_and_what_is_edited_here_survives(
    desk: Desk, ours: dict[str, UUID], make: Make
) -> None:
    administrator, moderator = make.user("administrator", name="Robin Hale"), make.user("moderator", name="Kim Shah")
    robin, kim = desk.page_of(administrator), desk.page_of(moderator)
    peer = Peer(*(service(number) for number in range(5)), reading_room(), walking_football())
    with peer_at(peer) as server:
        add_source(robin, address_of(server))
        read_and_look(desk, robin)
        settle_two(robin, ours)
        accept(desk, robin)
        see_what_came(desk, ours)
        edit_here(kim, listing_of(0))
        change_upstream(peer)
        keep_in_step(desk, robin)
        assert "Tea, cake and a chat." in desk.public(listing_of(0))
        assert "Ring the bell twice." in desk.public(listing_of(1))
        give_back(desk, kim, listing_of(0))
        follow_again(desk, robin, peer)
    told = [one.action for one in db.session.scalars(select(AuditEntry).order_by(AuditEntry.number))]
    for action in ("source.added", "source.run_asked", "source.record_decided", "source.run_accepted", "listing.taken"):
        assert action in told


def add_source(robin: Page, address: str) -> None:
    robin.goto("/admin")
    robin.get_by_role("link", name="Sources", exact=True).click()
    expect(robin.get_by_text("No other directory is read yet")).to_be_visible()
    robin.get_by_role("link", name="Add a source").click()
    robin.get_by_label("Name", exact=True).fill(SOURCE)
    robin.get_by_label("Address", exact=True).fill("ftp://example.org/list")
    robin.get_by_label("Licence").fill("Open Government Licence v3.0")
    robin.get_by_role("button", name="Add the source").click()
    expect(robin.get_by_role("alert")).to_contain_text("must begin with https://")
    expect(robin.get_by_label("Name", exact=True)).to_have_value(SOURCE)
    robin.get_by_label("Address", exact=True).fill(address)
    robin.get_by_role("button", name="Add the source").click()
    expect(robin.get_by_role("heading", level=1)).to_contain_text(SOURCE)
    expect(robin.get_by_text("nothing is taken before you have looked")).to_be_visible()


def read_and_look(desk: Desk, robin: Page) -> None:
    robin.get_by_role("button", name="Read it now").click()
    desk.work()
    robin.reload()
    expect(robin.get_by_text("It is the first reading of this source")).to_be_visible()
    expect(robin.get_by_text("2 records may be listings that we hold already")).to_be_visible()
    robin.get_by_role("link", name="New 5").click()
    expect(robin.locator(".sources__records > li")).to_have_count(5)
    with desk.app.app_context():
        assert db.session.scalars(select(SourceRecord)).all() == [], "nothing is taken before somebody says yes"


def settle_two(robin: Page, ours: dict[str, UUID]) -> None:
    """One is kept as a copy, of the other a fact is taken."""
    robin.get_by_role("link", name="May be one that we hold 2").click()
    robin.get_by_role("link", name="Larkfield Reading Room").click()
    expect(robin.get_by_role("heading", level=1)).to_have_text("Is it one that we hold?")
    expect(robin.get_by_role("columnheader", name="Larkfield Library")).to_be_visible()
    robin.get_by_role("button", name="Keep this").click()
    expect(robin.get_by_role("alert")).to_contain_text("Choose what this record is.")
    robin.get_by_label("The same. Keep it as a copy: ours stays as it is").check()
    robin.get_by_role("button", name="Keep this").click()
    expect(robin.get_by_role("columnheader", name="Walking football", exact=False).last).to_be_visible()
    robin.get_by_label("let me choose facts to take from it").check()
    robin.get_by_role("button", name="Keep this").click()
    expect(robin.get_by_role("heading", level=1)).to_have_text("Whose each fact is")
    expect(robin.get_by_role("heading", name=f"Copy in {SOURCE}")).to_be_visible()
    row = robin.get_by_role("row", name="What happens")
    row.get_by_role("button", name="Take the source’s").click()
    expect(robin.get_by_text("Taken.")).to_be_visible()
    settled = {one.service_id: (one.answer, one.how) for one in db.session.scalars(select(SourceMatch))}
    assert settled == dict.fromkeys(ours.values(), ("copy", "person"))


def accept(desk: Desk, robin: Page) -> None:
    robin.goto("/admin/sources")
    robin.get_by_role("link", name="A reading to look at").click()
    robin.get_by_role("button", name="Accept this reading").click()
    desk.work()
    robin.reload()
    expect(robin.get_by_role("heading", level=1)).to_contain_text("Applied")


def see_what_came(desk: Desk, ours: dict[str, UUID]) -> None:
    assert len(db.session.scalars(select(Service.id)).all()) == 7, "five came, and neither copy is a second listing"
    assert "Books, warmth and free computers." in desk.public(ours["library"])
    assert "No running at all." in desk.public(ours["football"])
    assert service(0)["description"] in desk.public(listing_of(0))
    assert f"From {SOURCE}" in desk.public(listing_of(0))


def edit_here(kim: Page, service_id: UUID) -> None:
    kim.goto(f"/group/listings/{service_id}/edit/description")
    kim.locator("main textarea").first.fill("Tea, cake and a chat.")
    kim.get_by_role("button", name="Save", exact=False).first.click()
    expect(kim.get_by_text("Tea, cake and a chat.").first).to_be_visible()


def change_upstream(peer: Peer) -> None:
    for number in (0, 1):
        peer.services[service(number)["id"]]["description"] = f"Circle {number} has moved. Ring the bell twice."


def keep_in_step(desk: Desk, robin: Page) -> None:
    robin.goto("/admin/sources")
    robin.get_by_role("link", name=SOURCE, exact=True).click()
    robin.get_by_role("button", name="Read it now").click()
    desk.work()
    robin.reload()
    robin.get_by_role("link", name="Changed 2").click()
    kept = robin.locator(".sources__records > li").filter(has_text="Edited here and so kept: What happens")
    expect(kept).to_have_count(1)
    expect(robin.locator("ins", has_text="Ring the bell twice").first).to_be_visible()
    robin.get_by_role("button", name="Accept this reading").click()
    desk.work()


def give_back(desk: Desk, kim: Page, service_id: UUID) -> None:
    kim.goto(f"/group/listings/{service_id}/edit")
    kim.get_by_role("link", name="Whose each fact is").click()
    row = kim.get_by_role("row", name="What happens")
    expect(row).to_contain_text("Tea, cake and a chat.")
    expect(row).to_contain_text("Circle 0 has moved. Ring the bell twice.")
    expect(row).to_contain_text("Edited here by our team")
    row.get_by_role("button", name="Take the source’s").click()
    expect(kim.get_by_text("Taken. From now on it follows the source.")).to_be_visible()
    desk.work()
    assert "Circle 0 has moved. Ring the bell twice." in desk.public(service_id)
    kim.get_by_role("link", name="See its history").click()
    expect(kim.get_by_text("Taken from its source again").first).to_be_visible()


def follow_again(desk: Desk, robin: Page, peer: Peer) -> None:
    peer.services[service(0)["id"]]["description"] = "Circle 0 is back at the green door."
    keep_in_step_once(desk, robin)
    assert "Circle 0 is back at the green door." in desk.public(listing_of(0))
    assert len(db.session.scalars(select(Service.id)).all()) == 7


def keep_in_step_once(desk: Desk, robin: Page) -> None:
    robin.goto("/admin/sources")
    robin.get_by_role("link", name=SOURCE, exact=True).click()
    robin.get_by_role("button", name="Read it now").click()
    desk.work()
    robin.reload()
    expect(robin.get_by_text("records may be listings that we hold already")).to_have_count(0)
    robin.get_by_role("button", name="Accept this reading").click()
    desk.work()


def listing_of(number: int) -> UUID:
    """Our listing of a record of the feed."""
    found = select(SourceRecord.service_id).where(SourceRecord.external_id == service(number)["id"])
    return db.session.scalars(found).one()

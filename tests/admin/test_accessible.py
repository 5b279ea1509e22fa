"""Pages of people and of administration in a real browser: axe, small screens, right to left, without script."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, expect

from portal.accounts import invitations
from portal.accounts.roles import Role
from portal.core import audit
from portal.core.extensions import db
from portal.geography.actions import ensure_sets
from tests.factories import Make
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, picture
from tests.support.people import session_of

PICTURES = os.environ.get("PORTAL_PICTURES")


class Desk:
    """Signed-in windows of the real browser."""

    def __init__(self, app: Flask, chromium: Chromium, site: str) -> None:
        self.app, self.chromium, self.site = app, chromium, site

    def window(self, user: object, size: str = "desk", *, script: bool = True) -> BrowserContext:
        context = self.chromium.new_context(viewport=SIZES[size], java_script_enabled=script)
        if user is not None:
            name, token = session_of(self.app, user)  # type: ignore[arg-type]
            context.add_cookies([{"name": name, "value": token, "url": self.site}])
        return context


@pytest.fixture
def desk(sqlite_app: Flask, chromium: Chromium, site: str) -> Iterator[Desk]:
    yield Desk(sqlite_app, chromium, site)


def looked_at(desk: Desk, user: object, paths: list[str], sizes: tuple[str, ...] = NARROW_AND_WIDE) -> None:
    context = desk.window(user)
    window = context.new_page()
    for path in paths:
        answered = window.goto(f"{desk.site}{path}")
        assert answered is not None and answered.status < 400, path
        for size in sizes:
            check_at(window, [size])
            if PICTURES:
                picture(window, Path(PICTURES), f"{path.strip('/').replace('/', '-')[:50]}-{size}")
    context.close()


def test_administration_can_be_used_by_everybody(desk: Desk, make: Make) -> None:
    here = make.organisation("Larkfield Circle")
    boss, someone = make.user("administrator", name="Ines Calder"), make.user("editor", organisation=here, trusted=True)
    ensure_sets()
    db.session.commit()
    paths = [
        "", "/users", f"/users/{someone.id}", "/users/invite", "/organisations", f"/organisations/{here.id}", "/brand",
        "/areas", "/messages", "/messages/words/invitation/en", "/referrals", "/link-teams?q=circle", f"/link-teams/{here.id}",
    ]  # fmt: skip
    looked_at(desk, boss, [f"/admin{path}" for path in paths])
    looked_at(desk, boss, ["/ur/admin/users", "/ur/admin/brand"], ("narrow",))


def test_the_audit_pages_can_be_used_by_everybody(desk: Desk, make: Make) -> None:
    guard = make.user("information-governance", name="Yusra Karim")
    for number in range(4):
        audit.record("role.given", ("account", f"{number}" * 36), by=guard, details={"role": "editor"}, why="asked")
    db.session.commit()
    looked_at(desk, guard, ["/admin/audit", "/ur/admin/audit"])


def test_people_pages_can_be_used_by_everybody(desk: Desk, make: Make) -> None:
    here = make.organisation("Larkfield Circle")
    lead = make.user("lead", organisation=here, name="Farida Bhatt")
    editor = make.user("editor", organisation=here, trusted=True, name="Nasreen Malik")
    _row, token = invitations.invite("new@people.example.org", Role.EDITOR, by=lead, organization_id=here.id)
    db.session.commit()
    people = f"/account/people/{here.id}"
    paths = [
        people,
        f"{people}/invite",
        f"{people}/{editor.id}",
        f"{people}/roles/{editor.held[0].id}/end",
        "/account/email",
    ]
    looked_at(desk, lead, [*paths, "/account/roles"])
    looked_at(desk, lead, [people, f"/ur{people}"], ("narrow",))
    looked_at(desk, make.user("moderator"), ["/account/editors"])
    looked_at(desk, None, [f"/account/join/{token}", f"/ur/account/join/{token}", "/account/new-password"], ("narrow",))


def test_a_lead_invites_without_script(desk: Desk, make: Make) -> None:
    here = make.organisation("Larkfield Circle")
    lead = make.user("lead", organisation=here)
    window = desk.window(lead, "phone", script=False).new_page()
    window.goto(f"{desk.site}/account/people")
    window.get_by_role("link", name="Invite somebody").click()
    window.get_by_role("button", name="Send the invitation").click()
    expect(window.locator(".error-summary")).to_be_visible()
    window.get_by_label("E-mail address").fill("new@people.example.org")
    window.get_by_label("Editor", exact=True).check()
    window.get_by_role("button", name="Send the invitation").click()
    expect(window.get_by_role("status")).to_contain_text("The invitation is on its way")
    expect(window.locator("main")).to_contain_text("new@people.example.org")

"""Whether it helped, on the home of a group and the page of a coordinator, in a real browser: axe and small screens."""

import os
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from portal.core.extensions import db
from portal.core.quarters import this_quarter
from portal.directory.models import Service
from tests.coordinating.patch import city, group
from tests.factories import Make
from tests.insight.test_accessible import window
from tests.support.chromium import NARROW_AND_WIDE, check_at, picture
from tests.voice.test_ratings import count

PICTURES = os.environ.get("PORTAL_PICTURES")


def test_they_can_be_used_by_everybody(sqlite_app: Flask, chromium: Chromium, site: str, make: Make) -> None:
    city()
    made = group(make, "The Larkfield and Saffron Vale Bereavement, Befriending and Walking Association")
    count(db.session.query(Service).one(), this_quarter().before, 1220, 9, 1, 0)
    viewers = {
        "/group": make.user("lead", organisation=made),
        "/coordinate": make.user("team-coordinator", area="leicester"),
    }
    for path, user in viewers.items():
        context = window(sqlite_app, chromium, site, user)
        page = context.new_page()
        for language in ("", "/ur"):
            page.goto(f"{site}{language}{path}")
            expect(page.locator("section[aria-labelledby=helped] tbody tr")).to_have_count(1)
            for size in NARROW_AND_WIDE:
                check_at(page, [size])
                if PICTURES:
                    picture(page, Path(PICTURES), f"helped{language}{path}".replace("/", "-") + f"-{size}")
        context.close()

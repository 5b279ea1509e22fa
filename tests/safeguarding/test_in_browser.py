"""Raising a worry and the queue in a real browser: what axe finds, and the way without a mouse."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.referrals.models import SafetyConcern
from portal.safeguarding.actions import Worry, note_outcome, raise_concern
from portal.safeguarding.subjects import Subject
from tests.support.chromium import NARROW_AND_WIDE, check_at, picture
from tests.support.referrals import World
from tests.support.signed_in import pages_of

PICTURES = os.environ.get("PORTAL_PICTURES")
OpenPage = Callable[[User], Page]


@pytest.fixture
def open_page(chromium: Chromium, site: str, sqlite_app: Flask) -> Iterator[OpenPage]:
    """`open_page(user)`: a page of a browser that is signed in."""
    with pages_of(sqlite_app, chromium, site) as open_one:
        yield lambda user: open_one(user=user)


def test_every_page_is_for_everybody(sqlite_app: Flask, loop: World, team_lead: User, open_page: OpenPage) -> None:
    about = Subject(loop.team, loop.team, loop.person)
    late, over = (_worry(about, loop, key) for key in "lo")
    late.at = clock.now() - timedelta(days=4)
    note_outcome(over, "The council was told.", closes=True, by=team_lead)
    db.session.commit()
    worker, lead, other = (open_page(one) for one in (loop.worker, team_lead, loop.group_worker))
    _looked_at(other, "/safety/raise", "nobody")
    _looked_at(worker, f"/safety/raise?person={loop.person.reference}", "raise")
    worker.get_by_role("button", name="Send to the safeguarding lead").click()
    expect(worker.get_by_role("alert")).to_be_visible()
    check_at(worker)
    worker.get_by_label("What have you seen or heard?").fill("Bruises on both arms, and no word of how.")
    worker.get_by_role("button", name="Send to the safeguarding lead").click()
    expect(worker.get_by_role("heading", name="It is with the safeguarding lead")).to_be_visible()
    check_at(worker)
    _looked_at(lead, "/safety/concerns", "queue")
    _looked_at(lead, f"/safety/concerns/{late.reference}", "item")
    _looked_at(lead, f"/safety/concerns/{over.reference}", "closed")


def _worry(about: Subject, loop: World, key: str) -> SafetyConcern:
    words = "She said her nephew takes her bank card every Friday. She asked me not to ring her at home."
    return raise_concern(Worry(words, key * 30, ["761571000000106"]), about, by=loop.worker)


def _looked_at(page: Page, address: str, name: str) -> None:
    page.goto(address)
    for size in NARROW_AND_WIDE:
        check_at(page, [size])
        if PICTURES:
            picture(page, Path(PICTURES), f"{name}-{size}")

"""Addresses that nobody was given: a NUL byte where a name should stand leads nowhere, on either database."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.accounts.models import Membership
from portal.core.extensions import db
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.teams import AREA, TeamWorld

OPEN = ("/life/%00", "/life/%00/leaflet", "/neighbourhoods/%00/you-said", "/helped/%00", "/answer/%00")
SHUT = (
    "/neighbourhoods/%00/huddle", "/neighbourhoods/saffron-vale%00/huddle/2026-11-24", "/neighbourhoods/%00/gap",
    "/insight/%00/2026-q3", "/insight/%00/2026-q3/unmet.json", "/coordinate/%00", "/grants/%00",
)  # fmt: skip


@pytest.mark.parametrize("address", OPEN)
def test_a_nul_byte_in_an_address_is_not_found(app: Flask, browser: Browser, address: str) -> None:
    assert browser.get(address, expect=404).words("h1")


def test_nor_on_pages_of_staff(app: Flask, as_user: Callable[..., Browser]) -> None:
    world = TeamWorld()
    who = make_user("team-coordinator", area=AREA)
    who.memberships.append(Membership(role="commissioner", area=AREA))
    who.memberships.append(Membership(role="link-worker", organization_id=world.workers.id))
    db.session.commit()
    browser = as_user(who)
    for address in SHUT:
        browser.get(address, expect=404)

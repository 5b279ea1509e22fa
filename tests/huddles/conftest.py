"""What tests of huddles need: a team on a Tuesday without holidays near."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, ViewportSize

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from tests.support.chromium import SIZES
from tests.support.signed_in import pages_of
from tests.support.teams import TeamWorld

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def tuesday() -> Iterator[None]:
    """The clock stands still on a Tuesday morning, a usual day of huddles."""
    with clock.freeze(TUESDAY):
        yield


@pytest.fixture
def team(active_app: Flask, tuesday: None) -> TeamWorld:
    """A team with a person on its board."""
    return TeamWorld()


@pytest.fixture
def at_board(sqlite_app: Flask, team: TeamWorld, chromium: Chromium, site: str) -> Iterator[Callable[..., Page]]:
    """The board of today's huddle, for one of the team, with or without scripts. `asked`: what its address asks for."""
    with pages_of(sqlite_app, chromium, site) as open_page:

        def on(user: User, asked: str = "", *, scripts: bool = True, size: ViewportSize = SIZES["desk"]) -> Page:
            db.session.rollback()  # what a page wrote meanwhile is seen
            return open_page(f"{team.at()}{asked}", user, size=size, scripts=scripts)

        yield on

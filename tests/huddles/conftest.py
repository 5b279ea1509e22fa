"""What tests of huddles need: a team on a Tuesday without holidays near."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from portal.core import clock
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

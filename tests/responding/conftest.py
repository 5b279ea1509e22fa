"""What most tests of referrals need."""

import pytest

from tests.factories import Make
from tests.support.referrals import World


@pytest.fixture
def loop(make: Make) -> World:
    """A link worker team, a group with a service, and a person."""
    group = make.organisation("Larkfield Circle", email="hello@larkfield.example.org")
    return World(make.organisation("Saffron Vale Link Workers"), group, make.service(organisation=group))

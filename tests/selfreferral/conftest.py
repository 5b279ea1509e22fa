"""What most tests of self-referral need."""

import pytest

from portal.directory.models import Service
from tests.factories import Make
from tests.support.referrals import World


@pytest.fixture
def loop(make: Make) -> World:
    """A link worker team, a group with a service, and a person."""
    group = make.organisation("Larkfield Circle", email="hello@larkfield.example.org")
    service = make.service(organisation=group, joining=["self_refer"], phone="0116 496 0123")
    return World(make.organisation("Saffron Vale Link Workers"), group, service)


@pytest.fixture
def service(loop: World) -> Service:
    """The service that is asked."""
    return loop.service

"""What most tests of self-referral need."""

import pytest

from portal.core.extensions import db
from portal.directory.models import Service
from portal.referrals.models import LinkTeam
from tests.factories import Make
from tests.support.referrals import World


@pytest.fixture
def loop(make: Make) -> World:
    """A link worker team, a group with a service, and a person."""
    group = make.organisation("Larkfield Circle", email="hello@larkfield.example.org")
    service = make.service(organisation=group, joining=["self_refer"], phone="0116 496 0123")
    world = World(make.organisation("Saffron Vale Link Workers"), group, service)
    db.session.get_one(LinkTeam, world.team.id).areas = ["E06000016"]
    db.session.commit()
    return world


@pytest.fixture
def service(loop: World) -> Service:
    """The service that is asked."""
    return loop.service

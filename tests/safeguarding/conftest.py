"""What tests of worries about safety need."""

import pytest

from portal.accounts.models import User
from tests.factories import Make
from tests.support.people import make_user
from tests.support.referrals import World


@pytest.fixture
def loop(make: Make) -> World:
    """A link worker team, a group with a service, and a person."""
    group = make.organisation("Larkfield Circle", email="hello@larkfield.example.org")
    return World(make.organisation("Saffron Vale Link Workers"), group, make.service(organisation=group))


@pytest.fixture
def team_lead(loop: World) -> User:
    """The safeguarding lead of the team that holds the record."""
    return make_user("safeguarding-lead", organisation=loop.team, name="Orla Pemberly", email="orla@people.example.org")


@pytest.fixture
def group_lead(loop: World) -> User:
    """The safeguarding lead of the group."""
    return make_user("safeguarding-lead", organisation=loop.group, name="Hal Denbigh", email="hal@people.example.org")

"""A programme in Leicester."""

import pytest

from tests.factories import Make
from tests.partners.world import World, world


@pytest.fixture
def here(make: Make) -> World:
    return world(make)

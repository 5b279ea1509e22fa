"""A person on a caseload, and who works with them."""

import pytest

from portal.accounts.models import User
from portal.core.extensions import db
from portal.people.models import Person
from tests.factories import Make


@pytest.fixture
def worker(make: Make) -> User:
    return make.user("link-worker", organisation=make.organisation("Saffron Vale link workers"))


@pytest.fixture
def person(worker: User) -> Person:
    kept = Person(reference="K7PH4MWX", organization_id=worker.memberships[0].organization_id, given_name="Meena")
    db.session.add(kept)
    db.session.commit()
    return kept

"""Two areas, a curator of each, and pages for a situation in life."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from portal.bundles.models import Bundle, BundlePin, BundleSection
from portal.core import clock
from portal.core.extensions import db
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from tests.factories import Make
from tests.support.page import Browser

CODE = "E02002838"


@pytest.fixture(autouse=True)
def _standing_clock(monday: None) -> Iterator[None]:
    yield


@pytest.fixture
def areas(active_app: Any) -> None:
    """Leicester and Camden, one neighbourhood each."""
    for slug, place, code in (("leicester", "Clarendon Park", CODE), ("camden", "Kentish Town", "E02000180")):
        part = NeighbourhoodPart(kind="msoa", code=code, vintage=2021, valid_from=date(2026, 1, 1))
        one = Neighbourhood(slug=place.lower().replace(" ", "-"), name=place, lat=52.61, lon=-1.11, parts=[part])
        made = NeighbourhoodSet(slug=slug, name=slug.title(), area=slug.title(), valid_from=date(2026, 1, 1))
        made.neighbourhoods.append(one)
        db.session.add(made)
    db.session.commit()


@pytest.fixture
def curator(areas: None, make: Make, as_user: Callable[..., Browser]) -> Browser:
    """A curator of Leicester."""
    return as_user(make.user("moderator", area="leicester", name="Joss Merrow", email="joss@example.org"))


@pytest.fixture
def stranger(areas: None, make: Make, as_user: Callable[..., Browser]) -> Browser:
    """A curator of Camden."""
    return as_user(make.user("team-coordinator", area="camden"))


@pytest.fixture
def bundle(areas: None) -> Callable[..., UUID]:
    """Makes a page; gives its id. `pins`: services pinned in its first section. By itself it is published."""

    def made(*sections: dict[str, Any], pins: tuple[UUID, ...] = (), **columns: Any) -> UUID:
        told: dict[str, Any] = {
            "slug": "older-and-alone", "area": "leicester", "title": "Older and living alone", "near": "LE2 0QB",
            "intro": "You are not the only one.", "kept_by": "The neighbourhood team", "state": "published",
            "review_by": clock.today() + timedelta(days=200),
        }  # fmt: skip
        row = Bundle(**{**told, **columns})
        for position, one in enumerate(sections or ({"title": "Company", "needs": ["loneliness"]},), 1):
            row.sections.append(BundleSection(position=position, **one))
        for position, service_id in enumerate(pins, 1):
            row.sections[0].pins.append(BundlePin(service_id=service_id, position=position))
        db.session.add(row)
        db.session.commit()
        return UUID(str(row.id))

    return made

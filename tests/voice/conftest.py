"""Two neighbourhoods in two areas, and who answers for each."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from tests.support.page import Browser
from tests.support.people import browser_as, make_user

CODE = "E02006850"
"""The neighbourhood of LE2 0QB, in Leicester."""


def cut(slug: str, area: str, name: str, code: str | None = None) -> Neighbourhood:
    """A set of one neighbourhood."""
    made = NeighbourhoodSet(slug=slug, name=area, area=area, valid_from=date(2025, 1, 1))
    one = Neighbourhood(slug=name.lower().replace(" ", "-"), name=name, lat=52.61, lon=-1.11)
    if code:
        one.parts.append(NeighbourhoodPart(kind="msoa", code=code, vintage=2021, valid_from=date(2025, 1, 1)))
    made.neighbourhoods.append(one)
    db.session.add(made)
    db.session.commit()
    return one


def lay() -> SimpleNamespace:
    """Clarendon Park in Leicester, Kentish Town in Camden, and a moderator of each."""
    return SimpleNamespace(
        park=cut("leicester", "Leicester", "Clarendon Park", CODE),
        town=cut("camden", "Camden", "Kentish Town"),
        here=make_user("moderator", area="leicester", name="Moss Ferndale"),
        there=make_user("moderator", area="camden", name="Tansy Ridgewell"),
    )


@pytest.fixture
def places(app: Flask) -> SimpleNamespace:
    return lay()


@pytest.fixture
def one_place(sqlite_app: Flask) -> SimpleNamespace:
    return lay()


@pytest.fixture
def opened(request: pytest.FixtureRequest) -> Callable[[object], Browser]:
    """A browser that is signed in as somebody."""
    app = request.getfixturevalue("app" if "app" in request.fixturenames else "sqlite_app")
    return lambda user: browser_as(app, user)  # type: ignore[arg-type]

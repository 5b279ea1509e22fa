"""A role for a council opens the sets that lie in it whole; one across two councils takes both."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.geography import holding
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from tests.factories import Make

LEICESTER, CAMDEN = "E06000016", "E09000007"
IN_LEICESTER, IN_CAMDEN, NOWHERE = "E02002847", "E02000166", "E02999999"
BOTH = frozenset({LEICESTER, CAMDEN})
SINCE = date(2020, 1, 1)

pytestmark = pytest.mark.usefixtures("monday")


def cut(slug: str, *places: tuple[str, ...], **columns: Any) -> NeighbourhoodSet:
    """A set with these neighbourhoods, each of the official areas that it is made of."""
    made = NeighbourhoodSet(slug=slug, name=slug.title(), area=slug.title(), **{"valid_from": SINCE, **columns})
    for number, codes in enumerate(places):
        parts = [
            NeighbourhoodPart(kind="msoa" if code[2] == "2" else "authority", code=code, vintage=2021, valid_from=SINCE)
            for code in codes
        ]
        made.neighbourhoods.append(Neighbourhood(slug=f"{slug}-{number}", name=f"{slug} {number}", parts=parts))
    db.session.add(made)
    db.session.commit()
    return made


@pytest.fixture
def sets(active_app: Flask) -> None:
    """One whole in Leicester, one whole in Camden by its code, and all that is whole in neither."""
    cut("vale", (IN_LEICESTER,), (IN_LEICESTER,))
    cut("lock", (CAMDEN,))
    cut("across", (IN_LEICESTER,), (IN_CAMDEN,))
    cut("edge", (IN_LEICESTER, IN_CAMDEN))
    cut("empty")
    cut("bare", (IN_LEICESTER,), ())
    cut("unknown", (IN_LEICESTER, NOWHERE))
    cut("over", (IN_LEICESTER,), valid_to=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("held", "opened"),
    [
        (frozenset(), set()),
        (frozenset({"over", "across"}), {"over", "across"}),
        (frozenset({LEICESTER}), {"vale"}),
        (frozenset({CAMDEN, "bare"}), {"lock", "bare"}),
        (BOTH, {"vale", "lock", "across", "edge"}),
        (frozenset({"E09000099"}), set()),
    ],
)
def test_a_council_opens_the_sets_that_lie_whole_in_it(
    app: Flask, sets: None, held: frozenset[str], opened: set[str]
) -> None:
    assert holding.areas_within(held) == held | opened
    asked = select(NeighbourhoodSet.slug).where(holding.is_within(NeighbourhoodSet.slug, held))
    assert set(db.session.scalars(asked)) == opened
    assert {one.slug for one in holding.sets_within(held)} == opened - {"over"}


def test_a_role_for_all_areas_opens_all(sqlite_app: Flask, sets: None) -> None:
    assert holding.areas_within(None) is None and len(holding.sets_within(None)) == 7
    asked = select(NeighbourhoodSet.slug).where(holding.is_within(NeighbourhoodSet.slug, None))
    assert len(db.session.scalars(asked).all()) == 8


def test_a_set_that_is_redrawn_into_another_council_is_shut_from_that_day(sqlite_app: Flask, sets: None) -> None:
    place = db.session.query(Neighbourhood).filter_by(slug="vale-0").one()
    part = NeighbourhoodPart(kind="msoa", code=IN_CAMDEN, vintage=2021, valid_from=date(2026, 12, 1))
    place.parts.append(part)
    db.session.commit()
    assert holding.areas_within(frozenset({LEICESTER})) == {LEICESTER, "vale"}
    part.valid_from = date(2026, 11, 1)
    db.session.commit()
    assert holding.areas_within(frozenset({LEICESTER})) == {LEICESTER}
    assert holding.councils_of("vale") == BOTH and holding.councils_of("lock") == {CAMDEN}


def test_who_may_in_an_area_is_told_of_one_area(sqlite_app: Flask, sets: None, make: Make) -> None:
    viewer = make.user("team-coordinator", area=LEICESTER)
    told = [holding.may_in(viewer, Permission.COORDINATE, one) for one in (LEICESTER, "vale", "across", CAMDEN)]
    assert told == [True, True, False, False]
    assert not holding.may_in(viewer, Permission.CASELOAD, "vale")


def test_slugs_alone_ask_the_database_nothing(
    sqlite_app: Flask, sets: None, count_statements: Callable[[], Any]
) -> None:
    with count_statements() as statements:
        holding.areas_within(frozenset({"vale"}))
        holding.is_within(NeighbourhoodSet.slug, frozenset({LEICESTER}))
    assert not statements

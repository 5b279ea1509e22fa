"""Listings of a database against somebody: nothing in reach vanishes, both engines agree, and statements do not grow."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.directory.models import Service
from portal.geography.places import Place
from portal.geography.queries import locate
from portal.matching import matching
from portal.matching.matching import Matches, match
from portal.matching.verdicts import Rule, Verdict, misfit
from portal.matching.wanted import AGES, Wanted
from portal.search.port import IndexUnavailable
from tests.factories import Make

pytestmark = pytest.mark.usefixtures("monday")


def place() -> Place:
    found = locate("LE2 0QB")
    assert isinstance(found, Place)
    return found


def names(found: Matches) -> list[str]:
    return [one.look.listing.service.name for one in found.suiting]


def asked(found: Matches) -> dict[str, list[str]]:
    return {one.look.listing.service.name: [rule.name for rule in one.asks] for one in found.suiting}


def why_not(found: Matches) -> dict[str, list[str]]:
    return {one.look.listing.service.name: one.sentences(Verdict.MISFIT) for one in found.misfits}


def some(make: Make) -> None:
    """Seven that help with loneliness, and two that nobody near LE2 asks for."""
    step_free = {"access": {"step_free": True}}
    make.service("Fits", minimum_age=50, place=step_free)
    make.service("Ages untold", place=step_free)
    make.service("Nothing told", cost=None, joining=[])
    make.service("Steps", minimum_age=50, place={"access": {"step_free": False}})
    make.service("Young", maximum_age=25, place=step_free)
    make.service("By phone", minimum_age=18, is_online=True, joining=["self_refer"])
    make.service("Rutland", minimum_age=50, areas=["E06000017"], place=step_free)
    make.service("Debt", needs=["debt"])
    make.service("Far", place={"point": (51.5, -0.12), "postcode": "N1 9GU", "authority_code": "E09000019"})


def older(**told: Any) -> Wanted:
    return Wanted(
        needs=("loneliness",), place=place(), ages=AGES["65_plus"], access=frozenset({"step_free"}), most_cost="free", **told
    )  # fmt: skip


def test_everything_in_reach_is_there_with_its_verdict(app: Flask, make: Make, index_now: Callable[[], None]) -> None:
    some(make)
    index_now()
    with app.test_request_context():
        found = match(older())
        assert set(names(found)[:2]) == {"Fits", "By phone"} and found.fitting == 2
        assert asked(found) == {
            "Fits": [], "By phone": [], "Ages untold": ["age"], "Nothing told": ["age", "step_free", "cost", "join"],
        }  # fmt: skip
        assert names(found)[2:] == ["Ages untold", "Nothing told"]
        assert why_not(found) == {
            "Steps": ["It is not step-free"],
            "Young": ["Only for people up to the age of 25"],
            "Rutland": ["Only for people in Rutland"],
        }
        assert found.total == found.looked_at == 7 and not found.is_cut


def test_two_needs_bring_what_helps_with_either_and_first_what_helps_with_both(
    app: Flask, make: Make, index_now: Callable[[], None]
) -> None:
    for name, needs in (("One", ["loneliness"]), ("Both", ["loneliness", "bereavement"]), ("Other", ["bereavement"])):
        make.service(name, needs=needs)
    index_now()
    with app.test_request_context():
        found = match(Wanted(needs=("loneliness", "bereavement"), place=place()))
        assert names(found)[0] == "Both" and set(names(found)) == {"One", "Both", "Other"}


def test_without_the_index_the_verdicts_are_the_same(
    app: Flask, make: Make, index_now: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    some(make)
    index_now()
    with app.test_request_context():
        before = match(older())

        def gone() -> object:
            raise IndexUnavailable

        monkeypatch.setattr("portal.directory.one_search.engine", gone)
        after = match(older())
        assert after.from_sql and not before.from_sql
        assert asked(after) == asked(before) and why_not(after) == why_not(before)


def test_no_more_is_asked_of_the_database_for_more_listings(
    app: Flask, make: Make, index_now: Callable[[], None], count_statements: Callable[[], Any]
) -> None:
    some(make)
    index_now()
    with app.test_request_context():
        match(older())
        with count_statements() as few:
            match(older())
    for number in range(30):
        make.service(f"More {number}", languages=["gu"], areas=["E06000016"], sessions=[make.session()])
    index_now()
    with app.test_request_context():
        match(older())
        with count_statements() as many:
            found = match(older(when=frozenset({"tue"}), languages=frozenset({"gu"})))
    assert found.looked_at == 37
    assert len(many) <= max(len(few), 8), "\n".join(many)


def test_more_than_are_looked_at_are_said_to_be_there(
    sqlite_app: Flask, make: Make, index_now: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    some(make)
    index_now()
    monkeypatch.setattr(matching, "MOST", 3)
    with sqlite_app.test_request_context():
        found = match(older())
    assert (found.looked_at, found.total, found.is_cut) == (3, 7, True)


def test_who_asks_may_bring_rules_of_their_own(sqlite_app: Flask, make: Make, index_now: Callable[[], None]) -> None:
    shut = make.service("Shut").id
    make.service("Open")
    index_now()
    seen: list[object] = []

    def more(ids: object) -> list[Rule]:
        seen.append(ids)
        return [Rule("own", "it", lambda look: misfit("No") if look.listing.id == shut else None)]  # type: ignore[arg-type]

    with sqlite_app.test_request_context():
        found = match(Wanted(needs=("loneliness",), place=place()), more=more)
    assert names(found) == ["Open"] and why_not(found) == {"Shut": ["No"]} and len(seen) == 1


def test_what_the_public_may_not_see_is_not_matched(
    sqlite_app: Flask, make: Make, index_now: Callable[[], None]
) -> None:
    gone = make.service("Gone").id
    index_now()
    db.session.get_one(Service, gone).status = "defunct"
    db.session.commit()
    with sqlite_app.test_request_context():
        assert not match(Wanted(needs=("loneliness",), place=place())).looked_at

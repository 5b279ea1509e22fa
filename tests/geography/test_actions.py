from datetime import date

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.geography import queries
from portal.geography.actions import ensure_sets, redraw
from portal.geography.models import Neighbourhood, NeighbourhoodPart

EARLIER, DAY, LATER = date(2026, 3, 31), date(2026, 4, 1), date(2026, 10, 1)


def the_hood(slug: str) -> Neighbourhood:
    return db.session.query(Neighbourhood).filter_by(slug=slug).one()


def the_parts(slug: str) -> set[tuple[str, date, date | None]]:
    return {(part.code, part.valid_from, part.valid_to) for part in the_hood(slug).parts}


@pytest.fixture
def knighton(app: Flask) -> Neighbourhood:
    ensure_sets()
    return the_hood("knighton")


def test_the_sets_that_ship_are_written_once(app: Flask) -> None:
    ensure_sets()
    first = {(part.id, part.code, part.valid_from) for part in db.session.query(NeighbourhoodPart)}
    db.session.commit()
    ensure_sets()
    assert {(part.id, part.code, part.valid_from) for part in db.session.query(NeighbourhoodPart)} == first
    assert len(first) == 94
    assert [one.slug for one in queries.sets_shown()] == ["camden", "epsom-and-surrey-downs", "leicester"]


def test_names_and_descriptions_are_brought_up_to_date(knighton: Neighbourhood) -> None:
    knighton.name, knighton.description = "Old name", None
    db.session.commit()
    ensure_sets()
    assert knighton.name == "Knighton"
    assert knighton.description


def test_redrawing_ends_one_part_and_starts_another(knighton: Neighbourhood) -> None:
    redraw(knighton, {"E02002858", "E02002856"}, from_date=DAY)
    db.session.expire_all()
    assert the_parts("knighton") == {
        ("E02002858", date(2025, 4, 1), None),
        ("E02006817", date(2025, 4, 1), DAY),
        ("E02002856", DAY, None),
    }


def test_last_quarters_figures_stay_after_redrawing(knighton: Neighbourhood) -> None:
    redraw(knighton, {"E02002858", "E02002856"}, from_date=DAY)
    assert queries.codes_of(knighton, on=EARLIER) == {"E02002858", "E02006817"}
    assert queries.codes_of(knighton, on=DAY) == queries.codes_of(knighton) == {"E02002858", "E02002856"}


def test_what_was_redrawn_stays_so_when_the_shipped_sets_are_written_again(knighton: Neighbourhood) -> None:
    redraw(knighton, {"E02002858"}, from_date=DAY)
    db.session.commit()
    ensure_sets()
    assert queries.codes_of(knighton) == {"E02002858"}


def test_redrawing_twice_keeps_each_drawing_on_its_days(knighton: Neighbourhood) -> None:
    redraw(knighton, {"E02002858"}, from_date=DAY)
    redraw(knighton, {"E02002858", "E02006817"}, from_date=LATER)
    assert queries.codes_of(knighton, on=EARLIER) == {"E02002858", "E02006817"}
    assert queries.codes_of(knighton, on=DAY) == {"E02002858"}
    assert queries.codes_of(knighton, on=LATER) == {"E02002858", "E02006817"}


def test_redrawing_the_same_way_changes_nothing(knighton: Neighbourhood) -> None:
    redraw(knighton, {"E02002858", "E02002856"}, from_date=DAY)
    before = the_parts("knighton")
    redraw(knighton, {"E02002858", "E02002856"}, from_date=DAY)
    assert the_parts("knighton") == before


def test_a_drawing_that_never_held_leaves_no_trace(knighton: Neighbourhood) -> None:
    before = the_parts("knighton")
    redraw(knighton, {"E02002858", "E02006817", "E02002856"}, from_date=LATER)
    redraw(knighton, {"E02002858", "E02006817"}, from_date=DAY)
    assert the_parts("knighton") == before

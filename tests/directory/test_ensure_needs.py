"""The taxonomy of needs that every instance has."""

from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from portal.core.extensions import db
from portal.core.transactions import unit
from portal.directory.actions import ensure_needs
from portal.directory.models import TaxonomyTerm
from portal.directory.needs import GROUPS, LABELS, NEEDS, in_groups


def test_all_46_needs_become_terms_with_the_same_ids_each_time(app: Flask) -> None:
    with unit():
        first = ensure_needs()
    with unit():
        assert ensure_needs() == first
    assert set(first) == set(NEEDS) and len(first) == 46
    assert db.session.scalar(select(func.count()).select_from(TaxonomyTerm)) == 46


def test_ids_of_needs_are_the_same_on_every_instance(sqlite_app: Flask) -> None:
    assert ensure_needs()["loneliness"] == UUID("db153cb7-85e9-5ef2-8c9a-a16c89a2d8cd")


def test_a_term_that_was_changed_is_put_right(sqlite_app: Flask) -> None:
    term = db.session.get_one(TaxonomyTerm, ensure_needs()["debt"])
    term.name = "Something else"
    ensure_needs()
    assert term.name == "Debt and money advice"


def test_needs_stand_under_their_headings_in_the_order_of_every_page() -> None:
    assert [group for group, _needs in in_groups()] == list(GROUPS)
    listed = [one for _group, needs in in_groups() for one in needs]
    assert [one.id for one in listed] == list(NEEDS) == list(LABELS)
    assert all(one.group == group.id for group, needs in in_groups() for one in needs)

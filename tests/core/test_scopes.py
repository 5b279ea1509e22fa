"""Who holds nothing sees nothing; who holds all sees all."""

from flask import Flask

from portal.core.extensions import db
from portal.core.scopes import is_among
from portal.organisations.models import Organization
from tests.factories import Make


def test_nothing_held_is_nothing_seen_and_none_is_all(app: Flask, make: Make) -> None:
    one, another = make.organisation("One"), make.organisation("Another")

    def seen(held: frozenset[object] | None) -> set[str]:
        return {found.name for found in db.session.query(Organization).filter(is_among(Organization.id, held))}

    assert seen(frozenset()) == set() and seen(frozenset({one.id})) == {"One"}
    assert seen(frozenset({one.id, another.id})) == seen(None) == {"One", "Another"}

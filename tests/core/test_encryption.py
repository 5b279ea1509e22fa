"""What people tell us is unreadable in the database, and keys can be changed while the site serves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import text

from portal.core import clock
from portal.core.encryption import CannotDecrypt
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.unmet.actions import tidy
from portal.unmet.models import UnmetNeed
from tests.factories import MONDAY

NEW = Fernet.generate_key().decode()


@pytest.fixture
def keys(app: Flask) -> Iterator[object]:
    """Sets the keys of the instance; puts the old ones back."""
    before = app.extensions["portal.settings"]

    def use(*names: str) -> None:
        app.extensions["portal.settings"] = replace(before, data_keys=names)
        db.session.expire_all()

    yield use
    app.extensions["portal.settings"] = before


def _keep(number: int = 1) -> None:
    with unit():
        for one in range(number):
            db.session.add(
                UnmetNeed(words="a private trouble", contact="07700 900 982", form_key=f"key-{one:04d}" + "x" * 20)
            )


def _stored() -> str:
    return str(db.session.execute(text("select words, contact from unmet_need")).all())


def test_the_database_holds_no_word_in_clear(app: Flask) -> None:
    _keep()
    assert "private" not in _stored() and "07700" not in _stored()
    assert db.session.query(UnmetNeed).one().words == "a private trouble"


def test_without_its_key_a_text_stays_shut(app: Flask, keys: object) -> None:
    _keep()
    keys(NEW)  # type: ignore[operator]
    with pytest.raises(CannotDecrypt):
        db.session.query(UnmetNeed).one()


def test_words_and_contacts_are_forgotten_before_the_need(app: Flask) -> None:
    with clock.freeze(MONDAY):
        _keep()
    with clock.freeze(MONDAY + timedelta(days=91)), unit():
        tidy()
    kept = db.session.query(UnmetNeed).one()
    assert (kept.words, kept.contact) == (None, None)
    db.session.rollback()
    with clock.freeze(MONDAY + timedelta(days=366)), unit():
        tidy()
    assert db.session.query(UnmetNeed).count() == 0

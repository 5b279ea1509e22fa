"""Short codes are kept so that nobody who reads the database can find them by trying them all."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from portal.core import short_codes
from portal.core.extensions import settings

NEW = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldy0="


@pytest.fixture
def keys(sqlite_app: Flask) -> Iterator[Flask]:
    """The program, whose keys are put back."""
    before = settings()
    yield sqlite_app
    sqlite_app.extensions["portal.settings"] = before


def test_a_code_is_right_and_no_other(keys: Flask) -> None:
    stored = short_codes.kept("proof:12345678")
    assert len(stored) == 64 and stored != hashlib.sha256(b"proof:12345678").hexdigest()
    assert short_codes.is_kept(stored, "proof:12345678") and not short_codes.is_kept(stored, "proof:12345679")


def test_it_takes_the_key_to_find_it_and_a_new_key_leaves_those_that_were_sent(keys: Flask) -> None:
    stored, before = short_codes.kept("12345678"), settings()
    keys.extensions["portal.settings"] = replace(before, data_keys=(NEW, *before.data_keys))
    assert short_codes.kept("12345678") != stored and short_codes.is_kept(stored, "12345678")
    keys.extensions["portal.settings"] = replace(before, data_keys=(NEW,))
    assert not short_codes.is_kept(stored, "12345678")

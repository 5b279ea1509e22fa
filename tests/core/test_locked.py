"""When another process holds the database, reading goes on, and writing waits a little and then says when to try again."""

import sqlite3
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.factories import Make
from tests.support.page import Browser


@pytest.fixture
def locked(sqlite_app: Flask, make: Make) -> Iterator[None]:
    """Somebody else has the write lock."""
    make.service()
    other = sqlite3.connect(
        sqlite_app.extensions["portal.settings"].database_url.removeprefix("sqlite:///"), isolation_level=None
    )
    other.execute("begin immediate")
    yield
    other.execute("rollback")
    other.close()


def test_reading_is_not_held_up(locked: None, browser: Browser) -> None:
    began = time.monotonic()
    browser.get("/services?q=tea")
    assert time.monotonic() - began < 4


def test_writing_waits_and_then_says_when_to_try_again(locked: None, browser: Browser) -> None:
    typed = {"need": "befriending", "words": "chess", "postcode": "", "contact": "", "key": "k" * 30}
    began = time.monotonic()
    page = browser.post("/services/not-found", typed, expect=503)
    assert 4 < time.monotonic() - began < 12
    assert page.headers["Retry-After"] == "5" and "Try again" in page.text
    kept = page.form("/services/not-found")
    assert {name: kept[name] for name in typed} == typed, "what was typed is lost"

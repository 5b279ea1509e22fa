"""Limits that all processes share, and that keep no address in clear."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock, throttle
from portal.core.errors import TooManyRequests
from portal.core.extensions import db
from portal.core.transactions import unit
from tests.factories import MONDAY


def test_the_use_after_the_last_allowed_one_is_refused_with_a_wait(app: Flask) -> None:
    with clock.freeze(MONDAY):
        for _ in range(3):
            throttle.hit("code", "203.0.113.9", limit=3, seconds=60)
        with pytest.raises(TooManyRequests) as refused:
            throttle.hit("code", "203.0.113.9", limit=3, seconds=60)
    assert refused.value.wait_seconds == 60


def test_a_new_window_begins_again(app: Flask) -> None:
    with clock.freeze(MONDAY):
        throttle.hit("code", "a", limit=1, seconds=60)
    with clock.freeze(MONDAY + timedelta(seconds=61)):
        throttle.hit("code", "a", limit=1, seconds=60)


def test_another_key_is_counted_apart(app: Flask) -> None:
    throttle.hit("code", "a", limit=1, seconds=60)
    throttle.hit("code", "b", limit=1, seconds=60)
    throttle.hit("other", "a", limit=1, seconds=60)


def test_no_address_is_stored_in_clear(app: Flask) -> None:
    throttle.hit("code", "203.0.113.9", limit=3, seconds=60)
    kept = db.session.scalars(select(throttle.ThrottleCount.key)).one()
    assert "203.0.113.9" not in kept and len(kept) == 64


def test_old_counters_are_forgotten(app: Flask) -> None:
    with clock.freeze(MONDAY):
        throttle.hit("code", "a", limit=3, seconds=60)
    with clock.freeze(MONDAY + timedelta(days=2)), unit():
        throttle.tidy()
    assert db.session.scalars(select(throttle.ThrottleCount)).all() == []

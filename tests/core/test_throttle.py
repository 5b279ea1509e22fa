"""Limits that all processes share, and that keep no address in clear."""

import time
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock, throttle
from portal.core.errors import TooManyRequests
from portal.core.extensions import db
from portal.core.transactions import short, unit
from tests.factories import MONDAY


def test_the_use_after_the_last_allowed_one_is_refused_with_a_wait(app: Flask) -> None:
    with clock.freeze(MONDAY):
        for _ in range(3):
            throttle.hit("code", "203.0.113.9", limit=3, seconds=60)
        with pytest.raises(TooManyRequests) as refused:
            throttle.hit("code", "203.0.113.9", limit=3, seconds=60)
    assert refused.value.wait_seconds == 60


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "1 minute,"),
        (60, "1 minute,"),
        (61, "2 minutes,"),
        (3600, "60 minutes,"),
        (3601, "2 hours,"),
        (86_400, "24 hours,"),
    ],
)
def test_the_sentence_says_how_long_to_wait(sqlite_app: Flask, seconds: int, said: str) -> None:
    with clock.freeze(MONDAY), sqlite_app.test_request_context(), pytest.raises(TooManyRequests, match=f"Wait {said}"):
        for _ in range(2):
            throttle.hit("code", "a", limit=1, seconds=seconds)


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


def test_the_addresses_of_one_household_are_counted_together(app: Flask) -> None:
    throttle.hit("code", "2001:db8:1:2::1", limit=2, seconds=60)
    throttle.hit("code", "2001:db8:1:2:ffff::9", limit=2, seconds=60)
    with pytest.raises(TooManyRequests):
        throttle.hit("code", "2001:db8:1:2:3:4:5:6", limit=2, seconds=60)
    throttle.hit("code", "2001:db8:1:3::1", limit=1, seconds=60)


def test_an_address_of_ipv4_is_the_same_in_either_form(app: Flask) -> None:
    throttle.hit("code", "::ffff:203.0.113.9", limit=1, seconds=60)
    throttle.hit("code", "::ffff:203.0.113.10", limit=1, seconds=60)
    with pytest.raises(TooManyRequests):
        throttle.hit("code", "203.0.113.9", limit=1, seconds=60)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("203.0.113.9:50123", "203.0.113.9:50124"),
        ("203.0.113.9:50123", "203.0.113.9"),
        ("[2001:db8:1:2::1]:50123", "2001:db8:1:2::9"),
        ("[::ffff:203.0.113.9]:1", "203.0.113.9"),
    ],
)
def test_the_port_that_a_proxy_tells_is_no_new_visitor(sqlite_app: Flask, first: str, second: str) -> None:
    throttle.hit("code", first, limit=1, seconds=60)
    with pytest.raises(TooManyRequests):
        throttle.hit("code", second, limit=1, seconds=60)


def test_whoever_is_refused_takes_no_write_lock(app: Flask, count_statements: Any) -> None:
    throttle.hit("code", "a", limit=1, seconds=60)
    with count_statements() as statements, pytest.raises(TooManyRequests):
        throttle.hit("code", "a", limit=1, seconds=60)
    assert len(statements) == 1 and statements[0].lower().startswith("select")


def test_two_that_begin_a_counter_at_once_are_both_counted(app: Flask) -> None:
    def begin() -> None:
        with app.app_context():
            throttle.hit("code", "a", limit=9, seconds=60)

    key = throttle._hashed("code", "a")
    other = Thread(target=begin)
    with short() as session:
        session.add(throttle.ThrottleCount(name="code", key=key, window_began_at=clock.now(), count=1))
        session.flush()
        other.start()
        time.sleep(0.3)
    other.join()
    db.session.rollback()
    assert db.session.scalars(select(throttle.ThrottleCount.count)).one() == 2

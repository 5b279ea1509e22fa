"""Requests that truly run at once: each has read what it acts on before any of them acts."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from portal.core.extensions import db
from tests.support.page import Browser

Post = tuple[Browser, str, dict[str, Any]]
PATIENCE = 1.0


def all_know(monkeypatch: pytest.MonkeyPatch, place: object, name: str, count: int) -> None:
    """Let `count` requests that ask `place.name` wait for each other once it has answered, on PostgreSQL.

    SQLite lets one request write at a time, from its beginning: there nobody waits.
    """
    if db.engine.dialect.name != "postgresql":
        return
    asked: Callable[..., Any] = getattr(place, name)
    all_here = Barrier(count)

    def waiting(*given: Any, **named: Any) -> Any:
        answer = asked(*given, **named)
        with suppress(BrokenBarrierError):
            all_here.wait(PATIENCE)
        return answer

    monkeypatch.setattr(place, name, waiting)


def post_all(posts: Sequence[Post]) -> list[int]:
    """The statuses of posts that are sent at once, the lowest first."""
    ready = [(browser, address, told | {"csrf_token": browser.csrf_token()}) for browser, address, told in posts]
    db.session.rollback()

    def send(one: Post) -> int:
        browser, address, told = one
        return browser.client.post(address, data=told).status_code

    with ThreadPoolExecutor(len(ready)) as several:
        answers = sorted(several.map(send, ready))
    db.session.rollback()
    db.session.expire_all()
    return answers

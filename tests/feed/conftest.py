"""A reader of the feed, and a directory with everything in it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.core.extensions import db
from portal.feed import limits
from portal.feed.params import BASE


class Reader:
    """Asks the feed as another program would."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        _forget(app)

    def get(self, path: str, **options: Any) -> TestResponse:
        """What is answered, whatever it is. `query`: parameters."""
        query = options.pop("query", None)
        db.session.commit()
        return self.app.test_client().get(f"{BASE}{path}", query_string=query, **options)

    def json(self, path: str, status: int = 200, **query: Any) -> Any:
        """The document at an address."""
        response = self.get(path, query=query)
        assert response.status_code == status, response.get_data(as_text=True)[:500]
        return response.get_json()

    def items(self, path: str, **query: Any) -> list[Any]:
        """Everything in a list."""
        response = self.get(path, query={**query, "format": "ndjson"})
        assert response.status_code == 200, response.get_data(as_text=True)[:500]
        return [json.loads(line) for line in response.get_data(as_text=True).splitlines()]

    def ids(self, path: str, **query: Any) -> set[str]:
        """The ids of everything in a list."""
        return {one["id"] for one in self.items(path, **query)}


@pytest.fixture
def reader(active_app: Flask) -> Iterator[Reader]:
    """Somebody who reads the feed, with a fresh allowance."""
    yield Reader(active_app)
    _forget(active_app)


def _forget(app: Flask) -> None:
    for kept in (limits.KEPT, limits.STREAMS):
        app.extensions.pop(kept, None)

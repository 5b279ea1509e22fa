"""No dump is there before a test of this folder, nor after it: all tests share one folder of the instance."""

import pytest
from flask import Flask

from portal.feed import limits


@pytest.fixture(autouse=True)
def empty(no_dumps: None, request: pytest.FixtureRequest) -> None:
    for name in {"app", "sqlite_app"} & {*request.fixturenames}:
        app: Flask = request.getfixturevalue(name)
        app.extensions.pop(limits.STREAMS, None)

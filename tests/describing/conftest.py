"""No dump is there before a test of this folder, nor after it: all tests share one folder of the instance."""

import shutil
from collections.abc import Iterator

import pytest
from flask import Flask

from portal.core.settings import Settings
from portal.feed import limits


@pytest.fixture(autouse=True)
def empty(settings: Settings, request: pytest.FixtureRequest) -> Iterator[None]:
    for name in {"app", "sqlite_app"} & {*request.fixturenames}:
        app: Flask = request.getfixturevalue(name)
        app.extensions.pop(limits.STREAMS, None)
    shutil.rmtree(settings.instance / "dumps", ignore_errors=True)
    yield
    shutil.rmtree(settings.instance / "dumps", ignore_errors=True)

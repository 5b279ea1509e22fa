"""No dump is there before a test of this folder, nor after it: all tests share one folder of the instance."""

import shutil
from collections.abc import Iterator

import pytest

from portal.core.settings import Settings


@pytest.fixture(autouse=True)
def empty(settings: Settings) -> Iterator[None]:
    shutil.rmtree(settings.instance / "dumps", ignore_errors=True)
    yield
    shutil.rmtree(settings.instance / "dumps", ignore_errors=True)

"""The engines under contract. A new adapter is one more row."""

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.search.port import Engine
from portal.search.whoosh_engine import WhooshEngine

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "memory": lambda folder: WhooshEngine(None),
    "whoosh": lambda folder: WhooshEngine(folder / "index"),
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = ENGINES[request.param](tmp_path)
    made.mend()
    made.rebuild([])
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def worker(folder: Path) -> WhooshEngine:
    engine = WhooshEngine(folder)
    engine.mend()
    engine.rebuild([])
    return engine

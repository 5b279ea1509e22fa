"""The engines under contract. A new adapter is one more row."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy

from portal.core.extensions import Base
from portal.search.port import Engine
from portal.search.postgres_engine import PostgresEngine
from portal.search.whoosh_engine import WhooshEngine
from tests.support import postgres

Request = pytest.FixtureRequest

ENGINES: dict[str, Callable[[Request], Engine]] = {
    "memory": lambda request: WhooshEngine(None),
    "whoosh": lambda request: WhooshEngine(request.getfixturevalue("folder")),
    "postgres": lambda request: request.getfixturevalue("rows_engine"),
}


@pytest.fixture(params=ENGINES)
def engine(request: Request) -> Engine:
    made = ENGINES[request.param](request)
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


@pytest.fixture(scope="session")
def rows_url(postgres_server: postgres.Server) -> str:
    """The address of a database with the tables of an index."""
    postgres_server.run("createdb", "-h", str(postgres_server.folder / "run"), "-U", "tester", "rows")
    made = sqlalchemy.create_engine(postgres_server.url("rows"))
    Base.metadata.create_all(
        made, [table for name, table in Base.metadata.tables.items() if name.startswith("search_")]
    )
    made.dispose()
    return postgres_server.url("rows")


@pytest.fixture
def rows_version() -> str:
    """A name under which nothing has been kept yet."""
    return uuid4().hex


@pytest.fixture
def another(rows_url: str, rows_version: str) -> Iterator[Callable[[], PostgresEngine]]:
    """Engines as other processes have them: each with connections of its own."""
    made: list[PostgresEngine] = []

    def make() -> PostgresEngine:
        made.append(PostgresEngine(rows_url, rows_version))
        return made[-1]

    yield make
    for engine in made:
        engine.close()


@pytest.fixture
def rows_engine(another: Callable[[], PostgresEngine]) -> PostgresEngine:
    engine = another()
    engine.mend()
    engine.rebuild([])
    return engine

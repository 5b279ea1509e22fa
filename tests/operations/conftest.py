"""Instances: an empty one, and one that was brought to the newest form once, of which every test has a copy."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from portal.core.settings import Settings
from portal.operations import upgrading
from tests.operations import moving
from tests.support.postgres import Server
from tests.support.processes import environment, portal


@pytest.fixture
def instance(tmp_path: Path, geography_folder: Path) -> Path:
    """A folder in which nothing has been made yet but postcodes."""
    return _folder(tmp_path / "instance", geography_folder)


@pytest.fixture
def upgraded(made: Path, tmp_path: Path) -> Path:
    """An instance as `portal upgrade` leaves it: of its own, on SQLite."""
    return Path(shutil.copytree(made, tmp_path / "upgraded", symlinks=True))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, geography_folder: Path) -> Path:
    """What is copied. To run every migration for each test would take most of its time."""
    folder = _folder(tmp_path_factory.mktemp("made") / "instance", geography_folder)
    portal("upgrade", env=environment(folder))
    with sqlite3.connect(folder / "portal.sqlite3") as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    return folder


@pytest.fixture(scope="session")
def filled(made: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite with something in every table, which no test may spoil."""
    file = tmp_path_factory.mktemp("filled") / "portal.sqlite3"
    shutil.copy(made / "portal.sqlite3", file)
    moving.fill(file, settings)
    return file


@pytest.fixture(scope="session")
def migrated(postgres_server: Server, settings: Settings) -> str:
    """The address of a database of PostgreSQL that was migrated, for `moving.database(server, like=migrated)`."""
    url = moving.database(postgres_server)
    with moving.opened(settings, url):
        upgrading.migrate(lambda _told: None)
    return url


def _folder(folder: Path, geography: Path) -> Path:
    folder.mkdir(mode=0o700)
    (folder / "geography").symlink_to(geography, target_is_directory=True)
    return folder

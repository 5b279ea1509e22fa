"""The demo as most parts of it find it: put in once, and copied from there into the database of each test."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.demo import accounts, actions, referring
from portal.geography.actions import ensure_sets


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a database lies for each step of the demo and the day that it was made for."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture
def peopled(sqlite_app: Flask, kept: Path, tmp_path: Path) -> Flask:
    """With listings, and accounts whose secrets are told in `tmp_path`."""
    told = kept / f"{clock.today()}.json"

    def put_in() -> None:
        ensure_sets()
        actions.load()
        accounts.ensure(tmp_path)
        shutil.copy(tmp_path / accounts.FILE, told)

    _once(kept / f"{clock.today()}.peopled", put_in)
    if not (tmp_path / accounts.FILE).exists():
        shutil.copy(told, tmp_path / accounts.FILE)
    return sqlite_app


@pytest.fixture
def referred(peopled: Flask, kept: Path) -> Flask:
    """And with people who are referred."""
    _once(kept / f"{clock.today()}.referred", referring.ensure)
    return peopled


def _once(file: Path, put_in: Callable[[], object]) -> None:
    """Do this to the database and keep what it came to; the next time take what was kept."""
    if file.exists():
        _copy(str(file), db.engine.url.database or "")
        return
    put_in()
    db.session.commit()
    _copy(db.engine.url.database or "", str(file))


def _copy(from_: str, to: str) -> None:
    db.session.remove()
    db.engine.dispose()
    with sqlite3.connect(from_) as source, sqlite3.connect(to) as target:
        source.backup(target)
    source.close()
    target.close()

"""Backups: made while the site serves, opened by their key alone, whole or refused, and the way back to a serving instance."""

import io
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest
import sqlalchemy
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from portal.app import create_app
from portal.core import audit, clock
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.directory.models import ServiceChange
from portal.operations import upgrading
from portal.operations.backup import contents, keeping, making, sealing
from portal.operations.backup.refusing import Refused
from portal.operations.backup.restoring import Restored, restore
from portal.operations.copying.copying import snapshot
from portal.operations.copying.tables import facts, held_in
from portal.operations.copying.values import Sum
from portal.unmet.models import UnmetNeed
from tests.operations import moving
from tests.support.postgres import Server
from tests.support.processes import SECRET

CHANGED_BY_RESTORING = {
    "audit_entry", "user_session", "account_token", "held_form", "taxonomy", "taxonomy_term", "service_change", "team_invite",
}  # fmt: skip
"""An invitation into a team goes with its link."""
OLDER = (
    "insert into organization (id, name, description, lang, created_at, last_modified)"
    " values (:id, 'Older Circle', '', 'en', :at, :at)"
)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The file of a key, and its recipient."""
    path = tmp_path_factory.mktemp("key") / "key"
    return path, sealing.new_key(path)


@pytest.fixture(scope="module")
def full(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with something in every table, of it two acts in the chain, and a file of its own."""
    folder = tmp_path_factory.mktemp("full")
    shutil.copy(filled, folder)
    (folder / "kept").mkdir()
    (folder / "kept" / "leaflet.bin").write_bytes(bytes(range(256)))
    (folder / "demo.json").write_text('{"secret_key": "of a demo"}')
    (folder / "settings.txt").write_text(f"PORTAL_SECRET_KEY={SECRET}")
    (folder / "index").mkdir()
    (folder / "index" / "part").write_text("made anew")
    return folder


@pytest.fixture(scope="module")
def whole(full: Path, settings: Settings, key: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup of it, which tests spoil in their own ways."""
    with instance(full, settings, key[1]):
        return making.make(tmp_path_factory.mktemp("whole") / "whole.age").path.read_bytes()


@contextmanager
def instance(folder: Path, settings: Settings, recipient: str, url: str = "") -> Iterator[Flask]:
    """The application over an instance in this folder, with the postcodes of all tests."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if not (folder / "geography").exists():
        (folder / "geography").symlink_to(settings.geography_folder, target_is_directory=True)
    url = url or f"sqlite:///{folder / 'portal.sqlite3'}"
    own = replace(settings, instance=folder, database_url=url, backup_recipients=(recipient,))
    app = create_app(own)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def sums() -> dict[str, tuple[int, str]]:
    """Rows and digest of every table of the current application."""
    found = {}
    with snapshot(db.engine) as connection:
        for one in facts(held_in(connection)):
            sum_ = Sum()
            for row in one.rows(connection):
                sum_.add(row)
            found[one.name] = (sum_.rows, sum_.digest)
    return found


def restored(file: Path, key: Path) -> Restored:
    told: list[str] = []
    return restore(file, key, told.append)


def test_an_instance_comes_back_whole_on_either_database(
    full: Path, settings: Settings, key: tuple[Path, str], tmp_path: Path, postgres_server: Server
) -> None:
    """SQLite to PostgreSQL and on to SQLite again: what was there first is there last."""
    path, recipient = key
    with instance(full, settings, recipient):
        before = sums()
        first = making.make(tmp_path / "first.age")
    with instance(tmp_path / "a", settings, recipient, moving.database(postgres_server)):
        restored_at = clock.now()
        back = restored(first.path, path)
        assert back.broken is None and back.entries == 3, "and that it was restored"
        assert [one.name for one in back.problems] == ["power loss"], "the tests' own PostgreSQL does not sync"
        after = sums()
        assert {name for name in before if after[name] != before[name]} <= CHANGED_BY_RESTORING
        for name in ("user_session", "account_token", "held_form"):
            assert after[name][0] == 0, "what was ended since the backup would be good again"
        earliest = db.session.scalar(sqlalchemy.select(sqlalchemy.func.min(ServiceChange.changed_at)))
        assert earliest is not None and earliest >= restored_at, "who copies our listings would miss what went back"
        db.session.add(UnmetNeed(form_key="after", words="written after"))
        db.session.commit()
        second = making.make(tmp_path / "second.age")
    with instance(tmp_path / "b", settings, recipient):
        restored(second.path, path)
        assert sums()["service"] == before["service"] and audit.head()[0] == 4
        words = db.session.scalars(sqlalchemy.select(UnmetNeed.words)).all()
        assert {"nobody to talk to", "written after"} <= set(words)
    assert (tmp_path / "b" / "kept" / "leaflet.bin").read_bytes() == bytes(range(256))


def test_a_backup_holds_no_key_and_nothing_that_can_be_made_anew(
    full: Path, settings: Settings, key: tuple[Path, str], tmp_path: Path
) -> None:
    with instance(full, settings, key[1]):
        made = making.make(tmp_path)
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert b"nobody to talk to" not in made.path.read_bytes() and b"Tuesday" not in made.path.read_bytes()
    plain = io.BytesIO()
    sealing.unlock(io.BytesIO(made.path.read_bytes()), plain, key[0])
    with ZipFile(plain) as archive:
        names = archive.namelist()
        assert [name for name in names if not name.startswith("tables/")] == ["files/kept/leaflet.bin", "contents.json"]
        for name in names:
            held = archive.read(name)
            assert settings.secret_key.encode() not in held and settings.data_keys[0].encode() not in held
            assert b"nobody to talk to" not in held


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _turned(data: bytes) -> bytes:
    return data[:-300] + bytes([data[-300] ^ 1]) + data[-299:]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_cut, "damaged or cut short"),
        (_turned, "damaged or cut short"),
        (lambda data: data[:-1], "damaged or cut short"),
        (lambda data: data + b"x", "damaged or cut short"),
        (lambda data: data[:40], "damaged or cut short"),
        (lambda _data: b"", "no backup"),
        (lambda _data: b"PK\x03\x04 something else", "no backup"),
    ],
)
def test_a_damaged_backup_is_refused_and_nothing_is_written(
    spoil: Callable[[bytes], bytes],
    sentence: str,
    whole: bytes,
    settings: Settings,
    key: tuple[Path, str],
    tmp_path: Path,
) -> None:
    wrong = tmp_path / "wrong.age"
    wrong.write_bytes(spoil(whole))
    with instance(tmp_path / "new", settings, key[1]):
        with pytest.raises(Refused, match=sentence):
            restored(wrong, key[0])
        assert upgrading.revision() is None


@pytest.mark.parametrize("name", ["../beside", "kept/../../beside", "{outside}", "portal.sqlite3", "geography/beside"])
def test_a_backup_that_names_a_file_outside_the_instance_is_refused(
    name: str, whole: bytes, settings: Settings, key: tuple[Path, str], tmp_path: Path
) -> None:
    named = name.format(outside=tmp_path / "beside")
    with (tmp_path / "plain").open("w+b") as plain, (tmp_path / "hostile.age").open("wb") as sealed:
        sealing.unlock(io.BytesIO(whole), plain, key[0])
        told = json.loads(ZipFile(plain).read(contents.LIST))
        told["files"][named] = contents.digest_of(b"hostile")
        hostile = io.BytesIO()
        with ZipFile(hostile, "w") as archive:
            for name in ZipFile(plain).namelist():
                archive.writestr(name, json.dumps(told) if name == contents.LIST else ZipFile(plain).read(name))
            archive.writestr(f"files/{named}", b"hostile")
        hostile.seek(0)
        sealing.lock(hostile, sealed, sealing.recipients((key[1],)))
    with instance(tmp_path / "new", settings, key[1]):
        with pytest.raises(Refused, match="no backup of a portal"):
            restored(tmp_path / "hostile.age", key[0])
        assert upgrading.revision() is None
    assert not (tmp_path / "beside").exists()


def test_another_key_and_an_instance_in_use_are_refused(
    full: Path, settings: Settings, key: tuple[Path, str], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    sealing.new_key(other)
    with pytest.raises(Refused, match="never overwritten"):
        sealing.new_key(other)
    with instance(full, settings, key[1]):
        made = making.make(tmp_path / "whole.age")
        with pytest.raises(Refused, match="never overwrites"):
            making.make(tmp_path / "whole.age")
        with pytest.raises(Refused, match=r"in use: it holds kept/leaflet\.bin"):
            restored(made.path, key[0])
    with instance(tmp_path / "new", settings, key[1]):
        with pytest.raises(Refused, match="made for another key"):
            restored(made.path, other)
        with pytest.raises(Refused, match="holds no key"):
            restored(made.path, made.path)
    with instance(tmp_path / "used", settings, key[1]):
        upgrade()
        db.session.add(UnmetNeed(form_key="here", words="already"))
        db.session.commit()
        with pytest.raises(Refused, match="holds facts in the table unmet_need"):
            restored(made.path, key[0])


def test_without_a_recipient_nothing_is_written(sqlite_app: Flask, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="PORTAL_BACKUP_RECIPIENTS is missing"):
        making.make(tmp_path / "plain.age")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_a_backup_of_an_older_release_is_restored_and_then_upgraded(
    on: str, settings: Settings, key: tuple[Path, str], tmp_path: Path, postgres_server: Server
) -> None:
    url = "" if on == "sqlite" else moving.database(postgres_server)
    with instance(tmp_path / "old", settings, key[1], url):
        upgrade(revision="0003")
        with db.engine.begin() as connection:
            connection.execute(text(OLDER), {"id": uuid4() if on == "postgresql" else uuid4().hex, "at": clock.now()})
        made = making.make(tmp_path / "old.age")
        assert made.contents.revision == "0003" and "audit_entry" not in made.contents.tables
    url = "" if on == "sqlite" else moving.database(postgres_server)
    with instance(tmp_path / "new", settings, key[1], url):
        restored(made.path, key[0])
        assert upgrading.revision() == upgrading.newest_revision()
        assert db.session.scalar(text("select name from organization")) == "Older Circle"


def test_a_chain_that_was_changed_before_the_backup_is_told(
    full: Path, settings: Settings, key: tuple[Path, str], tmp_path: Path
) -> None:
    with instance(full, settings, key[1]):
        before = making.make(tmp_path / "before.age")
    with instance(tmp_path / "new", settings, key[1]):
        restored(before.path, key[0])
        with sqlite3.connect(tmp_path / "new" / "portal.sqlite3") as connection:
            connection.execute("update audit_entry set action = 'other' where number = 2")
        after = making.make(tmp_path / "after.age")
    with instance(tmp_path / "again", settings, key[1]):
        assert restored(after.path, key[0]).broken == audit.Break(2, "changed")


def test_old_backups_go_and_one_a_day_stays(tmp_path: Path) -> None:
    now = datetime(2026, 11, 28, 12, 5, tzinfo=UTC)
    made = [now - timedelta(hours=number) for number in range(40 * 24)]
    for moment in made:
        (tmp_path / keeping.name_at(moment)).touch()
    (tmp_path / "notes.txt").touch()
    with clock.freeze(now):
        gone = keeping.thin(tmp_path)
    kept = {path.name for path in tmp_path.iterdir()} - {"notes.txt"}
    assert len(gone) + len(kept) == len(made)
    assert {keeping.name_at(moment) for moment in made if now - moment <= timedelta(days=1)} <= kept
    assert not {keeping.name_at(moment) for moment in made if now - moment > timedelta(days=35)} & kept
    assert len({name[:8] for name in kept}) == 36
    assert len(kept) == 25 + 35

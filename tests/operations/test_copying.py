"""Moving an instance to another database: the same facts, counted, whatever happens on the way."""

import json
import random
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask, current_app
from sqlalchemy.engine import make_url

from portal.app import create_app
from portal.core.encryption import box
from portal.core.extensions import Base, db
from portal.core.jobs import Job
from portal.core.queue import work_until_idle
from portal.core.settings import Settings
from portal.directory import indexing
from portal.operations.cli import copy as command
from portal.operations.copying import target
from portal.operations.copying.copying import Copied, copy
from portal.operations.copying.target import Refused, WrongAddress
from portal.search.current import engine
from portal.search.port import Query
from portal.unmet.models import UnmetNeed
from tests.operations import moving
from tests.operations.moving import on
from tests.support.forking import Program, run
from tests.support.postgres import Server
from tests.support.processes import LONGEST, environment


@pytest.fixture(scope="module")
def over(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Path]:
    """One application for all tests here, and its file, which is not there yet."""
    file = tmp_path_factory.mktemp("source") / "portal.sqlite3"
    return create_app(replace(settings, database_url=f"sqlite:///{file}")), file


@pytest.fixture
def source(over: tuple[Flask, Path], filled: Path) -> Iterator[str]:
    """The instance that is copied, as the current application: a file of its own for each test. Its address."""
    app, file = over
    shutil.copy(filled, file)
    with app.app_context():
        yield f"sqlite:///{file}"
        db.session.remove()
        db.engine.dispose()
    for spoilt in file.parent.iterdir():
        if spoilt.is_file():
            spoilt.unlink()


@pytest.fixture
def bare(postgres_server: Server) -> str:
    """The address of a database of PostgreSQL without a table."""
    return moving.database(postgres_server)


@pytest.fixture
def empty(postgres_server: Server, migrated: str) -> str:
    """The address of a database of PostgreSQL without a row."""
    return moving.database(postgres_server, like=migrated)


@pytest.fixture(scope="module")
def copied(postgres_server: Server, filled: Path, migrated: str, settings: Settings) -> str:
    """The address of one to which the instance was copied."""
    url = moving.database(postgres_server, like=migrated)
    with moving.opened(settings, f"sqlite:///{filled}"):
        _same(copy(url))
    return url


@pytest.fixture
def level(postgres_server: Server, copied: str, source: str) -> str:
    """The address of a database of PostgreSQL that holds what the instance holds, by an earlier run from there."""
    url = moving.database(postgres_server, like=copied)
    on(url, "update copy_mark set source = :source", source=target.fingerprint(db.engine))
    return url


def _same(copied: Copied) -> Copied:
    assert not copied.problems, [str(one) for one in copied.problems]
    assert copied.is_equal, [one for one in copied.tables if not one.is_equal]
    return copied


def test_every_table_of_the_instance_holds_something(source: str) -> None:
    assert moving.empty_tables() == []


def test_a_copy_holds_the_same_facts_and_serves_them(source: str, bare: str, settings: Settings) -> None:
    copied = _same(copy(bare))
    assert copied.rows > 600 and all(one.copied_rows == one.rows > 0 for one in copied.tables)
    job = db.session.get_one(Job, 4711)
    assert (job.lease_until, job.attempts) != (None, 0), "the source is left as it was"
    indexing.rebuild_index()
    asked = ("knitting", "lonely", "debt advice", "walking")
    here = {words: _answers(words) for words in asked}
    with moving.opened(settings, bare):
        assert db.session.scalars(db.select(UnmetNeed.contact)).one() == moving.HARD
        copied_job = db.session.get_one(Job, 4711)
        assert copied_job.lease_until is None and copied_job.attempts == 2
        db.session.add(Job(name="none"))
        db.session.commit()
        assert db.session.scalars(db.select(Job.id).where(Job.name == "none")).one() > 4711
        assert indexing.mend_index()
        work_until_idle()
        assert indexing.check_index().is_equal
        assert {words: _answers(words) for words in asked} == here
    assert any(here.values())


def _answers(words: str) -> tuple[int, list[str]]:
    found = engine().search(Query(words=words, limit=100))
    return found.total, sorted(hit.id for hit in found.hits)


def test_words_that_are_encrypted_are_never_opened(source: str, empty: str) -> None:
    before = on(source, "select contact from unmet_need")
    _same(copy(empty))
    assert on(empty, "select contact from unmet_need") == before
    assert box().decrypt(str(before[0][0]).encode()).decode() == moving.HARD


def test_what_changed_and_went_is_brought_level_by_the_next_run(source: str, level: str) -> None:
    one, two = (row[0] for row in on(source, "select id from service order by id limit 2"))
    on(source, "update shortlist set code = 'ZZZ999'")
    on(source, "update neighbourhood set slug = slug || '-x' where slug not like '%-x'")
    on(source, "update service set name = 'Renamed', merged_into_id = :two where id = :one", one=one, two=two)
    on(source, "pragma foreign_keys = on")
    on(source, "delete from session_exception")
    on(source, "delete from session")
    on(source, "update service set merged_into_id = null where name = 'Merged'")
    for table in ("phone", "language"):
        on(source, f"delete from {table} where id in (select id from {table} order by id limit 5)")
    _same(copy(level))
    assert on(level, "select count(*) from session") == [(0,)]
    assert on(level, "select count(*) from service where name = 'Renamed'") == [(1,)]
    _same(copy(level))


def test_unique_values_that_changed_places_are_in_nobodys_way(source: str, level: str) -> None:
    first, second = on(source, "select id, external_id from source_record order by id limit 2")
    source_id = on(source, "select source_id from source_record where id = :id", id=first[0])[0][0]
    on(
        source,
        "update source_record set external_id = 'aside', source_id = :s where id = :id",
        s=source_id,
        id=second[0],
    )
    on(source, "update source_record set external_id = :e where id = :id", e=second[1], id=first[0])
    on(source, "update source_record set external_id = :e where id = :id", e=first[1], id=second[0])
    _same(copy(level))


@pytest.mark.parametrize("seed", range(3))
def test_a_copy_killed_at_any_moment_goes_on_and_ends_with_the_same(
    source: str, seed: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The first is killed once tables are made, the others after as many writes as the seed says."""
    url = request.getfixturevalue("bare" if seed == 0 else "empty")
    after = random.Random(seed).randrange(2, 40)
    program = Program([url, str(after), str(int(seed == 0))], code=KILLED)
    done = run(program, environment(tmp_path, PORTAL_DATABASE_URL=source), seconds=LONGEST)
    assert done.returncode == -signal.SIGKILL, done.stderr[-1500:]
    on(source, "delete from funding where rowid % 2 = 0")
    names = [table.name for table in Base.metadata.sorted_tables]
    written = any(on(url, f'select 1 from "{name}" limit 1') for name in names)
    assert written == (seed != 0)
    copied = _same(copy(url))
    assert all(one.copied_rows == one.rows for one in copied.tables)


KILLED = """
import os, signal, sys
from portal.app import create_app
from portal.operations.copying import levelling, target
from portal.operations.copying.copying import copy
levelling.BATCH = 20
left = int(sys.argv[2])
write = levelling.Level._write
def counting(*arguments):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    write(*arguments)
levelling.Level._write = counting
if sys.argv[3] == "1":
    claim = target.claim
    target.claim = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)
with create_app(is_serving=False).app_context():
    copy(sys.argv[1])
"""


DAMAGE = {
    "service": "update service set description = description || ' ' where name = 'Kept'",
    "funding": "delete from funding where id = (select id from funding limit 1)",
    "source_record": "update source_record set document = '{}' where id = (select id from source_record limit 1)",
    "cost_option": "update cost_option set amount = amount + 0.01 where amount = 1234567.50",
}


def test_one_row_of_a_table_that_came_out_different_is_found(
    source: str, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target, "set_sequences", lambda *_: [on(empty, damage) for damage in DAMAGE.values()])
    copied = copy(empty)
    assert {one.table for one in copied.tables if not one.is_equal} == set(DAMAGE)
    monkeypatch.undo()
    _same(copy(empty))


LETTERS = "ffffffffffffffffffffffffffffffff"
NUL, HALF = "holds a NUL character", "holds half of a character"
REFUSED = [
    ("service", "description = 'hushed' || char(0) || 'words'", f"description {NUL}"),
    ("service", "name = printf('%.300c', 'x')", "name has 300 characters"),
    ("service", "first_visit = '[\"hushed\\u0000\"]'", f"first_visit {NUL}"),
    ("service", "first_visit = '[{\"\\ud800\": 1}]'", f"first_visit {HALF}"),
    ("service", "first_visit = '[NaN]'", "first_visit holds something"),
    ("service", "first_visit = '[1e999]'", "first_visit holds something"),
    ("service", "description = x'00ff'", "description is not text"),
    ("service", "minimum_age = 3000000000", "minimum_age is too large"),
    ("service", "minimum_age = 'ten'", "minimum_age is not a whole number"),
    ("cost_option", "amount = 123456789.5", "amount is too large"),
    ("phone", "contact_id = printf('%.32c', 'a')", "contact_id names a contact"),
    ("funding", f"id = upper('{LETTERS}')", "its id, or that of the row before it"),
]
UNREADABLE = [
    ("service", "first_visit = '[1'", "first_visit cannot be read"),
    ("service", "assured_date = 'soon'", "assured_date cannot be read"),
    ("service", "description = cast(x'ff' as text)", "description cannot be read"),
]


@pytest.mark.parametrize("spoilt", [REFUSED, UNREADABLE], ids=["refused", "unreadable"])
def test_what_postgresql_would_refuse_is_named_before_anything_is_written(
    source: str, empty: str, spoilt: list[tuple[str, str, str]]
) -> None:
    """Each spoils a row of its own, the last of them first, and each of these rows is named for what is wrong with it."""
    for number, (table, values, _sentence) in enumerate(spoilt):
        row = f"select rowid from {table} order by rowid desc limit 1 offset {number if table == 'service' else 0}"
        on(source, f"update {table} set {values} where rowid = ({row})")
    copied = copy(empty)
    assert not copied.is_equal and not any("hushed" in str(one) for one in copied.problems)
    found = sorted((one.table, one.sentence) for one in copied.problems)
    for (table, sentence), (spoilt_table, _values, expected) in zip(
        found, sorted(spoilt, key=lambda one: (one[0], one[2])), strict=True
    ):
        assert (table, sentence[: len(expected)]) == (spoilt_table, expected)
    assert len({(one.table, one.key) for one in copied.problems}) == len(spoilt)
    assert on(empty, "select count(*) from organization") == [(0,)]


def test_a_target_with_other_facts_is_refused(source: str, empty: str) -> None:
    on(empty, "insert into timetable_run values ('x', now())")
    with pytest.raises(Refused, match="holds facts already, in the table timetable_run"):
        copy(empty)
    assert on(empty, "select count(*) from timetable_run") == [(1,)]


def test_a_copy_that_was_used_since_is_refused(source: str, level: str) -> None:
    on(level, "update service set alert = 'Closed today' where name = 'Kept'")
    with pytest.raises(Refused, match="has been used since"):
        copy(level)
    assert on(level, "select alert from service where name = 'Kept'") == [("Closed today",)]


def test_a_target_of_another_instance_or_form_is_refused(source: str, level: str, postgres_server: Server) -> None:
    on(level, "update copy_mark set source = 'another'")
    with pytest.raises(Refused, match="another instance"):
        copy(level)
    on(level, "update alembic_version set version_num = '9999'")
    with pytest.raises(Refused, match="at migration 9999"):
        copy(level)
    foreign = moving.database(postgres_server)
    on(foreign, "create table theirs (id integer)")
    with pytest.raises(Refused, match="tables already, such as theirs"):
        copy(foreign)


def test_the_instance_itself_is_no_target(source: str, tmp_path: Path) -> None:
    link = tmp_path / "link.sqlite3"
    link.symlink_to(source.removeprefix("sqlite:///"))
    for url in (source, f"sqlite:///{link}"):
        with pytest.raises(Refused, match="itself"):
            copy(url)


def test_a_copy_goes_back_from_postgresql_to_sqlite(
    source: str, empty: str, settings: Settings, tmp_path: Path
) -> None:
    first = _same(copy(empty))
    with moving.opened(settings, empty):
        back = _same(copy(f"sqlite:///{tmp_path / 'back.sqlite3'}"))
        with pytest.raises(Refused, match="itself"):
            copy(empty)
    assert [one.digest for one in back.tables] == [one.digest for one in first.tables]


@pytest.mark.parametrize("url", ["nonsense", "mysql://u:secret@h/d", "sqlite://", "postgresql+psycopg://u:secret@h"])
def test_an_address_that_is_none_is_wrong_use(source: str, url: str) -> None:
    with pytest.raises(WrongAddress) as raised:
        copy(url)
    assert "secret" not in str(raised.value)


def _portal_copy(address: str, *more: str) -> Result:
    return CliRunner().invoke(command, ["--to", address, *more], obj=current_app._get_current_object())  # type: ignore[attr-defined]


def test_the_command_says_what_to_do_next_and_never_a_password(source: str, empty: str) -> None:
    address = make_url(empty).set(password="hush-hush").render_as_string(hide_password=False)
    told = _portal_copy(address)
    assert told.exit_code == 0, told.output
    assert "set PORTAL_DATABASE_URL" in told.output and "portal upgrade" in told.output
    assert "the same on both sides" in told.output
    lines = [json.loads(line) for line in _portal_copy(address, "--json").output.splitlines()]
    assert lines[-1]["is_equal"] and all(line["digest"] == line["copied_digest"] for line in lines[:-1])
    nobody = _portal_copy("postgresql+psycopg://u:hush-hush@127.0.0.1:9/d")
    assert nobody.exit_code == 1 and "No database answers" in nobody.output
    wrong = _portal_copy("mysql://u:hush-hush@h/d")
    assert wrong.exit_code == 2
    assert not any("hush" in one.output for one in (told, nobody, wrong))
    on(source, "update service set name = printf('%.300c', 'x') where name = 'Kept'")
    refused = _portal_copy(address)
    assert refused.exit_code == 1 and "may have 250" in refused.output and "Nothing was copied" in refused.output
